/**
 * What comes from elsewhere (keys, comments, answers of a service), so that it cannot move the cursor, hide, or feign lines of its own: C0
 * and C1 controls, line separators, and the controls and invisible marks of text direction. What it gives is valid inside of JSON, too.
 */
export function escapeText(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu,
    (character) => String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0'),
  );
}

/** The same for a text of several lines that are ours. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeText).join('\n');
}

/** What to tell people of something that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A word as a shell takes it back to the same word. What a terminal would act on is written by its bytes, which bash, zsh and ksh read. */
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

// The rest is in what status tells.
const mostNames = 20;

/** Names of users for a sentence; of many, the first ones. */
export function listUsers(users: readonly string[]): string {
  const names = users.slice(0, mostNames).map((user) => JSON.stringify(user));
  const more = users.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more, see: maintenance-mode status` : ''}`;
}
