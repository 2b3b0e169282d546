import { escapeText } from './escapeText.js';

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
