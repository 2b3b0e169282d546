import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createRevision } from '../../src/flag-server/createFlagState.js';
import { FlagFileError } from '../../src/flag-server/createFlagFile.js';
import { isRecord } from '../../src/flag-server/FlagConfig.js';
import { parseFlagFile, type FlagData, parseJsonWithPositions } from '../../src/flag-server/parseFlagFile.js';
import { shopFlags } from './flagData.js';

// The same inputs in each run; `npm run test:hard` chooses others.
fc.configureGlobal({ seed: Number(process.env['FUZZ_SEED'] ?? 2015) });

/** Parses what must be refused, and returns why it was. */
function refusal(text: string): string {
  try {
    parseFlagFile(text, 'flags.json');
  } catch (error) {
    if (error instanceof FlagFileError) return error.message;
    throw error;
  }
  throw new Error('The file was taken');
}

function withSite(changes: Record<string, unknown>): string {
  const data = shopFlags();
  return JSON.stringify({ flags: { site: { ...data.flags['site'], ...changes } } });
}

describe('invalid JSON', () => {
  it.each([
    ['', 'flags.json:1:1: expected a value, found the end of the file'],
    ['{', 'flags.json:1:2: expected a comma or }, found the end of the file'],
    ['{"flags": {}', 'flags.json:1:13: expected a comma or }, found the end of the file'],
    ['{\n  "flags": {},\n}', 'flags.json:3:1: expected a key in double quotes, found: }'],
    ['{\n  "flags": {\n    "a" 1', 'flags.json:3:9: expected a colon, found: 1'],
    ["{'flags': {}}", "flags.json:1:2: expected a value, or a key in double quotes, found: 'flags': {}}"],
    ['{"flags": [1 2]}', 'flags.json:1:14: expected a comma, found: 2]}'],
    ['{"flags": nul}', 'flags.json:1:11: expected a value, or a key in double quotes, found: nul}'],
    ['{"flags": 01}', 'flags.json:1:12: expected a comma, found: 1}'],
    ['{} {}', 'flags.json:1:4: expected the end of the file, found: {}'],
    ['{"a": "x\ny"}', 'flags.json:1:7: this string does not end on its line'],
    ['{"a": // x\n1}', 'flags.json:1:7: JSON does not allow comments'],
    ['{"a": "\\x"}', 'flags.json:1:7: this string has an unknown escape'],
    ['{"flags": {\n"a": 1,\n"a": 2}}', 'flags.json:3:1: the key "a" is duplicated'],
    [`${'['.repeat(100_000)}`, 'flags.json:1:201: nested more than 200 levels deep'],
  ])('is refused with its position: %j', (text, message) => {
    expect(refusal(text)).toBe(message);
  });

  it('is exactly what JSON.parse refuses, except for duplicate keys', () => {
    const broken = fc
      .tuple(fc.json(), fc.nat(), fc.string({ maxLength: 3 }))
      .map(
        ([text, at, inserted]) =>
          text.slice(0, at % (text.length + 1)) + inserted + text.slice((at % (text.length + 1)) + 1),
      );

    fc.assert(
      fc.property(fc.oneof(fc.json(), broken), (text) => {
        const { fault } = parseJsonWithPositions(text);
        if (fault?.endsWith('is duplicated')) return;
        let parses = true;
        try {
          JSON.parse(text);
        } catch {
          parses = false;
        }
        expect(fault === undefined).toBe(parses);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('invalid flags', () => {
  it('are reported with their line and all their faults', () => {
    const text =
      '{\n  "flags": {\n    "a": {"key": "b", "on": "yes", "variations": [1], "fallthrough": {"variation": 1}}\n  }\n}';

    expect(refusal(text).split('\n')).toEqual([
      'flags.json:3:5: flag "a": "key" must be the flag\'s own key "a", found "b"',
      'flags.json:3:5: flag "a": "on" must be true or false, found "yes"',
      'flags.json:3:5: flag "a": "fallthrough".variation must be a variation from 0 to 0, found 1',
    ]);
  });

  it.each([
    [{ version: -1 }, /"version" must be a whole number from 0, found -1/],
    [{ variations: 'none' }, /"variations" must be a list, found "none"/],
    [{ offVariation: 2 }, /"offVariation" must be a variation from 0 to 1, found 2/],
    [{ on: true, fallthrough: null }, /"fallthrough" must be an object, found null/],
    [{ fallthrough: {} }, /"fallthrough" must be an object with a "variation" or a "rollout", found {}/],
    [{ clientSideAvailability: [] }, /"clientSideAvailability" must be an object, found \[\]/],
    [
      { fallthrough: { rollout: { variations: [] } } },
      /"fallthrough".rollout.variations must be a list with at least one entry/,
    ],
    [
      { fallthrough: { rollout: { variations: [{ variation: 0, weight: 'all' }] } } },
      /variations\[0\].weight must be/,
    ],
    [
      { targets: [{ variation: 0, values: ['a', 1] }] },
      /"targets"\[0\].values\[1\] must be a string, found 1/,
    ],
    [{ contextTargets: [{ variation: 5, values: [] }] }, /"contextTargets"\[0\].variation must be/],
    [
      { rules: [{ clauses: [{ op: 'in', values: [] }], variation: 0 }] },
      /"rules"\[0\].clauses\[0\].attribute is missing/,
    ],
    [{ rules: [{ clauses: [] }] }, /"rules"\[0\] must be an object with a "variation" or a "rollout"/],
    [{ prerequisites: [{ variation: 0 }] }, /"prerequisites"\[0\].key is missing/],
    [{ clientSideAvailability: true }, /"clientSideAvailability" must be an object, found true/],
  ])('are refused for %j', (changes, message) => {
    expect(refusal(withSite(changes))).toMatch(message);
  });

  it.each(['constructor', '__proto__', 'a b', '-a', '', 'toString'])('are refused for the key %j', (key) => {
    const text = `{"flagValues": {${JSON.stringify(key)}: true}}`;

    expect(refusal(text)).toMatch(/its key/);
  });

  it('are refused when they are in "flags" and in "flagValues"', () => {
    const text = JSON.stringify({ flags: shopFlags().flags, flagValues: { site: true } });

    expect(refusal(text)).toMatch(/flag "site" is in "flags" and in "flagValues"/);
  });

  it('are reported up to ten', () => {
    const flagValues = Object.fromEntries(
      Array.from({ length: 15 }, (_value, index) => [`a b${index}`, true]),
    );

    expect(refusal(JSON.stringify({ flagValues })).split('\n').slice(10)).toEqual(['and 5 more']);
  });

  it.each([
    '[]',
    'null',
    '"flags"',
    '{"flags": []}',
    '{"flagValues": 1}',
    '{"segments": {"s": {"key": "t"}}}',
  ])('are refused together with the file %s', (text) => {
    expect(refusal(text)).toMatch(/^flags.json:1:\d+: /);
  });
});

it('refuses cycles of flags and of segments', () => {
  const on = { on: true, variations: [1], fallthrough: { variation: 0 } };
  const flag = (key: string, prerequisite: string): object => ({
    ...on,
    key,
    prerequisites: [{ key: prerequisite, variation: 0 }],
  });
  const segment = (key: string, other: string): object => ({
    key,
    rules: [{ clauses: [{ op: 'segmentMatch', values: [other] }] }],
  });

  const flags = refusal(
    JSON.stringify({ flags: { x: flag('x', 'a'), a: flag('a', 'b'), b: flag('b', 'a') } }),
  );
  const segments = refusal(JSON.stringify({ segments: { s: segment('s', 't'), t: segment('t', 's') } }));

  expect(flags).toMatch(/prerequisites form a cycle: a → b → a/);
  expect(segments).toMatch(/segments form a cycle: s → t → s/);
});

it('accepts an empty object, and fields that are null', () => {
  expect(parseFlagFile('{}', 'flags.json').flags.size).toBe(0);
  expect(parseFlagFile(withSite({ targets: null, rules: null, offVariation: null }), 'f').flags.size).toBe(1);
});

const rich = {
  flags: {
    base: {
      key: 'base',
      version: 1,
      on: true,
      variations: [true, false],
      fallthrough: {
        rollout: { variations: [{ variation: 0, weight: 100000 }], bucketBy: 'key', contextKind: 'user' },
      },
      offVariation: 1,
    },
    rich: {
      key: 'rich',
      version: 2,
      on: true,
      variations: [true, false, { mode: 'down' }],
      prerequisites: [{ key: 'base', variation: 0 }],
      targets: [{ variation: 0, values: ['ann'] }],
      contextTargets: [{ variation: 2, contextKind: 'device', values: ['d'] }],
      rules: [
        {
          id: 'r',
          variation: 2,
          clauses: [{ attribute: 'name', op: 'matches', values: ['^x'], negate: true }],
        },
        {
          rollout: { variations: [{ variation: 1, weight: 1 }] },
          clauses: [{ op: 'segmentMatch', values: ['s'] }],
        },
      ],
      fallthrough: { variation: 1 },
      offVariation: 1,
      clientSideAvailability: { usingEnvironmentId: true },
    },
  },
  segments: {
    s: {
      key: 's',
      version: 1,
      included: ['cat'],
      includedContexts: [{ contextKind: 'device', values: ['e'] }],
      rules: [
        { weight: 10, bucketBy: 'key', clauses: [{ attribute: 'key', op: 'startsWith', values: ['b'] }] },
      ],
    },
  },
};

describe('a file that is accepted', () => {
  it('is evaluated without an error, after any change of one value', { timeout: 60_000 }, async () => {
    const paths = pathsOf(rich);
    const anything = fc.oneof(
      fc.constantFrom<unknown>(
        undefined,
        null,
        '',
        '/',
        '//',
        '/~2',
        '(',
        'base',
        'rich',
        's',
        'segmentMatch',
        0,
        1,
        7,
        -1,
        [],
        {},
      ),
      fc.jsonValue(),
    );

    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), anything, async (path, value) => {
        let data: FlagData;
        try {
          data = parseFlagFile(JSON.stringify(changed(rich, path, value)), 'flags.json');
        } catch (error) {
          expect(error).toBeInstanceOf(FlagFileError);
          return;
        }
        const revision = await createRevision(data, 1);
        const context = { kind: 'multi', user: { key: 'bob', name: 'y' }, device: { key: 'x' } };
        const evaluations = await revision.evaluate(context, { clientSideOnly: false, withReasons: true });
        revision.close();
        expect([...(evaluations ?? [])].filter(([, { reason }]) => reason?.kind === 'ERROR')).toEqual([]);
        expect(evaluations?.size).toBe(data.flags.size);
      }),
      { numRuns: 1_500 },
    );
  });
});

function pathsOf(value: unknown, path: string[] = []): string[][] {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [
    ...(path.length > 0 ? [path] : []),
    ...entries.flatMap(([key, inner]) => pathsOf(inner, [...path, key])),
  ];
}

function changed(root: unknown, [key, ...rest]: string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(root))
    return root.map((entry, index) => (String(index) === key ? changed(entry, rest, value) : entry));
  return isRecord(root) ? { ...root, [key]: changed(root[key], rest, value) } : root;
}
