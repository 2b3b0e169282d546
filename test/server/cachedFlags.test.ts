import { cachedFlags, type CachedFlagsOptions } from 'react-maintenance-mode/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { features, noon } from './shop.js';

interface Ask {
  readonly user: string;
}

const minute = 60_000;
const bob = { user: 'bob' };

beforeEach(() => {
  vi.useFakeTimers({ now: noon });
  // No jitter, but where it is the matter.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function cacheOf(
  read: (ask: Ask) => unknown | Promise<unknown>,
  options: Partial<CachedFlagsOptions<Ask>> = {},
) {
  const service = vi.fn(async (ask: Ask) => ({ 'search-maintenance': await read(ask) }));
  const readFlags = cachedFlags(service, { keyOf: ({ user }) => user, features, ...options });
  return { service, ask: (ask: Ask = bob) => readFlags(ask, ['search-maintenance']) };
}

/** How often the service is asked when there is a request every second for so long. */
async function readsIn(durationMs: number, ask: () => unknown, service: { mock: { calls: unknown[] } }) {
  const before = service.mock.calls.length;
  for (let passed = 0; passed < durationMs; passed += 1000) {
    await ask();
    await vi.advanceTimersByTimeAsync(1000);
  }
  return service.mock.calls.length - before;
}

describe('cachedFlags', () => {
  it('asks once in five minutes while no window is announced', async () => {
    const { ask, service } = cacheOf(() => false);

    expect(await readsIn(20 * minute, ask, service)).toBe(4);
  });

  it('returns fresh flags at once, without a promise', async () => {
    const { ask } = cacheOf(() => 'down');

    await ask();

    expect(ask()).toEqual({ 'search-maintenance': 'down' });
  });

  it('asks every five seconds from five minutes before an announced window until it is over', async () => {
    const window = { startsAt: noon + 20 * minute, endsAt: noon + 30 * minute, endsAutomatically: true };
    const { ask, service } = cacheOf(() => window);

    expect(await readsIn(15 * minute, ask, service)).toBe(3);
    expect(await readsIn(15 * minute, ask, service)).toBe(180);
    await readsIn(minute, ask, service);
    expect(await readsIn(20 * minute, ask, service)).toBe(4);
  });

  it('asks at the short interval by the time the window begins, even if it asked just before the long interval began', async () => {
    let value: unknown = { startsAt: noon + 7 * minute };
    const { ask } = cacheOf(() => value);
    await ask();

    await vi.advanceTimersByTimeAsync(2 * minute);
    value = false;

    expect(await ask()).toEqual({ 'search-maintenance': false });
  });

  it('asks often while a feature is in maintenance, so that it sees the end', async () => {
    const { ask, service } = cacheOf(() => true);

    expect(await readsIn(minute, ask, service)).toBe(12);
  });

  it('reads features with maintenanceWhen off', async () => {
    const enabled = { ...features, search: { ...features.search, maintenanceWhen: 'off' as const } };
    const { ask, service } = cacheOf(() => true, { features: enabled });

    expect(await readsIn(minute, ask, service)).toBe(1);
  });

  it('spreads reads that started at the same time, never beyond the interval', async () => {
    vi.mocked(Math.random).mockReturnValue(0.999);
    const { ask, service } = cacheOf(() => false);
    await ask();

    await vi.advanceTimersByTimeAsync(4 * minute + 1000);
    await ask();

    expect(service).toHaveBeenCalledTimes(2);
  });

  it('keeps users apart', async () => {
    const { ask } = cacheOf(({ user }) => user === 'bob');

    expect(await ask(bob)).toEqual({ 'search-maintenance': true });
    expect(await ask({ user: 'ann' })).toEqual({ 'search-maintenance': false });
    expect(await ask(bob)).toEqual({ 'search-maintenance': true });
  });

  it('asks once for all requests of the same user', async () => {
    const { ask, service } = cacheOf(() => new Promise((resolve) => setTimeout(resolve, 50, true)));

    const answers = Promise.all([ask(), ask(), ask()]);
    await vi.advanceTimersByTimeAsync(50);

    expect(await answers).toHaveLength(3);
    expect(service).toHaveBeenCalledTimes(1);
  });

  it('uses the old answer while the new one is slow, and then the new one', async () => {
    let value: unknown = false;
    let delayMs = 0;
    const { ask } = cacheOf(() => new Promise((resolve) => setTimeout(resolve, delayMs, value)));
    const first = ask();
    await vi.advanceTimersByTimeAsync(0);
    await first;
    await vi.advanceTimersByTimeAsync(6 * minute);
    value = true;
    delayMs = 400;

    const slow = ask();
    await vi.advanceTimersByTimeAsync(100);
    expect(await slow).toEqual({ 'search-maintenance': false });
    await vi.advanceTimersByTimeAsync(300);
    expect(ask()).toEqual({ 'search-maintenance': true });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('uses the old answer if a read fails, asks again later, and stops using it after an hour', async () => {
    let fail = false;
    const { ask, service } = cacheOf(async () => {
      if (fail) throw new Error('the service is down');
      return true;
    });
    await ask();
    fail = true;

    expect(await readsIn(minute, ask, service)).toBe(11);
    expect(await ask()).toEqual({ 'search-maintenance': true });
    await vi.advanceTimersByTimeAsync(61 * minute);
    await expect(ask()).rejects.toThrow('the service is down');
  });

  it('fails if there never was an answer, and asks again for the next request', async () => {
    let fail = true;
    const { ask } = cacheOf(async () => {
      if (fail) throw new Error('the service is down');
      return true;
    });

    await expect(ask()).rejects.toThrow('the service is down');
    fail = false;
    expect(await ask()).toEqual({ 'search-maintenance': true });
  });

  it('keeps a limited number of users, and drops the least recently used one', async () => {
    const { ask, service } = cacheOf(() => false, { maxEntries: 2 });
    await ask({ user: 'a' });
    await ask({ user: 'b' });
    await ask({ user: 'a' });
    await ask({ user: 'c' });
    service.mockClear();

    await ask({ user: 'a' });
    await ask({ user: 'c' });
    expect(service).not.toHaveBeenCalled();
    await ask({ user: 'b' });
    expect(service).toHaveBeenCalledTimes(1);
  });

  it.each([undefined, null, '', NaN])('caches nothing for requests without a user: %s', async (key) => {
    const { ask, service } = cacheOf(() => false, { keyOf: () => key });

    await ask();
    await ask();

    expect(service).toHaveBeenCalledTimes(2);
  });

  it.each([{ id: 1 }, String({ id: 1 }), true])('refuses a key that all users would share: %o', (key) => {
    const { ask } = cacheOf(() => false, { keyOf: () => key as string });

    expect(ask).toThrow(/keyOf returned .*Expected a string or a number/);
  });

  it('abandons a read that never ends, and asks again for the next request', async () => {
    let ends = false;
    const { ask, service } = cacheOf(() => (ends ? true : new Promise(() => {})), { timeoutMs: 2000 });
    const first = expect(ask()).rejects.toThrow('did not answer within 2000 ms');
    await vi.advanceTimersByTimeAsync(2000);
    await first;
    ends = true;

    expect(await ask()).toEqual({ 'search-maintenance': true });
    expect(service).toHaveBeenCalledTimes(2);
  });

  it('limits the number of reads at the same time', async () => {
    const { ask, service } = cacheOf(() => new Promise(() => {}), { maxEntries: 2, timeoutMs: 100 });
    const waiting = [ask({ user: 'a' }), ask({ user: 'b' })].map((read) => expect(read).rejects.toThrow());

    await expect(ask({ user: 'c' })).rejects.toThrow('2 reads are already waiting');
    await vi.advanceTimersByTimeAsync(100);
    await Promise.all(waiting);

    expect(service).toHaveBeenCalledTimes(2);
  });

  it('does not cache a value that is not a record of flags', async () => {
    const service = vi.fn(async () => '<html>' as never);
    const readFlags = cachedFlags(service, { keyOf: () => 'bob' });

    for (let i = 0; i < 2; i += 1) await expect(readFlags({}, ['a'])).rejects.toThrow('the string "<html>"');

    expect(service).toHaveBeenCalledTimes(2);
  });
});
