import { userInfo } from 'node:os';

/**
 * Escapes text from elsewhere (keys, comments, answers of a service), so that it cannot move the cursor, hide, or pretend to be a line of
 * ours. Escapes C0 and C1 controls, line separators, and direction controls and marks. The result is also valid inside JSON.
 */
export function escapeText(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|\p{Surrogate}/gu,
    (character) =>
      Array.from(
        { length: character.length },
        (_, index) => String.raw`\u` + character.charCodeAt(index).toString(16).padStart(4, '0'),
      ).join(''),
  );
}

/** The same for our own text of several lines: newlines stay. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeText).join('\n');
}

/** The message to show for anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * The value of an environment variable as it was meant. CI services set variables that have no value to an empty text, a `.env` file with carriage
 * returns leaves one at the end, and `docker run --env-file` keeps quotation marks.
 */
export function cleanVariable(text = ''): string {
  return text.trim().replace(/^(["'])(.*)\1$/s, '$2');
}

/** Whether a text contains a secret. A short secret, such as `local` for the local flag server, must be the whole text: it is part of many others, such as `/usr/local/bin`. */
export function holdsSecret(text: string, secret: string): boolean {
  if (!secret) return false;
  return secret.length < shortSecret ? text.replace(/^\w+ /, '') === secret : text.includes(secret);
}

const shortSecret = 12;

/** Quotes a word for a shell. Control characters are written as byte escapes, which bash, zsh and ksh read. */
export function quoteForShell(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (escapeText(word) === word) return `'${word.replaceAll("'", String.raw`'\''`)}'`;
  const quoted = Array.from(word, (character) => {
    if (character === "'" || character === '\\') return `\\${character}`;
    if (escapeText(character) === character) return character;
    return Array.from(
      Buffer.from(character),
      (byte) => String.raw`\x` + byte.toString(16).padStart(2, '0'),
    ).join('');
  });
  return `$'${quoted.join('')}'`;
}

// `status` lists all of them.
const mostNames = 20;

/** The users for a sentence. Of many users it names the first ones and counts the rest. */
export function listUsers(users: readonly string[]): string {
  const names = users.slice(0, mostNames).map((user) => JSON.stringify(user));
  const more = users.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more, see: maintenance-mode status` : ''}`;
}

/** The name of the operator. In a container, their user id may have no name. */
export function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}

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

/** Wraps one line to the width of a terminal. Without a terminal it stays one line. */
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
