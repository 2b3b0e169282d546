/**
 * Wraps the text of `--help` to the width of a terminal. Rows of a table keep their second column. Commands of examples
 * (`  $ ...`) stay on one line, so that they can be copied.
 *
 * @param width in columns.
 */
export function wrapHelp(text: string, width: number): string {
  return text
    .replaceAll(/(?<=^\S.*)\n(?=\S)/gm, ' ')
    .split('\n')
    .flatMap((line) => (line.length > width && !/^ *\$ /.test(line) ? wrapLine(line, width) : [line]))
    .join('\n');
}

/** The lines that one line takes on a terminal so wide; itself where there is none. */
export function wrapToTerminal(line: string, columns: number | undefined): string[] {
  return columns ? wrapHelp(line, columns).split('\n') : [line];
}

function wrapLine(line: string, width: number): string[] {
  const [start = ''] = /^ *(?:\S.*? {2,})?/.exec(line) ?? [];
  const indent = ' '.repeat(start.length <= width / 2 ? start.length : line.search(/\S/) + 2);
  const lines: string[] = [];
  let current = start;
  let isEmpty = true;
  for (const word of line.slice(start.length).split(' ')) {
    if (!isEmpty && current.length + 1 + word.length > width) {
      lines.push(current);
      current = indent;
      isEmpty = true;
    }
    current += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, current];
}
