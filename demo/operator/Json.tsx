import { formatJson } from './formatJson.js';

/** Characters that fit in a line of the panel. */
const WIDTH = 58;

interface JsonProps {
  readonly value: unknown;
}

/** JSON with its names and texts told apart. */
export function Json({ value }: JsonProps) {
  const parts = formatJson(value, WIDTH).split(/("(?:[^"\\]|\\.)*"(?:\s*:)?)/);
  return parts.map((part, index) => (
    <span key={index} className={index % 2 ? (part.endsWith(':') ? 'json-name' : 'json-text') : undefined}>
      {part}
    </span>
  ));
}
