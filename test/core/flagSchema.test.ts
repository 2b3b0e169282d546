import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { interpretFlag, type FlagProblem } from 'react-maintenance-mode/core';
import { describe, expect, it } from 'vitest';
import {
  maxJsonLength,
  hrefPattern,
  instantPattern,
  localePattern,
  windowFields,
} from '../../src/core/interpretFlag.js';
import schema from '../../src/flag.schema.json' with { type: 'json' };

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

function problemsOf(value: unknown): Partial<FlagProblem>[] {
  const problems: Partial<FlagProblem>[] = [];
  interpretFlag(value, { flag: 'search-maintenance' }, ({ problem }) => problems.push(problem ?? {}));
  return problems;
}

/** What no JSON Schema can say: which days a month has, and that one part comes after another. */
function isBeyondSchema({ path, expected, found = '' }: Partial<FlagProblem>): boolean {
  const impossibleDay =
    ['startsAt', 'endsAt', 'announceFrom'].includes(path ?? '') && instantPattern.test(found.slice(1, -1));
  return impossibleDay || expected === 'an instant after startsAt';
}

const instant = fc.oneof(
  fc
    .date({ noInvalidDate: true, min: new Date('2000-01-01'), max: new Date('2100-01-01') })
    .map((date) => date.toISOString()),
  fc.integer({ min: 99_999_999_990, max: 100_000_000_010 }),
  fc.constantFrom(
    8.64e15,
    8.65e15,
    1.5,
    0,
    null,
    '2026-11-23T15:30+02:00',
    '2026-11-23',
    '2026-02-30T00:00Z',
  ),
  fc.stringMatching(/^2026-[01]\d-[0-3]\dT[0-2]\d:[0-6]\d(:\d\d)?(Z|[+-]\d\d:\d\d|)$/),
);
const locale = fc.constantFrom('en', 'fr-CA', 'zh-Hant-TW', 'e', 'en_US', '__proto__', 'toString', '');
const text = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.constantFrom(null, 7, [], {}),
  fc.dictionary(locale, fc.oneof(fc.string({ maxLength: 2 }), fc.constantFrom(null, 1))),
);
const href = fc.constantFrom(
  'https://status.example.com',
  'http://x',
  'mailto:a@example.com',
  'tel:+12',
  '/a',
  './a',
  '../a',
  '?q',
  '#top',
  '//example.com',
  'javascript:alert(1)',
  'data:text/html,x',
  ' https://x',
  '/a b',
  '/\\x',
  'a/b',
  '',
  5,
);
const parts = {
  $schema: fc.constantFrom('./flag.schema.json', 5, null),
  mode: fc.constantFrom('degraded', 'read-only', 'down', 'off', 'on', 'none', ['down'], null, true),
  title: text,
  message: text,
  startsAt: instant,
  endsAt: instant,
  announceFrom: instant,
  endsAutomatically: fc.constantFrom(true, false, null, 'yes', 1),
  link: fc.oneof(
    fc.record({ href, text: fc.constantFrom('Status', '', null), extra: fc.nat() }, { requiredKeys: [] }),
    fc.constantFrom(null, 'https://example.com', []),
  ),
  reopenOverSeconds: fc.constantFrom(0, -0, 0.5, 86_400, 86_401, -1, null, '60'),
  id: fc.constantFrom('a', '', null, 3),
  ends_at: fc.constant(1),
  ['__proto__']: fc.constant({ mode: 'down' }),
  constructor: fc.constant(null),
};
const window = fc.record(parts, { requiredKeys: [] });
// With many parts, one of them is nearly always bad.
const onePart = fc.oneof(
  ...Object.entries<fc.Arbitrary<unknown>>(parts).map(([name, part]) =>
    part.map((given) => ({ [name]: given })),
  ),
);
const value = fc.oneof(
  { weight: 2, arbitrary: window },
  { weight: 3, arbitrary: onePart },
  fc.jsonValue(),
  fc.constantFrom(
    true,
    false,
    null,
    0,
    -0,
    1,
    '',
    'on',
    'off',
    'degraded',
    'read-only',
    'down',
    'true',
    [],
    {},
  ),
);

/** No validator looks into a text: `contentSchema` is for editors. */
function isJsonObjectText(given: unknown): boolean {
  return typeof given === 'string' && /^\s*\{/.test(given);
}

describe('flag.schema.json', () => {
  it('accepts exactly the JSON values that interpretFlag accepts without an error', () => {
    fc.assert(
      fc.property(value, (given) => {
        fc.pre(!isJsonObjectText(given));
        const complaints = problemsOf(given).filter((problem) => !isBeyondSchema(problem));
        expect(validate(given)).toBe(complaints.length === 0);
      }),
      { numRuns: 3000, seed: 20_261_123 },
    );
  });

  it.each([
    [{ endsAt: '2026-02-30T00:00:00Z' }, 'endsAt', '"2026-02-30T00:00:00Z"'],
    [{ startsAt: '2100-02-29T00:00:00Z' }, 'startsAt', '"2100-02-29T00:00:00Z"'],
    [
      { startsAt: '2026-11-23T12:00:00Z', endsAt: '2026-11-23T12:00:00Z' },
      'endsAt',
      '"2026-11-23T12:00:00.000Z"',
    ],
  ])('does not check what only interpretFlag can check: %j', (given, path, found) => {
    expect(validate(given)).toBe(true);
    expect(problemsOf(given)).toMatchObject([{ path, found }]);
  });

  it('accepts an object as text, up to the length that interpretFlag reads', () => {
    const text = schema.anyOf.find((form) => 'contentSchema' in form);

    expect(text).toMatchObject({ maxLength: maxJsonLength, contentSchema: { $ref: '#/$defs/window' } });
    expect(validate('{"mode":"down"}')).toBe(true);
    expect(validate(`{"mode":"down"}${' '.repeat(maxJsonLength)}`)).toBe(false);
    expect(validate('[]')).toBe(false);
  });

  it('has the same patterns and parts as the code', () => {
    expect(schema.$defs.isoInstant.pattern).toBe(instantPattern.source);
    expect(schema.$defs.link.properties.href.pattern).toBe(hrefPattern.source);
    expect(schema.$defs.texts.propertyNames.pattern).toBe(localePattern.source);
    expect(Object.keys(schema.$defs.window.properties)).toEqual(['$schema', ...Object.keys(windowFields)]);
  });

  it('shows examples that are valid', () => {
    expect(schema.examples.map((example) => [example, validate(example)])).toEqual(
      schema.examples.map((example) => [example, true]),
    );
    expect(schema.examples.flatMap(problemsOf)).toEqual([]);
  });

  it('describes every part for the person who writes the flag', () => {
    for (const part of Object.values(schema.$defs.window.properties)) {
      expect(part).toMatchObject({ title: expect.any(String), description: expect.any(String) });
    }
  });
});
