import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { widgetGroups } from '../stories/guides/widgets.js';
import packageJson from './widgets/package.json' with { type: 'json' };

const folder = new URL('widgets/', import.meta.url);
const testFiles = readdirSync(folder).filter((name) => name.endsWith('.test.tsx'));
const rows = widgetGroups.flatMap(({ kind, widgets, tests }) =>
  widgets.map(({ name, packageName }) => ({ name: `${kind}: ${name}`, packageName, tests })),
);

/** The packages that a file of tests imports. */
function packagesIn(file: string): string[] {
  const source = readFileSync(new URL(file, folder), 'utf8');
  return [...source.matchAll(/from '((?:@[^/']+\/)?[^/'.]+)[^']*'/g)].map(([, name = '']) => name);
}

describe('the table of widgets in "Works with"', () => {
  it.each(rows)('has a version and a test for $name', ({ packageName, tests }) => {
    expect(packageJson.dependencies).toHaveProperty([packageName]);
    for (const file of tests) expect(packagesIn(file)).toContain(packageName);
  });

  it('names every file of tests', () => {
    expect(widgetGroups.flatMap(({ tests }) => tests).sort()).toEqual(testFiles.sort());
  });

  it('names every package that the tests try', () => {
    const helpers =
      /^(react|vitest|react-maintenance-mode|@vitest)$|^@codemirror\/(commands|state)$|^@tiptap\/starter-kit$|^@vitest\//;
    const tried = new Set(testFiles.flatMap(packagesIn).filter((name) => !helpers.test(name)));

    expect([...tried].filter((name) => !rows.some(({ packageName }) => packageName === name))).toEqual([]);
  });
});
