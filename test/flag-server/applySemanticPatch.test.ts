import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applySemanticPatch, titleOfPatch } from '../../src/flag-server/applySemanticPatch.js';
import { createRevision } from '../../src/flag-server/createFlagState.js';
import type { FlagConfig } from '../../src/flag-server/FlagConfig.js';
import { parseFlagFile } from '../../src/flag-server/parseFlagFile.js';
import { variationId } from '../../src/flag-server/representFlag.js';

// The same inputs in each run; `npm run test:hard` chooses others.
fc.configureGlobal({ seed: Number(process.env['FUZZ_SEED'] ?? 2015) });

const flag: FlagConfig = {
  key: 'f',
  version: 4,
  on: true,
  variations: [false, { mode: 'down' }, 'read-only'],
  fallthrough: { variation: 0 },
  offVariation: 0,
  targets: [{ variation: 1, values: ['ann'] }],
};
const boolean: FlagConfig = {
  key: 'b',
  version: 1,
  on: true,
  variations: [true, false],
  fallthrough: { variation: 1 },
};
const [off, down, readOnly] = [0, 1, 2].map((index) => variationId('f', index));

it('does not mutate the given flag', () => {
  const before = structuredClone(flag);

  const after = applySemanticPatch(flag, [{ kind: 'addTargets', variationId: down, values: ['bob'] }]);

  expect(flag).toEqual(before);
  expect(after).toMatchObject({ version: 5, targets: [{ variation: 1, values: ['ann', 'bob'] }] });
});

it.each([
  ['a flag that is already on', [{ kind: 'turnFlagOn' }]],
  ['a key that is already targeted', [{ kind: 'addTargets', variationId: down, values: ['ann', 'ann'] }]],
  ['a key that is not targeted', [{ kind: 'removeTargets', variationId: down, values: ['bob'] }]],
  ['a key of another variation', [{ kind: 'removeTargets', variationId: off, values: ['ann'] }]],
  ['the same fallthrough', [{ kind: 'updateFallthroughVariationOrRollout', variationId: off }]],
  [
    'the same value in another order',
    [{ kind: 'updateVariation', variationId: down, value: { mode: 'down' } }],
  ],
  ['instructions that cancel each other', [{ kind: 'turnFlagOff' }, { kind: 'turnFlagOn' }]],
])('returns the same flag for %s', (_what, instructions) => {
  expect(applySemanticPatch(flag, instructions)).toBe(flag);
});

it('returns the same flag when entries without keys exist and nothing is removed', () => {
  const paired = { ...flag, contextTargets: [{ variation: 1, contextKind: 'user', values: [] }] };

  expect(applySemanticPatch(paired, [{ kind: 'removeTargets', variationId: down, values: ['x'] }])).toBe(
    paired,
  );
});

it('counts from version 1 when the file has no version', () => {
  const { version: _version, ...unversioned } = flag;

  expect(applySemanticPatch(unversioned, [{ kind: 'turnFlagOff' }]).version).toBe(2);
});

