import { formatJson } from './formatJson.js';

/** The number of characters that fit on a line of the panel. */
const WIDTH = 58;

interface JsonProps {
  readonly value: unknown;
}

/** Formatted JSON in which keys and strings have different colors. */
export function Json({ value }: JsonProps) {
  const parts = formatJson(value, WIDTH).split(/("(?:[^"\\]|\\.)*"(?:\s*:)?)/);
  return parts.map((part, index) => (
    <span key={index} className={index % 2 ? (part.endsWith(':') ? 'json-name' : 'json-text') : undefined}>
      {part}
    </span>
  ));
}
