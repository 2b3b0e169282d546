interface JsonProps {
  readonly value: unknown;
}

/** JSON with its names and texts told apart. */
export function Json({ value }: JsonProps) {
  const parts = JSON.stringify(value, null, 2).split(/("(?:[^"\\]|\\.)*"(?:\s*:)?)/);
  return parts.map((part, index) => (
    <span key={index} className={index % 2 ? (part.endsWith(':') ? 'json-name' : 'json-text') : undefined}>
      {part}
    </span>
  ));
}
