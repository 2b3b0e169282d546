import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checks } from '../stories/specifications/checks.js';
import { specifications } from '../stories/specifications/specifications.js';

describe('the specification in the documentation', () => {
  it.each(Object.entries(specifications))('names tests that there are: %s', (_component, requirements) => {
    const missing = requirements.filter(({ title, file }) => !titlesIn(file).includes(title));

    expect(missing).toEqual([]);
    expect(requirements.length).toBeGreaterThan(0);
  });
});

describe('the checks in the documentation', () => {
  it.each(checks)(
    'name tests that there are, and those that show that they can fail: $what',
    ({ shownBy, controls }) => {
      const missing = [...shownBy, ...controls].filter(({ title, file }) => !titlesIn(file).includes(title));

      expect(missing).toEqual([]);
      expect(shownBy.length).toBeGreaterThan(0);
      expect(controls.length).toBeGreaterThan(0);
    },
  );

  it('would notice a test that nobody wrote', () => {
    expect(titlesIn('test/specifications.test.ts')).not.toContain('is not there');
    expect(titlesIn('test/specifications.test.ts')).toContain('would notice a test that nobody wrote');
  });
});

function titlesIn(file: string): string[] {
  const source = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
  return [...source.matchAll(/\bit(?:\.each\([^;]*?\))?\(\s*'([^']*)'/g)].map(([, title = '']) =>
    title.replace(/: %.*$/, ''),
  );
}
