import { createMaintenanceStore, defineFeatures, type FlagSource } from 'react-maintenance-mode/core';
import { pollingSource, type PollingSourceOptions } from 'react-maintenance-mode/http';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

const noon = Date.parse('2026-11-23T12:00:00Z');
const minute = 60_000;
const search = 'search-maintenance';

beforeEach(() => {
  vi.useFakeTimers({ now: noon });
  // No jitter, but where it is the matter.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A source that asks `answer`, and how often it has. */
function poll(answer: () => unknown, options: PollingSourceOptions = {}) {
  const fetch = vi.fn(async (_url: unknown, _init?: RequestInit) => {
    const given = await answer();
    return given instanceof Response ? given : Response.json(given);
  });
  const source = pollingSource('https://shop.example/flags', { fetch, ...options });
  return { source, fetch, asked: () => fetch.mock.calls.length };
}

async function listen(source: FlagSource, onChange = vi.fn()) {
  const end = source.subscribe([search], onChange);
  await vi.advanceTimersByTimeAsync(0);
  return { end, onChange };
}

describe('pollingSource', () => {
  it('asks at once', async () => {
    const { source, asked } = poll(() => ({ [search]: { mode: 'down' } }));
    expect(source.status?.()).toEqual({ state: 'pending' });
    expect(asked()).toBe(0);

    const { onChange } = await listen(source);

    expect(source.get(search)).toEqual({ mode: 'down' });
    expect(source.status?.()).toEqual({ state: 'ready' });
    expect(onChange.mock.calls).toEqual([[search]]);
  });

  it('asks once in five minutes while no window is announced, and reports only changed values', async () => {
    let value: unknown = false;
    const { source, asked } = poll(() => ({ [search]: value, other: { deep: [1] } }));
    const { onChange } = await listen(source);

    await vi.advanceTimersByTimeAsync(20 * minute - 1);
    expect(asked()).toBe(4);
    expect(onChange).toHaveBeenCalledTimes(1);
    value = true;
    await vi.advanceTimersByTimeAsync(1);

    expect(source.get(search)).toBe(true);
    expect(onChange).toHaveBeenCalledTimes(2);
  });

  it.each([NaN, 0, -1])(
    'uses the default in place of %d, as from a missing environment variable, and does not ask without a pause',
    async (wrong) => {
      let value: unknown = false;
      const later = async () => {
        await new Promise((resolve) => setTimeout(resolve, 1000));
        return { [search]: value };
      };
      const wrongs = { intervalMs: wrong, windowIntervalMs: wrong, timeoutMs: wrong };
      const { source, asked } = poll(later, wrongs);
      await listen(source);

      await vi.advanceTimersByTimeAsync(5 * minute - 1);
      expect([asked(), source.status?.().state]).toEqual([1, 'ready']);
      value = true;
      await vi.advanceTimersByTimeAsync(1 + 1000 + 60_000);
      expect(asked()).toBe(2 + 12);
    },
  );

  it('asks every five seconds from five minutes before an announced window until it is over', async () => {
    const window = { startsAt: noon + 20 * minute, endsAt: noon + 30 * minute, endsAutomatically: true };
    const { source, asked } = poll(() => ({ [search]: window }));
    await listen(source);

    await vi.advanceTimersByTimeAsync(15 * minute - 1);
    expect(asked()).toBe(3);
    await vi.advanceTimersByTimeAsync(15 * minute);
    expect(asked()).toBe(3 + 15 * 12);
    await vi.advanceTimersByTimeAsync(10 * minute);

    expect(asked()).toBe(3 + 15 * 12 + 2);
  });

  it('ignores other members of the answer', async () => {
    const { source, asked } = poll(() => ({
      [search]: false,
      'new-checkout': true,
      theme: { mode: 'down' },
    }));
    await listen(source);

    await vi.advanceTimersByTimeAsync(5 * minute - 1);

    expect(asked()).toBe(1);
  });

  it('asks often as soon as a listener wants a flag with a window', async () => {
    const { source, asked } = poll(() => ({ [search]: false, comments: true }));
    await listen(source);
    await vi.advanceTimersByTimeAsync(1 * minute);

    source.subscribe(['comments'], () => {});
    await vi.advanceTimersByTimeAsync(5000);

    expect(asked()).toBe(3);
  });

  it('reads a feature with maintenanceWhen off', async () => {
    const features = defineFeatures({ search: { flag: search, maintenanceWhen: 'off' } });
    const { source, asked } = poll(() => ({ [search]: true }), { features });
    await listen(source);

    await vi.advanceTimersByTimeAsync(5 * minute);

    expect(asked()).toBe(2);
  });

  it('spreads tabs that asked at the same time over a fifth of the interval, and never asks later', async () => {
    vi.mocked(Math.random).mockReturnValue(0.999);
    const { source, asked } = poll(() => ({ [search]: false }));
    await listen(source);

    await vi.advanceTimersByTimeAsync(4 * minute);
    expect(asked()).toBe(1);
    await vi.advanceTimersByTimeAsync(1000);

    expect(asked()).toBe(2);
  });

  it('asks with growing delays while there are errors, up to the long interval, and keeps the known flags', async () => {
    let answer: unknown = { [search]: 'down' };
    const { source, asked } = poll(() => answer);
    await listen(source);
    answer = new Response('', { status: 500 });
    await vi.advanceTimersByTimeAsync(5000);

    const before = asked();
    expect(source.status?.()).toEqual({ state: 'stale', since: Date.now() });
    for (const [seconds, times] of [
      [5, 1],
      [10, 2],
      [20, 3],
    ] as const) {
      await vi.advanceTimersByTimeAsync(seconds * 1000);
      expect(asked() - before).toBe(times);
    }
    expect(source.get(search)).toBe('down');
    answer = { [search]: false };
    await vi.advanceTimersByTimeAsync(40_000);

    expect(source.status?.()).toEqual({ state: 'ready' });
    expect(source.get(search)).toBe(false);
  });

  it.each([
    ['429 with Retry-After', () => new Response('', { status: 429, headers: { 'retry-after': '90' } })],
    [
      '503 with a date',
      () =>
        new Response('', {
          status: 503,
          headers: { 'retry-after': new Date(noon + 90_000).toUTCString() },
        }),
    ],
  ])('does not ask again before Retry-After: %s', async (_what, answer) => {
    const { source, asked } = poll(answer);
    await listen(source);

    await vi.advanceTimersByTimeAsync(89_000);
    expect(asked()).toBe(1);
    await vi.advanceTimersByTimeAsync(1000);

    expect(asked()).toBe(2);
  });

  it.each([
    ['no JSON', () => new Response('<!doctype html>')],
    ['no object', () => ['search-maintenance']],
    ['null', () => null],
    ['404', () => new Response('{}', { status: 404 })],
    ['no network', () => Promise.reject(new TypeError('Failed to fetch'))],
  ])('has failed if the first answer is not usable: %s', async (_what, answer) => {
    const { source } = poll(answer);

    await listen(source);

    expect(source.status?.()).toEqual({ state: 'failed', error: expect.stringMatching(/./) });
    expect(source.get(search)).toBeUndefined();
  });

  it('abandons a request that is not answered', async () => {
    vi.useRealTimers();
    const fetch = vi.fn(
      (_url: unknown, init?: RequestInit) =>
        new Promise<Response>((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
        }),
    );
    const source = pollingSource('/flags', { fetch, timeoutMs: 10 });
    source.subscribe([search], () => {});

    await vi.waitFor(() => expect(source.status?.().state).toBe('failed'));
  });

  it('forgets a flag that is no longer in the answer', async () => {
    let answer: unknown = { [search]: true };
    const { source } = poll(() => answer);
    const store = createMaintenanceStore({ source });
    store.get(search);
    store.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(store.get(search).mode).toBe('down');

    answer = {};
    await vi.advanceTimersByTimeAsync(5 * minute);

    expect(store.get(search).mode).toBe('none');
  });

  it('calls request for each request', async () => {
    let token = 'one';
    const { source, fetch } = poll(() => ({}), { request: () => ({ headers: { authorization: token } }) });
    await listen(source);
    token = 'two';

    await vi.advanceTimersByTimeAsync(5 * minute);

    expect(fetch.mock.calls.map(([, init]) => init?.headers)).toEqual([
      { authorization: 'one' },
      { authorization: 'two' },
    ]);
  });

  it('pauses without listeners, and then asks no earlier than planned', async () => {
    const { source, asked } = poll(() => ({ [search]: false }));
    const first = await listen(source);
    const second = await listen(source);
    first.end();
    first.end();
    second.end();
    expect(vi.getTimerCount()).toBe(0);

    await vi.advanceTimersByTimeAsync(4 * minute);
    await listen(source);
    expect(asked()).toBe(1);
    await vi.advanceTimersByTimeAsync(1 * minute);

    expect(asked()).toBe(2);
  });

  it('aborts a request when the last listener leaves', async () => {
    const { source, fetch } = poll(() => new Promise(() => {}));
    const { end } = await listen(source);

    end();

    expect(fetch.mock.calls[0]?.[1]?.signal?.aborted).toBe(true);
  });

  it('does not wait longer if the clock is set back', async () => {
    const { source, asked } = poll(() => ({ [search]: false }));
    await listen(source);

    vi.setSystemTime(noon - 600 * minute);
    await vi.advanceTimersByTimeAsync(1 * minute);

    expect(asked()).toBe(2);
  });

  it('asks again within an hour, however long Retry-After asks it to wait', async () => {
    const { source, asked } = poll(
      () => new Response('', { status: 503, headers: { 'retry-after': '8640000000000' } }),
    );
    await listen(source);

    await vi.advanceTimersByTimeAsync(60 * minute);

    expect(asked()).toBe(2);
  });

  describe('when the browser reports that the network is back', () => {
    /** A page whose window tells of the network. */
    function openPage(): () => Promise<void> {
      const window = new EventTarget();
      const page = Object.assign(new EventTarget(), { hidden: false, defaultView: window });
      vi.stubGlobal('document', Object.assign(page, { baseURI: 'https://shop.example/' }));
      onTestFinished(() => void vi.unstubAllGlobals());
      return async () => {
        window.dispatchEvent(new Event('online'));
        await vi.advanceTimersByTimeAsync(0);
      };
    }

    it.each([
      ['429', 429, '3600', 60],
      ['503', 503, '600', 10],
    ])('does not ask before Retry-After of a %s, however often', async (_what, status, seconds, minutes) => {
      const goOnline = openPage();
      const headers = { 'retry-after': seconds };
      const { source, asked } = poll(() => new Response('', { status, headers }));
      await listen(source);

      for (let flap = 0; flap < 20; flap += 1) await goOnline();
      await vi.advanceTimersByTimeAsync(minutes * minute - 1);
      expect(asked()).toBe(1);
      await vi.advanceTimersByTimeAsync(1);

      expect(asked()).toBe(2);
    });

    it('asks at once the first time, and after the short interval the next time', async () => {
      const goOnline = openPage();
      const { source, asked } = poll(() => Promise.reject(new TypeError('Failed to fetch')));
      await listen(source);

      await goOnline();
      expect(asked()).toBe(2);
      for (let flap = 0; flap < 20; flap += 1) await goOnline();
      expect(asked()).toBe(2);
      await vi.advanceTimersByTimeAsync(5000);

      expect(asked()).toBe(3);
    });

    it('does not ask if there was no error', async () => {
      const goOnline = openPage();
      const { source, asked } = poll(() => ({ [search]: false }));
      await listen(source);

      await goOnline();

      expect(asked()).toBe(1);
    });
  });

  it.each([
    ['an error', { error: 'session expired' }],
    ['a problem document', { type: 'about:blank', title: 'Unauthorized', status: 401 }],
    ['a list of errors', { errors: [{ message: 'no' }], data: null }],
  ])('rejects a 200 with %s', async (_what, trouble) => {
    let answer: unknown = { [search]: 'down' };
    const { source } = poll(() => answer);
    await listen(source);
    answer = trouble;

    await vi.advanceTimersByTimeAsync(5 * minute);

    expect(source.get(search)).toBe('down');
    expect(source.status?.().state).toBe('stale');
  });

  it('accepts an answer with other flags only, or a flag with the key "error"', async () => {
    const { source } = poll(() => ({ error: true, [search]: true }));
    const other = poll(() => ({ 'new-checkout': true }));

    await listen(source);
    await listen(other.source);

    expect(source.get(search)).toBe(true);
    expect(other.source.status?.()).toEqual({ state: 'ready' });
  });

  it('uses no API that the oldest browsers lack', async () => {
    vi.spyOn(AbortSignal, 'any').mockImplementation(() => {
      throw new TypeError('AbortSignal.any is not a function');
    });
    const { source } = poll(() => ({ [search]: true }));

    await listen(source);

    expect(source.get(search)).toBe(true);
  });

  it('reports an error in code, and asks again later', async () => {
    let broken = true;
    const onError = vi.fn();
    const { source, asked } = poll(() => ({ [search]: true }), {
      request: () => {
        if (broken) throw new ReferenceError('token is not defined');
        return {};
      },
    });
    const store = createMaintenanceStore({ source, onError });
    store.get(search);
    store.start();
    await vi.advanceTimersByTimeAsync(0);

    expect(onError).toHaveBeenCalledTimes(1);
    expect(onError.mock.calls[0]?.[0]).toMatchObject({
      code: 'source-failed',
      cause: new ReferenceError('token is not defined'),
    });
    broken = false;
    await vi.advanceTimersByTimeAsync(5000);

    expect(asked()).toBe(1);
    expect(store.get(search).mode).toBe('down');
  });

  it('reports that fetch is missing', async () => {
    const onError = vi.fn();
    // What an old runtime has in its place.
    const source = pollingSource('/flags', { fetch: null as unknown as typeof fetch });
    const store = createMaintenanceStore({ source, onError });
    store.get(search);
    store.start();

    await vi.advanceTimersByTimeAsync(0);

    expect(onError).toHaveBeenCalledTimes(1);
    expect(store.getStatus().state).toBe('failed');
  });

  it('rejects an answer after a redirect to another origin', async () => {
    const answer = Response.json({ [search]: true });
    Object.defineProperties(answer, {
      redirected: { value: true },
      url: { value: 'https://portal.example/flags' },
    });
    const { source } = poll(() => answer);

    await listen(source);

    expect(source.get(search)).toBeUndefined();
    expect(source.status?.()).toMatchObject({
      state: 'failed',
      error: 'https://shop.example/flags was redirected to https://portal.example',
    });
  });

  it('abandons a body that never ends', async () => {
    const block = new Uint8Array(1_048_576).fill(32);
    const cancel = vi.fn();
    const body = new ReadableStream({ pull: (controller) => controller.enqueue(block), cancel });
    const { source } = poll(() => new Response(body));

    await listen(source);
    await vi.waitFor(() => expect(source.status?.().state).toBe('failed'));

    expect(cancel).toHaveBeenCalledTimes(1);
  });

  describe('for another user', () => {
    it('forgets all flags and asks at once, and no store shows flags of the previous user', async () => {
      let user = 'alice';
      const { source, asked } = poll(() => ({ [search]: user === 'alice' && 'down' }));
      const store = createMaintenanceStore({ source });
      store.get(search);
      store.start();
      await vi.advanceTimersByTimeAsync(0);
      store.reportUnavailable('comments', { id: 'refused', mode: 'down' }, noon + 60 * minute);
      expect(store.getAffected()).toHaveLength(2);

      user = 'bob';
      source.forget();
      expect(store.getAffected()).toEqual([]);
      expect(store.getStatus()).toEqual({ state: 'pending' });
      await vi.advanceTimersByTimeAsync(0);

      expect(asked()).toBe(2);
      expect(store.getStatus()).toEqual({ state: 'ready' });
      expect(store.getAffected()).toEqual([]);
    });

    it('drops an answer to an earlier request', async () => {
      let answerAlice: (flags: unknown) => void = () => {};
      const answers = [new Promise((resolve) => (answerAlice = resolve)), { [search]: false }];
      const { source } = poll(() => answers.shift());
      await listen(source);

      source.forget();
      await vi.advanceTimersByTimeAsync(0);
      answerAlice({ [search]: 'down' });
      await vi.advanceTimersByTimeAsync(0);

      expect(source.get(search)).toBe(false);
    });

    it.each(['fails', 'is slow'])('shows nothing of the previous user when the endpoint %s', async (how) => {
      let answer: unknown = { [search]: 'down', payments: false };
      const { source } = poll(() => answer);
      const features = defineFeatures({
        search: { flag: search },
        payments: { flag: 'payments', failure: 'closed' },
      });
      const store = createMaintenanceStore({ source, features, user: 'alice' });
      store.start();
      await vi.advanceTimersByTimeAsync(0);

      answer = how === 'fails' ? new Response('', { status: 500 }) : new Promise(() => {});
      store.setUser('bob');
      await vi.advanceTimersByTimeAsync(2000);

      expect(store.getAffected().map(({ feature }) => feature)).toEqual(['payments']);
    });
  });

  it('asks at once on refresh, and keeps the known flags until the answer', async () => {
    let value = true;
    const { source, asked } = poll(() => ({ [search]: value }));
    source.refresh();
    expect(asked()).toBe(0);
    await listen(source);

    value = false;
    source.refresh();
    expect(source.get(search)).toBe(true);
    await vi.advanceTimersByTimeAsync(0);

    expect(asked()).toBe(2);
    expect(source.get(search)).toBe(false);
    await vi.advanceTimersByTimeAsync(5 * minute);
    expect(asked()).toBe(3);
  });

  it.each([
    ['ahead', 2],
    ['behind', -2],
  ])('corrects a clock that is two hours %s by the Date of an answer', async (_what, hours) => {
    const wrong = hours * 60 * minute;
    const window = { startsAt: noon + 60 * minute, endsAt: noon + 90 * minute, endsAutomatically: true };
    const store = createMaintenanceStore({ now: () => Date.now() + wrong });
    const skewed = pollingSource('https://shop.example/flags', {
      now: () => Date.now() + wrong,
      fetch: async () =>
        Response.json({ [search]: window }, { headers: { date: new Date().toUTCString(), age: '0' } }),
    });
    store.get(search);
    store.start(skewed);
    await vi.advanceTimersByTimeAsync(0);
    expect(store.get(search).phase).toBe('scheduled');

    await vi.advanceTimersByTimeAsync(60 * minute);

    expect(store.get(search).phase).toBe('active');
  });
});
