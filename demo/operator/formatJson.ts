/** Formats JSON with as much on a line as fits, so that a whole patch can be read at a glance. */
export function formatJson(value: unknown, width: number, indent = ''): string {
  const line = JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, ' ');
  if (typeof value !== 'object' || value === null || indent.length + line.length <= width) return line;
  const list = Array.isArray(value);
  const deeper = `${indent}  `;
  let text = list ? `[\n${deeper}` : '{ ';
  let column = deeper.length;
  Object.entries(value).forEach(([name, part], index) => {
    const label = list ? '' : `${JSON.stringify(name)}: `;
    const formatted = label + formatJson(part, width - label.length, deeper);
    const fits = !formatted.includes('\n') && column + formatted.length + 2 <= width;
    const wraps = index > 0 && !fits;
    text += index === 0 ? formatted : wraps ? `,\n${deeper}${formatted}` : `, ${formatted}`;
    const last = formatted.slice(formatted.lastIndexOf('\n') + 1);
    column = (wraps || index === 0 ? deeper.length : column + 2) + last.length;
  });
  return `${text} ${list ? ']' : '}'}`;
}
