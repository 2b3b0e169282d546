import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { specifications } from '../stories/specifications/specifications.js';

describe('the specification in the documentation', () => {
  it.each(Object.entries(specifications))('names tests that there are: %s', (_component, requirements) => {
    const missing = requirements.filter(({ title, file }) => !titlesIn(file).includes(title));

    expect(missing).toEqual([]);
    expect(requirements.length).toBeGreaterThan(0);
  });
});

function titlesIn(file: string): string[] {
  const source = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
  return [...source.matchAll(/\bit(?:\.each\([^;]*?\))?\(\s*'([^']*)'/g)].map(([, title = '']) =>
    title.replace(/: %s$/, ''),
  );
}
