import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const rows = tableRowsOf(read('stories/guides/OtherMaintenanceModes.mdx'));
const sources = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !/node_modules|^compat/.test(path))
  .map((path) => read(`test/${path}`));

describe('the guide for the server', () => {
  it('names a test, or says that there is none, for each claim about other maintenance modes', () => {
    const unproven = rows.filter(({ shownBy }) => shownBy !== '–' && !/^_[^_]+_(, _[^_]+_)*$/.test(shownBy));

    expect(unproven).toEqual([]);
    expect(rows.length).toBeGreaterThan(40);
  });

  it('names only tests that exist', () => {
    const named = rows.flatMap(({ shownBy }) =>
      [...shownBy.matchAll(/_([^_]+)_/g)].map(([, title = '']) => title),
    );

    expect(named.filter((title) => !sources.some((source) => hasTest(source, title)))).toEqual([]);
    expect(named.length).toBeGreaterThan(40);
  });

  it.each([
    [`it('opens', () => {});`, 'opens', true],
    [`it('opens', () => {});`, 'open', false],
    [`it.each([['a', 1]])('%s is %i', () => {});`, 'a is 1', true],
    [`it.each([['a', 1]])('%s is %i', () => {});`, 'b is 1', false],
    [`// a\nit.each([['b', 1]])('%s is %i', () => {});`, 'a is 1', false],
    [`it.each([['a', true]])('is $name: %s', () => {});`, 'is a: true', true],
    [`expect('opens');`, 'opens', false],
  ])('is checked against the titles of tests: %s has the test "%s": %s', (source, title, expected) => {
    expect(hasTest(source, title)).toBe(expected);
  });
});

it('a document names only files that exist', () => {
  const folders = ['stories/guides', 'stories/components', 'stories/specifications'];
  const named = folders
    .flatMap((folder) =>
      readdirSync(new URL(`../${folder}`, import.meta.url))
        .filter((file) => file.endsWith('.mdx'))
        .map((file) => read(`${folder}/${file}`)),
    )
    .flatMap((text) =>
      [...text.matchAll(/`((?:test|\.storybook)\/[\w./-]+\.tsx?)`/g)].map(([, path = '']) => path),
    );

  expect(named.filter((path) => !existsSync(new URL(`../${path}`, import.meta.url)))).toEqual([]);
  expect(named.length).toBeGreaterThan(40);
});

interface Row {
  readonly there: string;
  readonly shownBy: string;
}

/** The rows of all tables whose last column says what shows it. */
function tableRowsOf(guide: string): Row[] {
  return [...guide.matchAll(/^\| there .* shown by +\|\n\|[-| ]+\|\n((?:\|.*\|\n?)+)/gm)].flatMap(
    ([, table = '']) =>
      table
        .trim()
        .split('\n')
        .map((line) => {
          const cells = line.split('|').map((cell) => cell.trim());
          return { there: cells[1] ?? '', shownBy: cells.at(-2) ?? '' };
        }),
  );
}

/** Whether a file has a test of a title. What a title is filled in with has to stand in the file as well. */
function hasTest(source: string, title: string): boolean {
  const ends = [...source.matchAll(/\bit(?:\.each)?\b[^]*?\(\s*'((?:[^'\\\n]|\\.)*)',\s*(?:async )?\(/g)];
  return ends.some(([, template = '']) => {
    const literal = template.split(/%[sio]|\$\w+/).map(escaped);
    const filled = new RegExp(`^${literal.join('(.+)')}$`).exec(title);
    return filled?.slice(1).every((text) => {
      const value = /^(\d+|true|false)$/.test(text) ? `\\b${text}\\b` : `'${escaped(text)}'`;
      return new RegExp(value).test(source);
    });
  });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function read(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
}
