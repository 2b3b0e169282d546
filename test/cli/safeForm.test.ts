import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Every text of ours that a person may copy a command from. */
function texts(): string[] {
  const folders = ['src/cli', 'src/flag-server', 'stories', 'docs', 'demo'];
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(mdx?|tsx?|mjs)$/.test(name) && !name.includes('node_modules'))
      .map((name) => join(folder, name)),
  );
  const examples = readdirSync(join(root, 'examples'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join('examples', name, 'README.md'));
  return ['README.md', 'ERRORS.md', 'CONTRIBUTING.md', ...examples, ...files];
}

it('no text tells users to run the command with npx, which asks a registry if the package is not installed', () => {
  const unsafe = texts().filter((file) =>
    /(npx|npm exec|pnpm dlx|yarn dlx|bunx)[^\n`]* maintenance-mode/.test(
      readFileSync(join(root, file), 'utf8'),
    ),
  );

  expect(unsafe).toEqual([]);
});
