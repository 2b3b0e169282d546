/** What a document shows of a file: without the comments that mark it for the tests. */
export function codeOf(file: string): string {
  return file.replace(/^\s*\/\/ #(end)?region\n/gm, '');
}
