import fc from 'fast-check';
import { createMaintenanceHandler, defineFeatures } from 'react-maintenance-mode/server';
import { describe, expect, it } from 'vitest';

import { features, noon, routes } from './shop.js';

// The same inputs in each run; `npm run test:hard` chooses others.
fc.configureGlobal({ seed: Number(process.env['FUZZ_SEED'] ?? 2015) });

/** A server whose flags and clock move between requests. */
function shop(present: { flags: Record<string, unknown>; now: number }) {
  return createMaintenanceHandler({
    features,
    routes,
    readFlags: () => present.flags,
    failure: 'open',
    now: () => present.now,
    onError: () => {},
  });
}

const request = (path = '/search', init?: RequestInit) => new Request(`https://shop.example${path}`, init);

describe('consecutive requests', () => {
  it('see a flag that an app changes in place', async () => {
    const flag = { mode: 'degraded', title: { en: 'Slow' } };
    const handler = shop({ flags: { 'search-maintenance': flag }, now: noon });
    expect((await handler(request())).response).toBeUndefined();
    flag.mode = 'down';
    expect(await (await handler(request())).response?.json()).toMatchObject({ notice: { title: 'Slow' } });

    flag.title.en = 'Closed';
    const { response } = await handler(request());

    expect(await response?.json()).toMatchObject({ notice: { title: 'Closed' } });
  });

  it('are refused exactly from the start to the end of the window', async () => {
    const window = { startsAt: noon + 300, endsAt: noon + 700, endsAutomatically: true };
    const present = { flags: { 'search-maintenance': window }, now: noon };
    const handler = shop(present);
    const statuses: unknown[] = [];

    for (const after of [0, 299, 300, 699, 700, 500, 299]) {
      present.now = noon + after;
      statuses.push([after, (await handler(request())).response?.status]);
    }

    expect(statuses).toEqual([
      [0, undefined],
      [299, undefined],
      [300, 503],
      [699, 503],
      [700, undefined],
      // A clock may be set back.
      [500, 503],
      [299, undefined],
    ]);
  });

  it('count the seconds down', async () => {
    const present = { flags: { 'search-maintenance': { endsAt: noon + 60_000 } }, now: noon };
    const handler = shop(present);
    const waits: unknown[] = [];

    for (const after of [0, 999, 1_000, 59_000]) {
      present.now = noon + after;
      waits.push((await handler(request())).response?.headers.get('retry-after'));
    }

    expect(waits).toEqual(['60', '60', '59', '1']);
  });

  it('compute the wait from their own instant, also if the end is not a whole second', async () => {
    const present = { flags: { 'search-maintenance': { endsAt: noon + 1_385 } }, now: noon };
    const handler = shop(present);
    const told: unknown[] = [];

    for (const after of [0, 500, 1_000, 1_384, 1_385, 1_000]) {
      present.now = noon + after;
      const { response } = await handler(request());
      const { detail } = (await response?.json()) as { detail: string };
      told.push([after, response?.headers.get('retry-after'), detail.includes('longer than planned')]);
    }

    expect(told).toEqual([
      [0, '2', false],
      [500, '2', false],
      [1_000, '1', false],
      [1_384, '1', false],
      [1_385, '120', true],
      // A clock may be set back.
      [1_000, '1', false],
    ]);
  });

  it('cannot change the answers to each other', async () => {
    const handler = shop({ flags: { 'search-maintenance': { title: { en: 'Closed' } } }, now: noon });
    const { snapshot } = await handler(request('/'));
    const window: { title?: unknown } | undefined = snapshot?.windows['search'];

    expect(() => Object.assign(window ?? {}, { title: 'Hacked' })).toThrow(TypeError);
    expect(() => Object.assign(window?.title ?? {}, { en: 'Hacked' })).toThrow(TypeError);
    expect(() => Object.assign(snapshot?.windows ?? {}, { site: {} })).toThrow(TypeError);
  });

  it('refuse features with the names of properties of every object', async () => {
    const odd = defineFeatures({ constructor: { flag: 'constructor' }, toString: { flag: 'valueOf' } });
    const handler = createMaintenanceHandler({
      features: odd,
      routes: { '/a': 'constructor', '/b': 'toString' },
      readFlags: () => ({ valueOf: true }),
      failure: 'open',
    });

    expect((await handler(request('/a'))).response).toBeUndefined();
    expect((await handler(request('/b'))).response?.status).toBe(503);
  });

  it('get the same answers as the first request to a new server', async () => {
    const value = fc.oneof(
      fc.constantFrom(false, true, 'down', 'read-only', 'degraded', undefined, null, ''),
      fc.record(
        {
          mode: fc.constantFrom('down', 'read-only', 'off', 'nonsense'),
          startsAt: fc.integer({ min: noon - 3_000, max: noon + 3_000 }),
          endsAt: fc.integer({ min: noon - 3_000, max: noon + 3_000 }),
          endsAutomatically: fc.boolean(),
          title: fc.constantFrom('Closed', { en: 'Closed', fr: 'Fermé' }, { en: 'Shut' }),
        },
        { requiredKeys: [] },
      ),
      fc.anything({ withDate: true, withMap: true, withBigInt: true, withNullPrototype: true }),
    );
    /** Of few values, so that they come again. */
    const stepOf = (values: readonly unknown[]) =>
      fc.record({
        site: fc.constantFrom(false, ...values),
        search: fc.constantFrom(...values),
        now: fc.integer({ min: noon - 4_000, max: noon + 4_000 }),
        path: fc.constantFrom('/search', '/comments/7', '/about'),
        method: fc.constantFrom('GET', 'POST'),
        language: fc.constantFrom('fr', 'en', ''),
        accept: fc.constantFrom('text/html', 'application/json'),
      });
    type Step = ReturnType<typeof stepOf> extends fc.Arbitrary<infer T> ? T : never;
    const say = async (handler: ReturnType<typeof shop>, { path, method, language, accept }: Step) => {
      const headers = { accept, 'accept-language': language };
      const { response, snapshot } = await handler(request(path, { method, headers }));
      return [response?.status, [...(response?.headers ?? [])], await response?.text(), snapshot];
    };

    const sequences = fc
      .array(value, { minLength: 1, maxLength: 3 })
      .chain((values) => fc.array(stepOf(values), { minLength: 2, maxLength: 30 }));

    await fc.assert(
      fc.asyncProperty(sequences, async (steps) => {
        const present = { flags: {}, now: 0 };
        const old = shop(present);
        for (const next of steps) {
          present.flags = { 'site-maintenance': next.site, 'search-maintenance': next.search };
          present.now = next.now;
          expect(await say(old, next)).toEqual(await say(shop(present), next));
        }
      }),
      { numRuns: 150 },
    );
  });
});
