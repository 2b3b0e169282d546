import { createMaintenanceStore, defineFeatures, memorySource } from 'react-maintenance-mode/core';
import { maintenanceFetch } from 'react-maintenance-mode/fetch';
import { respond } from 'react-maintenance-mode/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const features = defineFeatures({
  search: { flag: 'search-maintenance', label: 'Search' },
  comments: { flag: 'comments-maintenance', label: 'Comments' },
});
const routes = { '/api/search/*': 'search', 'https://api.example/search/*': 'search' } as const;

beforeEach(() => {
  vi.stubGlobal('location', new URL('https://shop.example/words/list?page=2'));
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A tab of the page, with a network that gives this answer. */
function tab(answer: () => Response | Promise<Response> = () => new Response('app')) {
  const sent = vi.fn<typeof fetch>(async () => answer());
  const store = createMaintenanceStore({ features });
  return { sent, store, api: maintenanceFetch(sent, store, { features, routes }) };
}

const busy = () => new Response('busy', { status: 503, headers: { 'retry-after': '90' } });

/** What a server of this package says while search is down. */
function refused(): Promise<Response> {
  const store = createMaintenanceStore({ features });
  store.reportUnavailable('search', { id: 'reindex-7', mode: 'down' }, Date.now() + 60_000);
  return respond(new Request('https://any.example/'), store.get('search'));
}

describe('an address', () => {
  it.each<[string, Parameters<typeof fetch>[0]]>([
    ['a path', '/api/search/words'],
    ['a path with a query', '/api/search?q=1#top'],
    ['a path from where the page is', '../api/search/words'],
    ['whole', 'https://shop.example/api/search/words'],
    ['a URL', new URL('https://shop.example/api/search/words')],
    ['a Request', new Request('https://shop.example/api/search/words')],
    ['of another server that a route names', 'https://api.example/search/words'],
  ])('may be %s: its feature closes, and the request is not sent again', async (_, address) => {
    const { sent, store, api } = tab(busy);

    const first = await api(address);
    const second = await api(address);

    expect(await first.text()).toBe('busy');
    expect(second.status).toBe(503);
    expect(store.get('search').mode).toBe('down');
    expect(sent.mock.calls).toEqual([[address, undefined]]);
  });

  it.each([
    ['of another server', 'https://other.example/api/search/words'],
    ['of another port', 'https://shop.example:8443/api/search/words'],
    ['without encryption', 'http://shop.example/api/search/words'],
    ['beyond the route', '/api/searching'],
    ['that leads out of the route', '/api/search/..%2fother'],
  ])('%s closes nothing', async (_, address) => {
    const { sent, store, api } = tab(busy);

    await api(address);
    await api(address);

    expect(store.getAffected()).toEqual([]);
    expect(sent).toHaveBeenCalledTimes(2);
  });

  it('of another server cannot close features with problem details of this library', async () => {
    const { store, api } = tab(refused);

    await api('https://evil.example/api/search/words');
    expect(store.get('search').mode).toBe('none');

    await api('/somewhere/else');
    expect(store.get('search').mode).toBe('down');
  });
});

describe('a response', () => {
  it('to HEAD has no body and closes the feature by its header', async () => {
    const headers = { 'retry-after': '90', 'content-type': 'application/problem+json' };
    const { store, api } = tab(() => new Response(null, { status: 503, headers }));

    const response = await api('/api/search/words', { method: 'HEAD' });

    expect(response.status).toBe(503);
    expect(store.get('search').mode).toBe('down');
  });

  it('with 429 closes nothing and is returned unchanged', async () => {
    const answer = new Response('slow down', { status: 429, headers: { 'retry-after': '90' } });
    const { store, api } = tab(() => answer);

    expect(await api('/api/search/words')).toBe(answer);
    expect(store.getAffected()).toEqual([]);
  });
});

describe('a Request', () => {
  it('that is aborted rejects as aborted while its feature is closed', async () => {
    const { sent, store, api } = tab();
    store.reportUnavailable('search', { id: 'reindex-7', mode: 'down' }, Date.now() + 60_000);
    const request = new Request('https://shop.example/api/search/words', { signal: AbortSignal.abort() });

    await expect(api(request)).rejects.toMatchObject({ name: 'AbortError' });
    expect(sent).not.toHaveBeenCalled();
  });

  it('that is not sent keeps its body unread', async () => {
    const { store, api } = tab();
    store.reportUnavailable('search', { id: 'reindex-7', mode: 'down' }, Date.now() + 60_000);
    const request = new Request('https://shop.example/api/search/words', { method: 'POST', body: 'words' });

    await api(request);

    expect(await request.text()).toBe('words');
  });
});

describe('maintenanceFetch', () => {
  it.each(['8640000000000', '9'.repeat(400), 'Fri, 31 Dec 9999 23:59:59 GMT'])(
    'closes a feature for at most the limit, whatever Retry-After says: %s',
    async (retryAfter) => {
      const { store, api } = tab(
        () => new Response('', { status: 503, headers: { 'retry-after': retryAfter } }),
      );

      await api('/api/search/words');
      const second = await api('/api/search/words');

      expect(store.get('search').mode).toBe('down');
      expect(store.get('search').endsAt).toBeUndefined();
      expect(second.status).toBe(503);
      await expect(second.json()).resolves.toMatchObject({ feature: 'search' });
    },
  );

  it('problem details that never end do not delay a request', async () => {
    vi.useFakeTimers();
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(9)) });
    const { store, api } = tab(
      () => new Response(body, { status: 503, headers: { 'content-type': 'application/problem+json' } }),
    );
    const answered = vi.fn();

    void api('/api/search/words').then(answered);
    await vi.advanceTimersByTimeAsync(2000);

    expect(answered).toHaveBeenCalledTimes(1);
    expect(store.get('search').mode).toBe('none');
    vi.useRealTimers();
  });

  it('problem details that are too long are ignored, and the caller can read the body', async () => {
    const text = JSON.stringify({ type: 'urn:other', detail: 'x'.repeat(200_000) });
    const { store, api } = tab(
      () => new Response(text, { status: 503, headers: { 'content-type': 'application/problem+json' } }),
    );

    const response = await api('/api/search/words');

    expect(await response.text()).toBe(text);
    expect(store.get('search').mode).toBe('none');
  });

  it.each(['/api/search/words', '/words'])(
    'closes nothing when %s was redirected to another origin',
    async (address) => {
      const answer = await refused();
      Object.defineProperties(answer, {
        redirected: { value: true },
        url: { value: 'https://other.example/busy' },
      });
      const { store, api } = tab(() => answer);

      await api(address);

      expect(store.getAffected()).toEqual([]);
    },
  );

  it('a refusal after a redirect on the same origin closes its feature', async () => {
    const answer = await refused();
    Object.defineProperties(answer, {
      redirected: { value: true },
      url: { value: 'https://shop.example/api/v2/search' },
    });
    const { store, api } = tab(() => answer);

    await api('/api/search/words');

    expect(store.get('search').mode).toBe('down');
  });

  it('an answer for the previous user closes nothing for the present user', async () => {
    const source = memorySource();
    const store = createMaintenanceStore({ features, source });
    store.start();
    let answer: (response: Response) => void = () => {};
    const api = maintenanceFetch(() => new Promise((resolve) => (answer = resolve)), store, {
      features,
      routes,
    });
    const asked = api('/api/search/words');

    source.setUser('bob');
    answer(busy());
    await asked;

    expect(store.getAffected()).toEqual([]);
  });

  it('relative addresses start at the base of the document', async () => {
    vi.stubGlobal('document', { baseURI: 'https://shop.example/api/' });
    const { store, api } = tab(busy);

    await api('search/words');

    expect(store.get('search').mode).toBe('down');
  });
});
