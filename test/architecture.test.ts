import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

it('the architecture names files that exist', () => {
  const text = readFileSync(resolve(root, 'docs/architecture.md'), 'utf8');
  const named = [...text.matchAll(/`((?:src|test)\/[^`\s]*)`/g)].map(([, path = '']) => path);

  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((path) => !existsSync(resolve(root, path)))).toEqual([]);
});
