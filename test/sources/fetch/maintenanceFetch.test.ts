import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createMaintenanceStore, defineFeatures, memorySource } from 'react-maintenance-mode/core';
import { maintenanceFetch, type MaintenanceFetchOptions } from 'react-maintenance-mode/fetch';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

const features = defineFeatures({
  search: { flag: 'search-maintenance', label: 'Search' },
  comments: { flag: 'comments-maintenance', label: 'Comments', mode: 'read-only' },
  payments: { flag: 'payments-maintenance', label: 'Payments' },
  checkout: { flag: 'checkout-maintenance', label: 'Checkout', dependsOn: ['payments'] },
});

const routes = {
  '/api/search/*': 'search',
  '/api/comments/*': 'comments',
  '/api/checkout/*': 'checkout',
} as const;

let server: Server;
let url: string;
/** What the API is asked for, in order. */
let asked: string[];
/** The flags as the server reads them. */
let serverFlags: Record<string, unknown>;
/** What the app behind the middleware answers. */
let app: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  asked = [];
  serverFlags = {};
  app = (_request, response) => response.end('app');
  const maintenance = maintenanceMiddleware({
    features,
    readFlags: () => serverFlags,
    failure: 'open',
    routes,
  });
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    maintenance(request, response, () => app(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function tab(options: MaintenanceFetchOptions<keyof typeof features> = { routes }) {
  const source = memorySource();
  const store = createMaintenanceStore({ source, features });
  const stop = store.start();
  const api = maintenanceFetch(fetch, store, { features, ...options });
  return { source, store, stop, api };
}

describe('problem details of this library', () => {
  it('close the feature at once, with the notice of the flag', async () => {
    const { source, store, api } = tab();
    const value = {
      mode: 'down',
      title: 'Search is being rebuilt',
      endsAt: Date.now() + 600_000,
      id: 'reindex-7',
    };
    serverFlags['search-maintenance'] = value;
    const changed = vi.fn();
    store.subscribe('search', changed);

    const response = await api(`${url}/api/search/words`);

    expect(response.status).toBe(503);
    const closed = store.get('search');
    expect(closed).toMatchObject({
      mode: 'down',
      phase: 'active',
      windowId: 'reindex-7',
      notice: { title: value.title },
    });
    source.set('search-maintenance', value);
    expect(store.get('search')).toEqual(closed);
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it.each([-7_200_000, 7_200_000])(
    'correct a clock of the visitor that is wrong by %i ms, by their Date header',
    async (wrongBy) => {
      const source = memorySource();
      const store = createMaintenanceStore({ source, features, now: () => Date.now() + wrongBy });
      onTestFinished(store.start());
      const api = maintenanceFetch(fetch, store, { features, routes });
      serverFlags['search-maintenance'] = { endsAt: Date.now() + 600_000 };

      await api(`${url}/api/search/words`);

      expect(store.get('search').phase).toBe('active');
      expect(Math.abs(store.now() - Date.now())).toBeLessThan(5_000);
    },
  );

  it('do not correct a clock that differs only by the travel time of the answer', async () => {
    const source = memorySource();
    const store = createMaintenanceStore({ source, features, now: () => Date.now() + 3_000 });
    const api = maintenanceFetch(fetch, store, { features, routes });
    serverFlags['search-maintenance'] = true;

    await api(`${url}/api/search/words`);

    expect(store.now() - Date.now()).toBeGreaterThan(2_000);
  });

  it('do not set the time if they come from another server or an overload', async () => {
    const { store } = tab();
    const answer = () =>
      Promise.resolve(
        new Response(null, {
          status: 503,
          headers: { 'retry-after': '60', date: 'Tue, 01 Jan 2030 00:00:00 GMT' },
        }),
      );
    const api = maintenanceFetch(answer, store, { features, routes });

    await api(`${url}/api/search/words`);

    expect(store.get('search').mode).toBe('down');
    expect(Math.abs(store.now() - Date.now())).toBeLessThan(5_000);
  });

  it('leave their body to the caller', async () => {
    const { api } = tab();
    serverFlags['search-maintenance'] = true;

    const response = await api(`${url}/api/search/words`);

    expect(await response.json()).toMatchObject({ feature: 'search' });
  });

  it('close everything that the cause closes', async () => {
    const { store, api } = tab();
    serverFlags['payments-maintenance'] = true;

    await api(`${url}/api/checkout/pay`, { method: 'POST' });

    expect(store.get('payments').mode).toBe('down');
    expect(store.get('checkout')).toMatchObject({ mode: 'down', cause: 'payments' });
    expect(store.get('search').mode).toBe('none');
  });

  it('last until the flag changes', async () => {
    const { source, store, api } = tab();
    serverFlags['comments-maintenance'] = true;
    await api(`${url}/api/comments/1`, { method: 'POST', body: 'x' });
    expect(store.get('comments')).toMatchObject({ canRead: true, canWrite: false });

    source.set('comments-maintenance', true);
    source.set('comments-maintenance', false);

    expect(store.get('comments').mode).toBe('none');
  });

  it('are not undone by a flag with the same value as before', async () => {
    const { source, store, api } = tab();
    source.set('search-maintenance', false);
    serverFlags['search-maintenance'] = true;
    await api(`${url}/api/search/words`);

    source.set('search-maintenance', false);

    expect(store.get('search').mode).toBe('down');
  });

  it('last until the time is over, with a random delay in each tab', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const { store, api } = tab();
    serverFlags['search-maintenance'] = true;

    await api(`${url}/api/search/words`);
    await vi.advanceTimersByTimeAsync(125_000);
    expect(store.get('search').mode).toBe('down');
    await vi.advanceTimersByTimeAsync(1_100);

    expect(store.get('search').mode).toBe('none');
  });

  it.each([
    [5000, 5000],
    [NaN, 3_600_000],
    [-1, 3_600_000],
  ])('last no longer than maxHoldMs: %d is %d', async (maxHoldMs, holds) => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    const { store, api } = tab({ routes, maxHoldMs });
    app = (_request, response) => {
      response.writeHead(503, { 'retry-after': '999999999' });
      response.end();
    };

    await api(`${url}/api/search/words`);
    await vi.advanceTimersByTimeAsync(holds - 100);
    expect(store.get('search').mode).toBe('down');
    await vi.advanceTimersByTimeAsync(200);

    expect(store.get('search').mode).toBe('none');
  });

  it('close a feature without a route, and ignore an unknown feature', async () => {
    const { store, api } = tab({});
    const problem = (feature: string) => (_request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(503, { 'content-type': 'application/problem+json' });
      response.end(
        JSON.stringify({
          type: 'urn:problem-type:react-maintenance-mode:unavailable',
          feature,
          mode: 'down',
        }),
      );
    };

    app = problem('search');
    await api(`${url}/graphql`);
    app = problem('elsewhere');
    await api(`${url}/graphql`);

    expect(store.getAffected().map(({ feature }) => feature)).toEqual(['search']);
  });

  it.each([
    ['no JSON', '<html>'],
    ['another type', '{"type":"about:blank","feature":"search","mode":"down"}'],
    ['null', 'null'],
    ['no feature', '{"type":"urn:problem-type:react-maintenance-mode:unavailable"}'],
    [
      'no maintenance',
      '{"type":"urn:problem-type:react-maintenance-mode:unavailable","feature":"search","mode":"off"}',
    ],
  ])('close nothing if they are %s', async (_, body) => {
    const { store, api } = tab({});
    app = (_request, response) => {
      response.writeHead(503, { 'content-type': 'application/problem+json' });
      response.end(body);
    };

    const response = await api(`${url}/graphql`);

    expect(await response.text()).toBe(body);
    expect(store.getAffected()).toEqual([]);
  });

  it('cannot link to a script', async () => {
    const { store, api } = tab();
    const link = { href: 'javascript:alert(1)', text: 'x' };
    app = (_request, response) => {
      response.writeHead(503, { 'content-type': 'application/problem+json' });
      response.end(
        JSON.stringify({
          type: 'urn:problem-type:react-maintenance-mode:unavailable',
          feature: 'search',
          mode: 'down',
          notice: { title: 'x', link },
        }),
      );
    };

    await api(`${url}/api/search/words`);

    expect(store.get('search').notice).toEqual({ title: 'x' });
  });
});

describe('a 503 of another server', () => {
  const answer = (headers: Record<string, string>, status = 503) => {
    app = (_request, response) => {
      response.writeHead(status, headers);
      response.end('busy');
    };
  };

  it('closes the feature of a route if it has Retry-After', async () => {
    const { store, api } = tab();
    answer({ 'retry-after': '90' });

    const response = await api(`${url}/api/search/words`);

    expect(await response.text()).toBe('busy');
    const { mode, endsAt = 0 } = store.get('search');
    expect(mode).toBe('down');
    expect(Math.abs(endsAt - Date.now() - 90_000)).toBeLessThan(5000);
  });

  it('understands an HTTP-date', async () => {
    const { store, api } = tab();
    answer({ 'retry-after': new Date(Date.now() + 60_000).toUTCString() });

    await api(`${url}/api/search/words`);

    expect(store.get('search').mode).toBe('down');
  });

  it.each<[string, string, Record<string, string>, number]>([
    ['says nothing of coming back', '/api/search/words', {}, 503],
    ['says nonsense of coming back', '/api/search/words', { 'retry-after': 'soon' }, 503],
    ['is of no mapped path', '/other', { 'retry-after': '90' }, 503],
    ['is 429', '/api/search/words', { 'retry-after': '90' }, 429],
    ['is 500', '/api/search/words', { 'retry-after': '90' }, 500],
  ])('is an overload if it %s', async (_, path, headers, status) => {
    const { store, api } = tab();
    answer(headers, status);

    const response = await api(url + path);

    expect(response.status).toBe(status);
    expect(store.getAffected()).toEqual([]);
  });
});

describe('requests that would be refused', () => {
  it('have the Retry-After of the API, and not a longer one', async () => {
    const { store, api } = tab();
    app = (_request, response) => {
      response.writeHead(503, { 'retry-after': '4' });
      response.end();
    };
    await api(`${url}/api/search/words`);
    expect(store.get('search').mode).toBe('down');

    const answeredHere = await api(`${url}/api/search/words`);

    expect(asked).toHaveLength(1);
    expect(Number(answeredHere.headers.get('retry-after'))).toBeLessThanOrEqual(5);
  });

  it('are not sent, and are answered with the same refusal', async () => {
    const { source, api } = tab();
    source.set('search-maintenance', { endsAt: Date.now() + 60_000, message: 'Back soon.' });

    const response = await api(`${url}/api/search/words`);

    expect(asked).toEqual([]);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('60');
    expect(await response.json()).toMatchObject({ feature: 'search', mode: 'down', detail: 'Back soon.' });
  });

  it('are sent again when the feature is open', async () => {
    const { source, api } = tab();
    source.set('search-maintenance', true);
    await api(`${url}/api/search/words`);

    source.set('search-maintenance', false);
    const response = await api(`${url}/api/search/words`);

    expect(await response.text()).toBe('app');
  });

  it('are only writes while a feature is read-only, except those that only read', async () => {
    const { source, api } = tab({ routes, reads: ['POST /api/comments/find'] });
    source.set('comments-maintenance', 'read-only');

    await api(`${url}/api/comments/1`);
    await api(`${url}/api/comments/1`, { method: 'post' });
    await api(`${url}/api/comments/find`, { method: 'POST' });
    await api(new Request(`${url}/api/comments/1`, { method: 'DELETE' }));

    expect(asked).toEqual(['GET /api/comments/1', 'POST /api/comments/find']);
  });

  it('reject as aborted if they are aborted', async () => {
    const { source, api } = tab();
    source.set('search-maintenance', true);

    await expect(api(`${url}/api/search/words`, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('are those of the server that the route names', async () => {
    const { source, api } = tab({ routes: { [`http://other.example/api/search/*`]: 'search' } });
    source.set('search-maintenance', true);

    const response = await api(`${url}/api/search/words`);

    expect(response.status).toBe(200);
  });
});

describe('all other requests', () => {
  it('pass unchanged', async () => {
    const store = createMaintenanceStore({ features });
    const inner = vi.fn(async () => new Response('app'));
    const api = maintenanceFetch(inner, store, { routes });
    const request = new Request('https://shop.example/api/search', { method: 'POST', body: 'x' });
    const init: RequestInit = { signal: new AbortController().signal, headers: { 'x-a': '1' } };

    await api(request, init);
    await api('https://shop.example/api/search');

    expect(inner.mock.calls).toEqual([
      [request, init],
      ['https://shop.example/api/search', undefined],
    ]);
    expect(inner.mock.calls[0]?.[0 as never]).toBe(request);
    expect(request.bodyUsed).toBe(false);
  });

  it('stream in both directions', async () => {
    const { api } = tab();
    app = (request, response) => void request.pipe(response);
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('half ty'));
        controller.enqueue(new TextEncoder().encode('ped'));
        controller.close();
      },
    });

    // `duplex` is not in the types of every environment yet.
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    const response = await api(`${url}/api/search/words`, init);

    expect(await response.text()).toBe('half typed');
  });

  it('are aborted by their signal', async () => {
    const { api } = tab();
    app = () => {};
    const abort = new AbortController();

    const answer = api(`${url}/api/search/words`, { signal: abort.signal });
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    abort.abort();

    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('reject like fetch for an invalid address', async () => {
    const { api } = tab();

    await expect(api('http://')).rejects.toThrow(TypeError);
  });
});
