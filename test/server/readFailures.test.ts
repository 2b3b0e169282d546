import { createMaintenanceHandler, type MaintenanceHandlerOptions } from 'react-maintenance-mode/server';
import { describe, expect, it, vi } from 'vitest';

import { features, noon, routes } from './shop.js';

type Options = Partial<MaintenanceHandlerOptions<keyof typeof features, Request>>;

const request = (path = '/search') => new Request(`https://shop.example${path}`);

function shop(readFlags: unknown, options: Options = {}) {
  const onError = vi.fn();
  const handler = createMaintenanceHandler({
    features,
    // Some of these are not what the types ask for.
    readFlags: readFlags as NonNullable<Options['readFlags']>,
    failure: 'closed',
    routes,
    now: () => noon,
    onError,
    ...options,
  });
  return { handler, onError };
}

class Store {
  readonly entries = { 'search-maintenance': true };
  get(key: 'search-maintenance') {
    return this.entries[key];
  }
}

describe('a value that is not a record of flags', () => {
  it.each([
    ['a text', 'true', 'the string "true"'],
    ['a page', '<!doctype html><title>Sign in</title>', 'the string "<!doctype html>'],
    ['a number', 1, '1'],
    ['true', true, 'true'],
    ['a list', ['search-maintenance'], 'a list of 1'],
    ['an empty list', [], 'a list of 0'],
    ['a Map', new Map([['search-maintenance', true]]), 'a Map'],
    ['a Set', new Set(['search-maintenance']), 'a Set'],
    ['a date', new Date(0), 'a Date'],
    ['a Response that nobody read', new Response('{}'), 'a Response'],
    ['Headers', new Headers({ 'search-maintenance': 'true' }), 'a Headers'],
    ['an error that was returned', new Error('no connection'), 'a Error'],
    ['an object of a class', new Store(), 'a Store'],
    [
      "an SDK's own object",
      { valid: true, getFlagValue: () => true, allValues: () => ({}) },
      'an object with functions (valid, getFlagValue, allValues)',
    ],
    ['a problem document', { title: 'Forbidden', status: 403 }, 'an error document (title, status)'],
    ['an error document', { error: 'unauthorized' }, 'an error document (error)'],
    ['a function', () => ({}), 'a function'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
  ])('is %s: the flags could not be read', async (_, given, found) => {
    const { handler, onError } = shop(async () => given);

    const { response } = await handler(request());

    expect(response?.status).toBe(503);
    const message = String(onError.mock.calls[0]?.[0].message);
    expect(message).toContain(`readFlags returned ${found}`);
    expect(message).toContain(
      'Expected an object of flag values by key, such as { "site-maintenance": false }',
    );
  });

  it.each([
    ['an empty object', {}],
    ['one without a prototype', Object.create(null)],
    ['one with other flags', { 'new-checkout': true }],
    ['one whose flag says the same as an error', { error: 'x', 'search-maintenance': false }],
    ['one of another realm', JSON.parse('{}')],
  ])('is not %s', async (_, given) => {
    const { handler, onError } = shop(() => given);

    const { response } = await handler(request());

    expect(response).toBeUndefined();
    expect(onError).not.toHaveBeenCalled();
  });
});

describe('a reader that fails', () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();

  it.each<[string, unknown]>([
    ['an object without a prototype', Object.create(null)],
    ['a Symbol', Symbol('why')],
    ['a revoked proxy', revoked.proxy],
    ['undefined', undefined],
    ['null', null],
    [
      'an object whose toString throws',
      {
        toString() {
          throw new Error('no text');
        },
      },
    ],
    ['an error whose message is a Symbol', Object.assign(new Error('x'), { message: Symbol('m') })],
    [
      'an error whose message throws',
      Object.defineProperty(new Error('x'), 'message', {
        get() {
          throw new Error('no message');
        },
      }),
    ],
  ])('may throw %s or reject with it', async (_, thrown) => {
    const rejects = shop(() => Promise.reject(thrown));
    const throws = shop(() => {
      throw thrown;
    });

    const answers = [await rejects.handler(request()), await throws.handler(request())];

    expect(answers.map(({ response }) => response?.status)).toEqual([503, 503]);
    for (const { onError } of [rejects, throws]) {
      expect(onError.mock.calls.map(([{ code }]) => code)).toEqual(['flags-failed']);
    }
  });

  it.each([
    ['is a revoked proxy', revoked.proxy],
    [
      'throws when it is waited for',
      {
        then() {
          throw new Error('no thenable');
        },
      },
    ],
    [
      'says so twice',
      {
        then(_resolve: unknown, reject: (error: Error) => void) {
          reject(new Error('first'));
          reject(new Error('second'));
        },
      },
    ],
    ['never calls back', { then() {} }],
    [
      'throws when it is looked at',
      new Proxy(
        {},
        {
          get() {
            throw new Error('not yours');
          },
        },
      ),
    ],
  ])('may return something that %s', async (_, given) => {
    const { handler, onError } = shop(() => given, { timeoutMs: 20 });

    const { response } = await handler(request());

    expect(response?.status).toBe(503);
    expect(onError.mock.calls.map(([{ code }]) => code)).toEqual(['flags-failed']);
  });

  it('may fail after timeoutMs', async () => {
    let fail = (_error: Error): void => {};
    const { handler } = shop(() => new Promise((_, reject) => (fail = reject)), { timeoutMs: 10 });

    const { response } = await handler(request());
    fail(new Error('too late'));

    expect(response?.status).toBe(503);
  });

  it('is reported at most ten times a minute if only some visitors have flags', async () => {
    const { handler, onError } = shop(({ headers }: Request) => {
      if (!headers.get('x-user')) throw new Error('no user');
      return {};
    });

    for (let i = 0; i < 40; i += 1) {
      await handler(request());
      await handler(new Request('https://shop.example/', { headers: { 'x-user': 'bob' } }));
    }

    expect(onError).toHaveBeenCalledTimes(10);
  });
});

describe('a clock or a platform that fails', () => {
  function brokenLater(): () => number {
    let asked = 0;
    return () => {
      asked += 1;
      if (asked > 1) throw new Error('no clock');
      return noon;
    };
  }

  it.each([
    ['passes while nothing is in maintenance', {}, undefined],
    ['is refused while something is', { 'search-maintenance': true }, 503],
  ])('a request %s', async (_, flags, status) => {
    const { handler, onError } = shop(() => flags, { failure: 'open', now: brokenLater() });

    const { response } = await handler(request());

    expect(response?.status).toBe(status);
    expect(onError.mock.calls.map(([{ code }]) => code)).toEqual(['request-failed']);
  });

  it('nobody is treated as staff if signatures cannot be checked', async () => {
    vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(new Error('not supported'));
    const secrets = ['correct horse battery staple'];
    const { handler, onError } = shop(() => ({ 'site-maintenance': true }), { bypass: { secrets } });
    const cookie = `maintenance-bypass=${Math.floor(noon / 1000) + 60}.${'0'.repeat(64)}`;

    const link = await handler(request(`/?maintenance-bypass=${encodeURIComponent(secrets[0] ?? '')}`));
    const visit = await handler(new Request('https://shop.example/', { headers: { cookie } }));
    vi.restoreAllMocks();

    expect([link.response?.status, visit.response?.status]).toEqual([503, 503]);
    expect(onError.mock.calls.every(([{ code }]) => code === 'request-failed')).toBe(true);
    const again = await handler(request(`/?maintenance-bypass=${encodeURIComponent(secrets[0] ?? '')}`));
    expect(again.response?.status).toBe(303);
  });
});
