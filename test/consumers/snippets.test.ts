import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import tsconfig from '../../tsconfig.json' with { type: 'json' };
import { createFolder, runIn, unpackInto } from './openConsumer.js';

const root = join(import.meta.dirname, '../..');

// The files whose regions README and guides show, in a folder that has the packed package in place of the sources.
const folder = createFolder('snippets');
mkdirSync(join(folder, 'node_modules'), { recursive: true });
for (const name of readdirSync(join(root, 'node_modules'))) {
  if (name !== 'react-maintenance-mode' && !name.startsWith('.vite')) link(`node_modules/${name}`);
}
unpackInto(join(folder, 'node_modules/react-maintenance-mode'));
// The flag server runs in the process of these tests, from the sources.
for (const path of ['README.md', 'stories', 'src', 'test']) {
  cpSync(join(root, path), join(folder, path), {
    recursive: true,
    filter: (from) => !/node_modules|test\/(browser|widgets|consumers|compat)/.test(from),
  });
}
const { customConditions: _, ...compilerOptions } = tsconfig.compilerOptions;
writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
writeFileSync(
  join(folder, 'vitest.config.mjs'),
  `export default {
    test: {
      testTimeout: 60_000,
      // As the guide says for tests that render LDProvider.
      server: { deps: { inline: ['react-maintenance-mode', 'launchdarkly-react-client-sdk'] } },
      projects: [
        { extends: true, test: { include: ['test/snippets/*.test.ts'], environment: 'node' } },
        { extends: true, test: { include: ['test/snippets/*.test.tsx'], environment: 'jsdom' } },
      ],
    },
  };`,
);

it('compiles every snippet of README and guides in strict mode against the packed package', () => {
  const { status, output } = runIn(folder, 'tsc', '--noEmit', '-p', 'test/snippets');

  expect(output).toBe('');
  expect(status).toBe(0);
});

it('runs every snippet of README and guides with the packed package', () => {
  const { status, output } = runIn(folder, 'vitest', 'run');

  expect(status, output).toBe(0);
  expect(output).toMatch(/Test Files +3 passed/);
});

function link(path: string): void {
  symlinkSync(join(root, path), join(folder, path));
}
