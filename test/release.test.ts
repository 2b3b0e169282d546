import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { releaseChangelog } from '../scripts/releaseChangelog.mjs';

const changelog = '# Changelog\n\n## Unreleased\n\n- Added a gate.\n\n## 0.1.0 (2026-01-02)\n\n- Began.\n';
const date = '2026-02-03';

it('gives the section Unreleased a version and a date', () => {
  expect(releaseChangelog(changelog, { present: '0.1.0', version: '0.2.0', date })).toBe(
    '# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-02-03)\n\n- Added a gate.\n\n## 0.1.0 (2026-01-02)\n\n- Began.\n',
  );
});

it.each([
  ['no version', changelog, '0.2', '"0.2" is not a version'],
  ['an earlier version', changelog, '0.0.9', '0.0.9 is not later than 0.1.0'],
  ['the same version', changelog, '0.1.0', '0.1.0 is not later than 0.1.0'],
  ['nothing unreleased', changelog.replace('- Added a gate.\n\n', ''), '0.2.0', 'nothing to release'],
  ['no such heading', '# Changelog\n', '0.2.0', 'nothing to release'],
])('refuses %s', (_what, text, version, message) => {
  expect(() => releaseChangelog(text, { present: '0.1.0', version, date })).toThrow(message);
});

it('finds its heading in the changelog of this repository', () => {
  const own = readFileSync(join(import.meta.dirname, '../CHANGELOG.md'), 'utf8');

  expect(own).toMatch(/^## Unreleased$/m);
});
