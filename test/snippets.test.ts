import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { documents, readDocument, snippetsOf, type Snippet } from './docs.js';

/** Code has to be a part of a file that is compiled and run; the commands are run by test/cli/documentedCommands.test.ts. */
const codeLanguages = ['ts', 'tsx', 'js', 'jsx'];
const otherLanguages = ['sh', 'json', 'text', 'css', 'html'];

const files = ['test', 'stories', 'examples'].flatMap((folder) =>
  readdirSync(new URL(`../${folder}`, import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(c|m)?[jt]sx?$/.test(path) && !/node_modules|\.next|\/build\//.test(path))
    .map((path) => ({ path: `${folder}/${path}`, text: readDocument(`${folder}/${path}`) })),
);
const tests = files.filter(({ path }) => /\.(test|stories)\.tsx?$/.test(path));
const regions = files.flatMap(({ path, text }) =>
  regionsOf(text).map((code) => ({ path, code: normalized(code) })),
);
/** Guides show these whole. */
const samples = files.filter(({ path }) => path.startsWith('stories/guides/samples/'));
const proven = new Set([...regions.map(({ code }) => code), ...samples.map(({ text }) => normalized(text))]);
const snippets = documents.flatMap(snippetsOf);
const code = snippets.filter(({ language }) => codeLanguages.includes(language));

describe('a snippet of the README or a guide', () => {
  it('has a language that these tests know', () => {
    const unknown = snippets.filter(
      ({ language }) => ![...codeLanguages, ...otherLanguages].includes(language),
    );

    expect(unknown.map(placeOf)).toEqual([]);
  });

  it('is a sample or a region of a file, if it is code', () => {
    const unproven = code.filter((snippet) => !proven.has(normalized(snippet.code)));

    expect(unproven.map(placeOf)).toEqual([]);
    expect(code.length).toBeGreaterThan(15);
  });

  it('is valid JSON, if it is marked as JSON', () => {
    const broken = snippets.filter(({ language, code }) => language === 'json' && !isJson(code));

    expect(broken.map(placeOf)).toEqual([]);
  });

  it.each([
    ['// #region\na(1);\n// #endregion\n', 'a(1);', true],
    ['// #region\na(\n  1,\n);\n// #endregion\n', 'a(1);', true],
    ['{/* #region */}\n<p />\n{/* #endregion */}\n', '<p />', true],
    ['// #region\na(1);\n// #endregion\n', 'a(2);', false],
    ['a(1);', 'a(1);', false],
  ])('is looked for in the regions of files: %j has %j: %s', (file, snippet, expected) => {
    expect(regionsOf(file).map(normalized).includes(normalized(snippet))).toBe(expected);
  });
});

describe('a file that documents show', () => {
  it('has only regions that a document shows', () => {
    const shown = code.map((snippet) => normalized(snippet.code));

    expect(regions.filter((region) => !shown.includes(region.code)).map(({ path }) => path)).toEqual([]);
  });

  it('runs in a test, or with its app', () => {
    const raw = documents.flatMap((file) =>
      [...readDocument(file).matchAll(/from '(\.[^']+\.tsx?)\?raw'/g)].map(([, path = '']) =>
        new URL(path, `file:///${file}`).pathname.slice(1),
      ),
    );
    const shown = new Set([...raw, ...regions.map(({ path }) => path)]);

    expect([...shown].filter((path) => !isRun(path))).toEqual([]);
    expect(raw.length).toBeGreaterThan(10);
  });
});

function regionsOf(text: string): string[] {
  return [
    ...text.matchAll(/^ *(?:\/\/|\{\/\*) #region(?: \*\/\})?\n([^]*?)^ *(?:\/\/|\{\/\*) #endregion/gm),
  ].map(([, region = '']) => region);
}

/** Without what a formatter decides: blanks, commas at the ends of lists, and the last semicolon. */
function normalized(code: string): string {
  return code
    .replace(/\s+/g, '')
    .replace(/,(?=[)\]}])/g, '')
    .replace(/;$/, '');
}

function placeOf({ file, line, language }: Snippet): string {
  return `${file}:${line} (${language})`;
}

/** One value, or one in each line. */
function isJson(code: string): boolean {
  return [[code], code.trim().split('\n')].some((texts) =>
    texts.every((text) => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    }),
  );
}

function isRun(path: string): boolean {
  if (/^(examples|test\/consumers)\/./.test(path)) return true;
  const name = (path.split('/').at(-1) ?? '').replace(/\.tsx?$/, '');
  return tests.some((test) => test.path === path || test.text.includes(`/${name}.js'`));
}
