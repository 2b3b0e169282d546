import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const read = (path: string): string => readFileSync(join(import.meta.dirname, '..', path), 'utf8');

it.each([
  ['provider + hook', /provider and the\s+hook are at most ([\d.]+) kB/],
  ['provider + hook + gate', /with a gate at most ([\d.]+) kB/],
])('names a size that is at least the budget: %s', (entry, words) => {
  const [, budget = ''] =
    new RegExp(`'${entry.replaceAll('+', '\\+')}',\\s+([\\d_]+),`).exec(read('scripts/measureSizes.mjs')) ??
    [];
  const [, said] = words.exec(read('README.md')) ?? [];

  expect(Number(budget.replaceAll('_', ''))).toBeGreaterThan(1000);
  expect(Number(said) * 1000).toBeGreaterThanOrEqual(Number(budget.replaceAll('_', '')));
});