describe('targets', () => {
  it('moves a user in one patch that removes the old target first', () => {
    const after = applySemanticPatch(flag, [
      { kind: 'removeTargets', variationId: down, values: ['ann'] },
      { kind: 'addTargets', variationId: readOnly, values: ['ann'] },
    ]);

    expect(after.targets).toEqual([{ variation: 2, values: ['ann'] }]);
  });

  it('adds targets of another kind without hiding the user targets from the evaluator', () => {
    const organizations = applySemanticPatch(flag, [
      { kind: 'addTargets', contextKind: 'organization', variationId: readOnly, values: ['acme'] },
    ]);
    const users = applySemanticPatch(organizations, [
      { kind: 'addTargets', variationId: off, values: ['bob'] },
    ]);

    expect(organizations.contextTargets).toEqual([
      { variation: 2, contextKind: 'organization', values: ['acme'] },
      { variation: 1, contextKind: 'user', values: [] },
    ]);
    expect(users.contextTargets).toContainEqual({ variation: 0, contextKind: 'user', values: [] });
  });

  it(
    'serve what they say, in any order of additions and removals of any kinds',
    { timeout: 30_000 },
    async () => {
      const kinds = ['user', 'device'];
      const keys = ['ann', 'bob'];
      const step = fc.record({
        kind: fc.constantFrom('addTargets', 'removeTargets'),
        contextKind: fc.constantFrom(...kinds),
        variation: fc.constantFrom(1, 2),
        values: fc.subarray(keys, { minLength: 1 }),
      });

      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          let current: FlagConfig = { ...flag, targets: [] };
          const expected = new Map<string, number>();
          for (const { kind, contextKind, variation, values } of steps) {
            const names = values.map((key) => `${contextKind} ${key}`);
            const conflict = names.some((name) => (expected.get(name) ?? variation) !== variation);
            const instructions = [{ kind, contextKind, values, variationId: variationId('f', variation) }];
            if (kind === 'addTargets' && conflict) {
              expect(() => applySemanticPatch(current, instructions)).toThrow(
                expect.objectContaining({ status: 409 }),
              );
              continue;
            }
            current = applySemanticPatch(current, instructions);
            for (const name of names) {
              if (kind === 'addTargets') expected.set(name, variation);
              else if (expected.get(name) === variation) expected.delete(name);
            }
          }

          const revision = await createRevision(
            parseFlagFile(JSON.stringify({ flags: { f: current } }), 'f.json'),
            1,
          );
          for (const kind of kinds) {
            for (const key of keys) {
              const all = await revision.evaluate(
                { kind, key },
                { clientSideOnly: false, withReasons: false },
              );
              expect(all?.get('f')?.variation).toBe(expected.get(`${kind} ${key}`) ?? 0);
            }
          }
          revision.close();
        }),
        { numRuns: 200 },
      );
    },
  );

  it('distinguishes kinds: the same key of another kind is another target', () => {
    const after = applySemanticPatch(flag, [
      { kind: 'addTargets', contextKind: 'device', variationId: off, values: ['ann'] },
    ]);

    expect(after.contextTargets?.[0]).toEqual({ variation: 0, contextKind: 'device', values: ['ann'] });
  });

  it.each([
    ['no values', { kind: 'addTargets', variationId: down }],
    ['an empty list', { kind: 'addTargets', variationId: down, values: [] }],
    ['an empty key', { kind: 'addTargets', variationId: down, values: ['bob', ''] }],
    ['a key that is not a string', { kind: 'removeTargets', variationId: down, values: [1] }],
    [
      'a context kind that is not a string',
      { kind: 'addTargets', variationId: down, values: ['x'], contextKind: 1 },
    ],
    ['an index instead of an id', { kind: 'addTargets', variationId: 1, values: ['x'] }],
    ['no variation', { kind: 'addTargets', values: ['x'] }],
  ])('refuses %s', (_what, instruction) => {
    expect(() => applySemanticPatch(flag, [instruction])).toThrow(expect.objectContaining({ status: 400 }));
  });
});

describe('fallthrough', () => {
  it('serves another variation', () => {
    const after = applySemanticPatch(flag, [
      { kind: 'updateFallthroughVariationOrRollout', variationId: down },
    ]);

    expect(after.fallthrough).toEqual({ variation: 1 });
  });

  it.each([
    ['no variation', {}],
    ['a percentage rollout', { rolloutWeights: { [String(down)]: 100_000 } }],
  ])('refuses %s', (_what, rest) => {
    expect(() =>
      applySemanticPatch(flag, [{ kind: 'updateFallthroughVariationOrRollout', ...rest }]),
    ).toThrow(expect.objectContaining({ status: 400 }));
  });
});

describe('variations', () => {
  it('changes value, name and description', () => {
    const after = applySemanticPatch(flag, [
      { kind: 'updateVariation', variationId: down, value: { mode: 'down', message: 'Soon.' }, name: 'Down' },
      { kind: 'updateVariation', variationId: readOnly, description: 'Nobody writes' },
    ]);

    expect(after.variations).toEqual([false, { mode: 'down', message: 'Soon.' }, 'read-only']);
    expect(after.variationDetails).toEqual([{}, { name: 'Down' }, { description: 'Nobody writes' }]);
  });

  it.each([
    [
      'a value that another variation has',
      flag,
      { kind: 'updateVariation', variationId: off, value: 'read-only' },
    ],
    [
      'another value in a boolean flag',
      boolean,
      { kind: 'updateVariation', variationId: variationId('b', 0), value: 1 },
    ],
  ])('refuses %s', (_what, of, instruction) => {
    expect(() => applySemanticPatch(of, [instruction])).toThrow(expect.objectContaining({ status: 400 }));
  });
});

it('refuses to turn on a flag without a fallthrough', () => {
  const { fallthrough: _fallthrough, ...without } = flag;

  expect(() => applySemanticPatch({ ...without, on: false }, [{ kind: 'turnFlagOn' }])).toThrow(
    /no fallthrough/,
  );
});

it.each([
  ['turned on the flag', [{ kind: 'turnFlagOn' }]],
  ['turned off the flag', [{ kind: 'turnFlagOff' }, { kind: 'turnFlagOff' }]],
  ['updated the flag', [{ kind: 'turnFlagOn' }, { kind: 'addTargets' }]],
])('has the title "%s"', (title, instructions) => {
  expect(titleOfPatch(instructions)).toBe(title);
});
