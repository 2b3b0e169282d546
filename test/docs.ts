import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** A fenced block of a document. */
export interface Snippet {
  readonly file: string;
  /** Of its fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

/** README.md, the guides and the pages of components. */
export const documents: readonly string[] = [
  'README.md',
  ...['stories/guides', 'stories/components'].flatMap((folder) =>
    readdirSync(resolve(root, folder))
      .filter((name) => name.endsWith('.mdx'))
      .map((name) => `${folder}/${name}`),
  ),
];

export function readDocument(file: string): string {
  return readFileSync(resolve(root, file), 'utf8');
}

/** The fenced blocks of a document, in order. */
export function snippetsOf(file: string): Snippet[] {
  const text = readDocument(file);
  return [...text.matchAll(/^( *)```(\S*)\n([^]*?)^\1```$/gm)].map(
    ({ index, 2: language = '', 3: code = '' }) => ({
      file,
      line: text.slice(0, index).split('\n').length,
      language,
      code,
    }),
  );
}
