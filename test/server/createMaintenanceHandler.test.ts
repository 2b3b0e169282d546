import { createMaintenanceHandler, type MaintenanceHandlerOptions } from 'react-maintenance-mode/server';
import { describe, expect, it, vi } from 'vitest';

import { features, noon, routes } from './shop.js';

type Options = Partial<MaintenanceHandlerOptions<keyof typeof features, Request>>;

function handlerFor(flags: Record<string, unknown>, options: Options = {}) {
  return createMaintenanceHandler({
    features,
    readFlags: () => flags,
    failure: 'open',
    routes,
    now: () => noon,
    ...options,
  });
}

const request = (path: string, init?: RequestInit) => new Request(`https://shop.example${path}`, init);

describe('createMaintenanceHandler', () => {
  it('passes with a snapshot of the features, taken at the instant of the request', async () => {
    const handler = handlerFor({ 'search-maintenance': true, 'not-ours': { secret: 1 } });

    const answer = await handler(request('/'));

    expect(answer.response).toBeUndefined();
    expect(answer.snapshot).toEqual({
      now: noon,
      windows: { search: { id: 'search-maintenance', mode: 'down' } },
    });
    expect(answer.bypassed).toEqual([]);
    expect(answer.headers).toEqual({});
  });

  it('refuses requests to a feature that is down with 503', async () => {
    const { response } = await handlerFor({ 'search-maintenance': true })(request('/search?q=shoes'));

    expect(response?.status).toBe(503);
    expect(await response?.json()).toMatchObject({ feature: 'search', cause: 'search', mode: 'down' });
  });

  it.each([
    ['https://shop.example/fr/search', '/search'],
    ['https://shop.example/base/search', '/search'],
    ['https://shop.example/search', '/rewritten'],
  ])('also reads the path that Next routes by: %s as %s', async (url, pathname) => {
    const next = Object.assign(new Request(url), { nextUrl: { pathname } });

    const { response } = await handlerFor({ 'search-maintenance': true })(next);

    expect(response?.status).toBe(503);
  });

  it('reads the flags of each request, so that one user is refused and another is not', async () => {
    const handler = handlerFor(
      {},
      { readFlags: ({ headers }) => ({ 'search-maintenance': headers.get('x-user') === 'bob' }) },
    );

    const bob = await handler(request('/search', { headers: { 'x-user': 'bob' } }));
    const ann = await handler(request('/search', { headers: { 'x-user': 'ann' } }));

    expect(bob.response?.status).toBe(503);
    expect(ann.response).toBeUndefined();
    expect(ann.snapshot?.windows).toEqual({});
  });

  it('passes the flag keys of the features to readFlags', async () => {
    const readFlags = vi.fn(() => ({}));

    await handlerFor({}, { readFlags })(request('/'));

    expect(readFlags).toHaveBeenCalledWith(expect.any(Request), [
      'site-maintenance',
      'search-maintenance',
      'comments-maintenance',
      'payments-maintenance',
      'checkout-maintenance',
    ]);
  });

  it('does not read flags on allowed paths, because health checks rely on them', async () => {
    const readFlags = vi.fn(() => ({ 'site-maintenance': true }));
    const handler = handlerFor({}, { readFlags, allow: { paths: ['/sign-in'] } });

    const answers = [await handler(request('/healthz')), await handler(request('/sign-in'))];

    expect(answers.map(({ response, snapshot }) => [response, snapshot])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    expect(readFlags).not.toHaveBeenCalled();
  });

  it.each([
    ['/assets/*', '/assets'],
    ['/assets/*', '/assets/'],
    ['/assets/*', '/assets/app.js?v=1'],
    ['/assets/*.js', '/assets/app.js'],
    ['/:locale/sign-in', '/de/sign-in'],
    ['/*', '/anything'],
    ['/', '/'],
    ['/', '/?a=1'],
  ])('reads no flags for the allowed paths %s: %s', async (pattern, path) => {
    const readFlags = vi.fn(() => ({ 'site-maintenance': true }));
    const handler = handlerFor({}, { readFlags, allow: { paths: [pattern] } });

    const { response } = await handler(new Request(`https://shop.example${path}`));

    expect(response).toBeUndefined();
    expect(readFlags).not.toHaveBeenCalled();
  });

  it('reads a snapshot for an allowed path on request', async () => {
    const handler = handlerFor({ 'site-maintenance': true }, { allow: { paths: ['/sign-in'] } });

    const snapshot = await handler.readSnapshot(request('/sign-in'));

    expect(Object.keys(snapshot?.windows ?? {})).toEqual(['site']);
  });

  it('requires the option failure', () => {
    // What a caller without types would write.
    const options = { failure: undefined } as unknown as Options;

    expect(() => handlerFor({}, options)).toThrow(/failure is undefined.*"open" or "closed"/);
  });
});

describe('if the flags cannot be read', () => {
  const down = () => Promise.reject(new Error('connection refused'));

  it('lets requests pass without a snapshot if failure is open', async () => {
    const handler = handlerFor({}, { readFlags: down, onError: () => {} });

    const answer = await handler(request('/search'));

    expect(answer.response).toBeUndefined();
    expect(answer.snapshot).toBeUndefined();
  });

  it('puts every feature into its own mode if failure is closed', async () => {
    const handler = handlerFor({}, { readFlags: down, failure: 'closed', onError: () => {} });

    const read = await handler(request('/search'));
    const health = await handler(request('/healthz'));

    expect(read.response?.status).toBe(503);
    expect(health.response).toBeUndefined();
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('boom');
      },
    ],
    ['rejects', down],
    ['gives nothing', () => undefined],
    ['resolves to nothing', async () => null],
  ])('treats a reader that %s as failed', async (_, readFlags) => {
    const onError = vi.fn();
    // Some of these are not what the types ask for.
    const handler = handlerFor(
      {},
      { readFlags: readFlags as unknown as NonNullable<Options['readFlags']>, failure: 'closed', onError },
    );

    const { response } = await handler(request('/search'));

    expect(response?.status).toBe(503);
    expect(onError.mock.calls.map(([{ code }]) => code)).toEqual(['flags-failed']);
  });

  it('waits no longer than timeoutMs', async () => {
    vi.useFakeTimers();
    const onError = vi.fn();
    const handler = handlerFor(
      {},
      { readFlags: () => new Promise(() => {}), failure: 'closed', timeoutMs: 250, onError },
    );

    const answer = handler(request('/search'));
    await vi.advanceTimersByTimeAsync(249);
    expect(onError).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);

    expect((await answer).response?.status).toBe(503);
    expect(onError.mock.calls[0]?.[0].message).toContain('no answer within 250 ms');
    vi.useRealTimers();
  });

  it('leaves no timer running', async () => {
    vi.useFakeTimers();
    const handler = handlerFor({}, { readFlags: async () => ({}) });

    await handler(request('/search'));

    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('reports the first failure, not every request, and reports again after a success', async () => {
    const onError = vi.fn();
    let failing = true;
    const readFlags = async () => (failing ? down() : {});
    const handler = handlerFor({}, { readFlags, onError });

    await handler(request('/'));
    await handler(request('/'));
    expect(onError).toHaveBeenCalledTimes(1);

    failing = false;
    await handler(request('/'));
    failing = true;
    await handler(request('/'));
    expect(onError).toHaveBeenCalledTimes(2);
  });

  it('reports an invalid flag value once, and the request goes on', async () => {
    const onError = vi.fn();
    const handler = handlerFor({ 'search-maintenance': { endsAt: 'soon' } }, { onError });

    await handler(request('/search'));
    await handler(request('/search'));

    expect(onError.mock.calls.map(([{ code }]) => code)).toEqual(['invalid-flag-value']);
  });

  it('survives an onError that throws', async () => {
    const onError = () => {
      throw new Error('the logger is down too');
    };

    const answer = await handlerFor({}, { readFlags: down, onError })(request('/'));

    expect(answer.response).toBeUndefined();
  });
});
