import { randomBytes } from 'node:crypto';
import { createServer, request as ask } from 'node:http';
import express from 'express';
import fastify from 'fastify';
import Koa from 'koa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startFlagServer, type TestFlagServer } from '../flag-server/startFlagServer.js';
import { listen } from '../server/listen.js';
import type * as guide from './guideServer.js';

type Guide = typeof guide;

const perUser = {
  key: 'search-maintenance',
  on: true,
  variations: [false, true],
  fallthrough: { variation: 0 },
  offVariation: 0,
  targets: [{ values: ['bob'], variation: 1 }],
};

const secret = randomBytes(32).toString('hex');
let flags: TestFlagServer;
const clients: { close(): void }[] = [];

beforeAll(async () => {
  flags = await startFlagServer({ flags: { 'search-maintenance': perUser } });
});
afterAll(() => flags.remove());

beforeEach(() => {
  vi.stubEnv('BYPASS_SECRET', secret);
  // What LaunchDarkly's SDK logs, and what the middleware says of flags that cannot be read.
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Loads the snippets anew, with their LaunchDarkly client at the flag server, or where there is none. */
async function load<T>(snippet: () => Promise<T>, flagServer: string): Promise<T> {
  vi.resetModules();
  vi.stubEnv('FLAG_SERVER', flagServer);
  const { client } = await import('./flagClient.js');
  clients.push(client);
  return snippet();
}

const nowhere = 'http://127.0.0.1:9';

async function statuses(url: URL, path: string): Promise<number[]> {
  const of = async (user: string) =>
    (await fetch(new URL(path, url), { headers: { 'x-user': user } })).status;
  return Promise.all([of('bob'), of('alice')]);
}

describe('the server of the README', () => {
  async function serve(flagServer: string): Promise<URL> {
    await load(() => import('./readmeServer.js'), flagServer);
    const { app } = await import('./serverApp.js');
    app.get('/api/search/words', (_request, response) => response.send('found'));
    return listen(createServer(app));
  }

  it('refuses Bob, and hands on the snapshot', async () => {
    const url = await serve(flags.url);

    expect(await statuses(url, '/api/search/words')).toEqual([503, 200]);
    const page = await (await fetch(url, { headers: { 'x-user': 'bob' } })).text();
    expect(page).toMatch(/window\.snapshot = \{.*"search":/);
  });

  it('serves everybody while the flags cannot be read', async () => {
    const url = await serve(nowhere);

    expect(await statuses(url, '/api/search/words')).toEqual([200, 200]);
    expect(await (await fetch(url)).text()).toBe('<script>window.snapshot = null</script>');
  });
});

describe('the servers of the guide', () => {
  const frameworks = {
    async express({ addToExpress }: Guide) {
      const app = express();
      addToExpress(app);
      return listen(createServer(app.use((_request, response) => void response.send('found'))));
    },
    async koa({ addToKoa }: Guide) {
      const app = new Koa();
      addToKoa(app);
      app.use((context) => void (context.body = 'found'));
      return listen(createServer(app.callback()));
    },
    async fastify({ addToFastify }: Guide) {
      const app = fastify();
      addToFastify(app);
      app.get('/*', () => 'found');
      onTestFinished(() => app.close());
      return new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
    },
    async node({ serveByNode }: Guide) {
      const app = express().use((_request, response) => void response.send('found'));
      return listen(serveByNode(app, (_request, socket) => socket.end('HTTP/1.1 101 Switching\r\n\r\n')));
    },
  };

  it.each(Object.entries(frameworks))('refuses Bob: %s', async (_name, serve) => {
    const url = await serve(await load(() => import('./guideServer.js'), flags.url));

    expect(await statuses(url, '/api/search/words')).toEqual([503, 200]);
  });

  it.each(Object.entries(frameworks))(
    'serves everybody while flags cannot be read: %s',
    async (_name, serve) => {
      const url = await serve(await load(() => import('./guideServer.js'), nowhere));

      expect(await statuses(url, '/api/search/words')).toEqual([200, 200]);
    },
  );

  it('shows what is known of the flags in Express, and null when they cannot be read', async () => {
    for (const [flagServer, expected] of [
      [flags.url, { windows: { search: { mode: 'down' } } }],
      [nowhere, null],
    ] as const) {
      const url = await frameworks.express(await load(() => import('./guideServer.js'), flagServer));
      const snapshot: unknown = await (await fetch(url, { headers: { 'x-user': 'bob' } })).json();
      if (expected) expect(snapshot).toMatchObject(expected);
      else expect(snapshot).toBeNull();
    }
  });

  it("refuses Bob's WebSocket", async () => {
    const url = await frameworks.node(await load(() => import('./guideServer.js'), flags.url));

    expect(await upgrade(url, 'bob')).toBe(503);
    expect(await upgrade(url, 'alice')).toBe(101);
  });

  it('refuses Bob in Hono, and keeps what staff see out of caches', async () => {
    const { app } = await load(() => import('./honoServer.js'), flags.url);
    app.get('/api/search/words', (c) => c.text('found', 200, { 'cache-control': 'max-age=60' }));
    const get = (headers: Record<string, string>) => app.request('/api/search/words', { headers });

    expect((await get({ 'x-user': 'bob' })).status).toBe(503);
    const signIn = await app.request(`/?maintenance-bypass=${secret}`);
    const cookie = signIn.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const staff = await get({ 'x-user': 'bob', cookie });

    expect(staff.status).toBe(200);
    expect(staff.headers.get('cache-control')).toMatch(/no-store/);
    expect((await get({ 'x-user': 'alice' })).headers.get('cache-control')).toBe('max-age=60');
  });

  it('serves everybody in Hono while flags cannot be read', async () => {
    const { app } = await load(() => import('./honoServer.js'), nowhere);
    app.get('/api/search/words', (c) => c.text('found'));

    expect((await app.request('/api/search/words', { headers: { 'x-user': 'bob' } })).status).toBe(200);
  });

  it('looks into the bodies of GraphQL', async () => {
    const { maintenance } = await import('./bodyRules.js');
    const url = await listen(
      createServer((request, response) => maintenance(request, response, () => response.end())),
    );
    const post = async (query: string) =>
      (await fetch(new URL('/graphql', url), { method: 'POST', body: JSON.stringify({ query }) })).status;

    expect([await post('{ search { words } }'), await post('{ orders { id } }')]).toEqual([503, 200]);
  });

  it('sees the method that the request was overridden with', async () => {
    const { addInOrder } = await import('./order.js');
    const app = express();
    addInOrder(app);
    const url = await listen(createServer(app.use((_request, response) => void response.send('done'))));
    const get = async (headers: Record<string, string>) =>
      (await fetch(new URL('/api/comments/1', url), { headers })).status;

    expect([await get({}), await get({ 'x-http-method-override': 'DELETE' })]).toEqual([200, 503]);
  });

  it('keeps the flags of a remote service, for each user', async () => {
    const { cached } = await import('./remoteFlags.js');
    const asked = vi.fn(() => ({ 'search-maintenance': true }));
    const readFlags = cached(asked);
    const from = (user: string) => ({ headers: { 'x-user': user } }) as never;

    await readFlags(from('bob'), ['search-maintenance']);
    expect(await readFlags(from('bob'), ['search-maintenance'])).toEqual({ 'search-maintenance': true });
    await readFlags(from('alice'), ['search-maintenance']);

    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('tells browsers the flags of their user', async () => {
    await load(() => import('./ownEndpoint.js'), flags.url);
    const { app } = await import('./serverApp.js');
    const url = await listen(createServer(app));

    const answer = await fetch(new URL('/flags', url), { headers: { 'x-user': 'bob' } });

    expect(await answer.json()).toMatchObject({ 'search-maintenance': true });
  });

  it('answers with an error where flags for browsers cannot be read', async () => {
    // The SDK gives up at once where its key is refused, and after ten seconds where nobody answers.
    const refusing = await listen(createServer((_request, response) => response.writeHead(401).end()));
    await load(() => import('./ownEndpoint.js'), refusing.origin);
    const { app } = await import('./serverApp.js');
    const url = await listen(createServer(app));

    expect((await fetch(new URL('/flags', url))).status).toBe(500);
  });

  it.each([
    ['with a snapshot', () => flags.url, /window\.snapshot = \{/, false],
    ['without one, when flags cannot be read', () => nowhere, /window\.snapshot = null/, true],
  ])('renders a page %s', async (_what, flagServer, script, open) => {
    const { maintenance } = await load(() => import('./guideServer.js'), flagServer());
    const { render } = await import('./firstRender.js');
    const url = await listen(
      createServer((request, response) =>
        maintenance(request, response, () => render(maintenance, request, response)),
      ),
    );

    const page = await (await fetch(url, { headers: { 'x-user': 'bob' } })).text();

    expect(page).toMatch(script);
    expect(page.includes('type="search"')).toBe(open);
  });
});

it('labels features by locale', async () => {
  const { features } = await import('./labels.js');

  expect(features.search.label).toEqual({ en: 'Search', fr: 'La recherche' });
  expect(features.uploads.label).toBeTypeOf('function');
});

/** The status that a WebSocket is answered with. */
function upgrade(url: URL, user: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = ask(new URL('/api/search/live', url), {
      headers: { connection: 'upgrade', upgrade: 'websocket', 'x-user': user },
    });
    request.on('upgrade', ({ statusCode = 0 }, socket) => {
      socket.destroy();
      resolve(statusCode);
    });
    request.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject).end();
  });
}
