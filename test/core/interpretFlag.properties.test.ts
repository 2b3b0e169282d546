import fc from 'fast-check';
import { interpretFlag, takeSnapshot } from 'react-maintenance-mode/core';
import { describe, expect, it } from 'vitest';

const feature = fc.record({
  flag: fc.constantFrom('search-m', '__proto__', 'constructor'),
  mode: fc.constantFrom('degraded', 'read-only', 'down'),
  maintenanceWhen: fc.constantFrom('on', 'off'),
});

/** Values that no JSON holds, and that bite when they are touched. */
const hostile = fc.constantFrom<(inner: unknown) => unknown>(
  () => Symbol('s'),
  () => 7n,
  () => () => true,
  () => Object.create(null),
  (inner) => Object.assign(Object.create({ mode: 'down', title: 'inherited' }), { inner }),
  () => new Date(Number.NaN),
  (inner) => new Map([['mode', inner]]),
  (inner) => new Proxy({ mode: inner }, {}),
  () =>
    new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('ownKeys');
        },
      },
    ),
  () =>
    new Proxy(
      { href: '/', text: 'x' },
      {
        get: () => {
          throw new Error('get');
        },
      },
    ),
  () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  () => ({
    get mode(): string {
      throw new Error('getter');
    },
  }),
  () => ({
    toString() {
      throw new Error('toString');
    },
    toJSON() {
      throw new Error('toJSON');
    },
  }),
  (inner) => {
    const cyclic: Record<string, unknown> = { inner };
    cyclic['self'] = cyclic;
    cyclic['title'] = cyclic;
    cyclic['link'] = { href: cyclic, text: cyclic };
    return cyclic;
  },
);

const names = fc.constantFrom(
  ...[
    'mode',
    'title',
    'message',
    'startsAt',
    'endsAt',
    'announceFrom',
    'endsAutomatically',
    'link',
    'reopenOverSeconds',
    'id',
  ],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '$schema', '', 'other'],
);
type Make = () => unknown;

// Functions that make the values: what makes them by chance looks into what it made.
const leaf: fc.Arbitrary<Make> = fc.oneof(
  fc
    .oneof(
      fc.jsonValue(),
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
      fc.constantFrom('down', 'off', 'on', true, -0, 0, Number.NaN, Infinity, 1.7e12, '2026-11-23T12:00Z'),
    )
    .map((given) => () => given),
  fc.tuple(hostile, fc.jsonValue()).map(
    ([make, inner]) =>
      () =>
        make(inner),
  ),
);
const dictionary = (values: fc.Arbitrary<Make>): fc.Arbitrary<Make> =>
  fc
    .array(fc.tuple(names, values), { maxLength: 6 })
    // Own properties of any name, __proto__ too.
    .map((entries) => () => Object.fromEntries(entries.map(([name, make]) => [name, make()])));
const value = fc.oneof(dictionary(fc.oneof(leaf, dictionary(leaf))), leaf);

describe('interpretFlag, for any value,', () => {
  it('does not throw, and returns plain JSON that survives serialization', () => {
    fc.assert(
      fc.property(value, feature, (make, about) => {
        const window = interpretFlag(make(), about, ({ message }) => {
          expect(message.length).toBeLessThan(1000);
        });

        expect(JSON.parse(JSON.stringify(window))).toStrictEqual(window);
        if (window) expect(['degraded', 'read-only', 'down']).toContain(window.mode);
      }),
      { numRuns: 3000, seed: 20_261_123 },
    );
  });

  it('returns and reports the same for a JSON object and for its text', () => {
    fc.assert(
      fc.property(dictionary(fc.oneof(leaf, dictionary(leaf))), feature, (make, about) => {
        let text: string;
        try {
          text = JSON.stringify(make());
        } catch {
          // No text holds what is cyclic or throws.
          return;
        }
        const read = (given: unknown) => {
          const said: unknown[] = [];
          return { window: interpretFlag(given, about, ({ problem }) => said.push(problem)), said };
        };

        expect(read(text)).toStrictEqual(read(JSON.parse(text)));
      }),
      { numRuns: 1000, seed: 20_261_123 },
    );
  });

  it('does not throw for a text that starts like an object, and reports an invalid one at most once', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '\\',
      'mode',
      'null',
      '1e9',
      ' ',
      '\u0000',
      '\ud800',
      '\ufeff',
    );
    const text = fc
      .array(fc.oneof(piece, fc.string()), { maxLength: 30 })
      .map((parts) => `{${parts.join('')}`);
    fc.assert(
      fc.property(text, feature, (given, about) => {
        const paths: (string | undefined)[] = [];

        const window = interpretFlag(given, about, ({ problem }) => paths.push(problem?.path));

        expect(paths.filter((path) => path === '').length).toBeLessThanOrEqual(1);
        if (paths.includes('')) expect(window).toEqual({ id: about.flag, mode: about.mode });
      }),
      { numRuns: 3000, seed: 20_261_123 },
    );
  });

  it('does not change prototypes', () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const attack = JSON.parse(
      '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "title": {"__proto__": "x"}}',
    ) as unknown;

    const window = interpretFlag(attack, { flag: 'search-m' });
    const textual = interpretFlag(JSON.stringify(attack), { flag: 'search-m' });
    const snapshot = takeSnapshot({
      flags: JSON.parse('{"__proto__": {"mode": "down"}, "constructor": true}') as Record<string, unknown>,
      now: 0,
    });

    expect(window).toStrictEqual({ id: 'search-m', mode: 'down' });
    expect(textual).toStrictEqual(window);
    expect(Object.keys(snapshot.windows)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(snapshot.windows)).toBe(Object.prototype);
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect({}).not.toHaveProperty('polluted');
  });

  it('ignores inherited properties', () => {
    const inherited = Object.create({ mode: 'down', endsAt: 1.7e12 }) as unknown;

    expect(interpretFlag(inherited, { flag: 'search-m', mode: 'degraded' })).toEqual({
      id: 'search-m',
      mode: 'degraded',
    });
  });
});
