/** Returns the part of a file that a guide shows, without the marker comments for the tests. */
export function codeOf(file: string): string {
  return file.replace(/^\s*\/\/ #(end)?region\n/gm, '');
}
