import {
  createServer,
  get,
  request as httpRequest,
  Agent,
  type IncomingMessage,
  type Server,
} from 'node:http';
import { connect as connectSocket, type AddressInfo } from 'node:net';

import connect from 'connect';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { createMaintenanceHandler } from 'react-maintenance-mode/server';
import { maintenanceMiddleware, type MaintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { features, routes } from './shop.js';

type Shop = MaintenanceMiddleware<keyof typeof features, IncomingMessage>;

const closings: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(closings.splice(0).map((close) => close())));

/** Bob is in maintenance; the reader is asynchronous, as those of flag services are. */
const readFlags = async ({ headers }: IncomingMessage) => ({
  'search-maintenance': headers['x-user'] === 'bob',
  'comments-maintenance': headers['x-user'] === 'bob' && 'read-only',
});

function middleware(
  options: Partial<Parameters<typeof maintenanceMiddleware<keyof typeof features>>[0]> = {},
): Shop {
  return maintenanceMiddleware({ features, readFlags, failure: 'open', routes, ...options });
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closings.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server on `node:http` whose app says what was seen of the request. */
function plainServer(maintenance: Shop): Server {
  return createServer((request, response) =>
    maintenance(request, response, () =>
      response.end(`app: ${Object.keys(maintenance.passOf(request).snapshot?.windows ?? {})}`),
    ),
  );
}

/** The same shop on every server that there is an adapter for. */
const servers: Record<string, () => Promise<string>> = {
  'node:http': () => listen(plainServer(middleware())),
  Connect: () => {
    const app = connect();
    app.use(middleware());
    app.use((_request, response) => response.end('app'));
    return listen(createServer(app));
  },
  'Express 5': () => {
    const app = express();
    app.use(middleware());
    app.use((_request, response) => void response.send('app'));
    return listen(createServer(app));
  },
  Fastify: async () => {
    const app = fastify();
    const maintenance = middleware();
    app.addHook('onRequest', (request, reply, done) => maintenance(request.raw, reply.raw, done));
    app.all('/*', async () => 'app');
    closings.push(() => app.close());
    return app.listen({ port: 0, host: '127.0.0.1' });
  },
  Hono: async () => {
    const maintenance = createMaintenanceHandler({
      features,
      readFlags: ({ headers }) => ({ 'search-maintenance': headers.get('x-user') === 'bob' }),
      failure: 'open',
      routes,
    });
    const app = new Hono();
    app.use(async (c, next) => (await maintenance(c.req.raw)).response ?? next());
    app.all('/*', (c) => c.text('app'));
    return listen(
      createServer(async ({ url, method = 'GET', headers }, response) => {
        const user = headers['x-user'];
        const answer = await app.request(url ?? '/', {
          method,
          headers: user ? { 'x-user': String(user) } : {},
        });
        response.writeHead(answer.status, Object.fromEntries(answer.headers));
        response.end(await answer.text());
      }),
    );
  },
};

describe.each(Object.entries(servers))('on %s', (_, start) => {
  it('refuses one user and lets another pass', async () => {
    const url = await start();

    const bob = await fetch(`${url}/search?q=1`, { headers: { 'x-user': 'bob' } });
    const ann = await fetch(`${url}/search?q=1`, { headers: { 'x-user': 'ann' } });

    expect(bob.status).toBe(503);
    expect(bob.headers.get('retry-after')).toBe('120');
    expect(await bob.json()).toMatchObject({ feature: 'search' });
    expect(ann.status).toBe(200);
    expect(await ann.text()).toMatch(/^app/);
  });

  it('answers HEAD without a body', async () => {
    const url = await start();

    const response = await fetch(`${url}/search`, { method: 'HEAD', headers: { 'x-user': 'bob' } });

    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.text()).toBe('');
  });
});

describe('maintenanceMiddleware', () => {
  it('passes the snapshot of the request to the app', async () => {
    const url = await listen(plainServer(middleware()));

    const bob = await fetch(`${url}/`, { headers: { 'x-user': 'bob' } });
    const ann = await fetch(`${url}/`);

    expect(await bob.text()).toBe('app: search,comments');
    expect(await ann.text()).toBe('app: ');
  });

  it('returns the same snapshot each time, also if nothing is in maintenance', async () => {
    const maintenance = middleware();
    const server = createServer((request, response) =>
      maintenance(request, response, () => {
        const first = maintenance.passOf(request).snapshot;
        const second = maintenance.passOf(request).snapshot;
        response.end(String(first !== undefined && first === second));
      }),
    );

    const response = await fetch(await listen(server));

    expect(await response.text()).toBe('true');
  });

  it('reads the whole path inside an Express router', async () => {
    const app = express();
    app.use('/api', middleware());
    app.use((_request, response) => void response.send('app'));
    const url = await listen(createServer(app));

    const response = await fetch(`${url}/api/search/words`, { headers: { 'x-user': 'bob' } });

    expect(response.status).toBe(503);
  });

  it('does not mistake the short path inside an Express router for the whole path', async () => {
    const app = express();
    app.use('/news', middleware());
    app.use((_request, response) => void response.send('app'));
    const url = await listen(createServer(app));

    const response = await fetch(`${url}/news/search`, { headers: { 'x-user': 'bob' } });

    expect(response.status).toBe(200);
  });

  it('names the bypassed features in the response to staff, and keeps the response out of caches', async () => {
    const url = await listen(plainServer(middleware({ allow: { addresses: ['127.0.0.1'] } })));

    const response = await fetch(`${url}/search`, { headers: { 'x-user': 'bob' } });

    expect(await response.text()).toBe('app: ');
    expect(response.headers.get('maintenance-bypass')).toBe('search, comments');
    expect(response.headers.get('cache-control')).toBe('private, no-store');
  });

  it.each([
    ['203.0.113.7', 200],
    ['203.0.113.7, 198.51.100.9', 503],
  ])('trusts X-Forwarded-For from a trusted proxy: %s is answered with %i', async (forwardedFor, status) => {
    const allow = { addresses: ['203.0.113.7'], trustedProxies: ['127.0.0.0/8', '::1'] };
    const url = await listen(plainServer(middleware({ allow })));

    const response = await fetch(`${url}/search`, {
      headers: { 'x-user': 'bob', 'x-forwarded-for': forwardedFor },
    });

    expect(response.status).toBe(status);
  });

  it('sets both cookies of the bypass', async () => {
    const secrets = ['correct horse battery staple'];
    const url = await listen(plainServer(middleware({ bypass: { secrets } })));

    const response = await fetch(`${url}/search?maintenance-bypass=${encodeURIComponent(secrets[0] ?? '')}`, {
      redirect: 'manual',
    });

    expect(response.status).toBe(303);
    expect(response.headers.getSetCookie()).toHaveLength(2);
  });

  it('keeps the rules of CORS middleware in front of it, so that pages that send cookies can read a refusal', async () => {
    const app = express();
    app.use((_request, response, next) => {
      response.set({
        'Access-Control-Allow-Origin': 'https://app.example',
        'Access-Control-Allow-Credentials': 'true',
        'Access-Control-Expose-Headers': 'X-Total',
        Vary: 'Origin',
      });
      next();
    });
    app.use(middleware());
    const url = await listen(createServer(app));

    const { status, headers } = await fetch(`${url}/search`, {
      headers: { 'x-user': 'bob', origin: 'https://app.example' },
    });

    expect(status).toBe(503);
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-expose-headers')).toBe('X-Total, retry-after');
    expect(headers.get('vary')).toBe('Origin, Accept, Accept-Language');
  });

  it('keeps the connection open after a refusal, even if the body was not read', async () => {
    const server = plainServer(middleware());
    let connections = 0;
    server.on('connection', () => (connections += 1));
    const url = await listen(server);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = (path: string, body: string) =>
      new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
        const request = httpRequest(
          url + path,
          { method: 'POST', agent, headers: { 'x-user': 'bob' } },
          (response) => {
            let text = '';
            response.on('data', (chunk) => (text += chunk));
            response.on('end', () => resolve({ status: response.statusCode, text }));
          },
        );
        request.on('error', reject);
        request.end(body);
      });

    const refused = await send('/comments/7', 'x'.repeat(300_000));
    const next = await send('/about', 'y');
    agent.destroy();

    expect(refused.status).toBe(503);
    expect(next).toEqual({ status: 200, text: 'app: search,comments' });
    expect(connections).toBe(1);
  });

  it('does not change the streams of an app', async () => {
    const maintenance = middleware();
    let finish = (): void => {};
    const server = createServer((request, response) =>
      maintenance(request, response, () => {
        response.write('first');
        finish = () => response.end('last');
      }),
    );
    const url = await listen(server);

    const response = await fetch(`${url}/search`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect(await reader?.read()).toEqual({ done: false, value: 'first' });
    finish();

    expect(await reader?.read()).toEqual({ done: false, value: 'last' });
  });

  it('survives a client that disconnects while its flags are read', async () => {
    const onError = vi.fn();
    let answer = (_flags: object): void => {};
    let asked = (): void => {};
    const wasAsked = new Promise<void>((resolve) => (asked = resolve));
    const slow = () =>
      new Promise<Record<string, unknown>>((resolve) => {
        answer = (flags) => resolve({ ...flags });
        asked();
      });
    let left = (): void => {};
    const hasLeft = new Promise<void>((resolve) => (left = resolve));
    const server = plainServer(middleware({ readFlags: slow, onError }));
    server.prependListener('request', (_request, response) => response.on('close', () => left()));
    const url = await listen(server);

    const request = get(`${url}/search`);
    request.on('error', () => {});
    await wasAsked;
    request.destroy();
    await hasLeft;
    answer({ 'search-maintenance': true });
    const health = await fetch(`${url}/healthz`);

    expect(health.status).toBe(200);
    expect(onError).not.toHaveBeenCalled();
  });

  it('lets requests pass if the flags cannot be read, and reports it', async () => {
    const onError = vi.fn();
    const broken = () => Promise.reject(new Error('no connection'));
    const url = await listen(plainServer(middleware({ readFlags: broken, onError })));

    const response = await fetch(`${url}/search`);

    expect(await response.text()).toBe('app: ');
    expect(onError).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['bob', /^HTTP\/1\.1 503 \r\n[^]*retry-after: 120\r\n[^]*"feature":"search"/],
    ['ann', /^HTTP\/1\.1 101/],
  ])('decides whether the WebSocket of %s is refused', async (user, expected) => {
    const maintenance = middleware();
    const server = plainServer(maintenance);
    server.on('upgrade', (request, socket) =>
      maintenance.upgrade(request, socket, () => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n')),
    );
    const url = new URL(await listen(server));

    const socket = connectSocket(Number(url.port), url.hostname);
    socket.write(
      `GET /api/search/live HTTP/1.1\r\nhost: shop\r\nx-user: ${user}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`,
    );
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (chunk) => (text += String(chunk)));
      socket.on('close', () => resolve(text));
    });

    expect(answer).toMatch(expected);
  });

  it('understands whole addresses in requests of proxies', async () => {
    const url = new URL(await listen(plainServer(middleware())));

    const status = await new Promise((resolve) =>
      get(
        {
          host: url.hostname,
          port: url.port,
          path: 'http://shop.example/search',
          headers: { 'x-user': 'bob' },
        },
        (response) => resolve(response.resume().statusCode),
      ),
    );

    expect(status).toBe(503);
  });
});

describe('a request that overrides its method, in an app that allows it behind the middleware', () => {
  it.each<[string, string, RequestInit]>([
    ['by X-HTTP-Method-Override', '/comments/find', { headers: { 'x-http-method-override': 'delete' } }],
    ['by X-HTTP-Method', '/comments/find', { headers: { 'x-http-method': 'PUT' } }],
    ['by X-Method-Override', '/comments/find', { headers: { 'x-method-override': 'PATCH' } }],
    ['by _method', '/comments/find?_method=DELETE', {}],
  ])('%s, does not write', async (_, path, init) => {
    const written = vi.fn();
    const app = express();
    app.use(middleware({ reads: ['POST /comments/find'] }));
    app.use((request, _response, next) => {
      const names = ['x-http-method-override', 'x-http-method', 'x-method-override'];
      const header = names.map((name) => request.get(name)).find(Boolean);
      request.method = (header ?? String(request.query['_method'] ?? request.method)).toUpperCase();
      next();
    });
    app.post('/comments/find', (_request, response) => void response.send('found'));
    app.all('/comments/find', (_request, response) => {
      written();
      response.send('written');
    });
    const url = await listen(createServer(app));

    const ask = (user: string) =>
      fetch(url + path, { method: 'POST', ...init, headers: { ...init.headers, 'x-user': user } });
    const answers = [
      await ask('bob'),
      await fetch(`${url}/comments/find`, { method: 'POST', headers: { 'x-user': 'bob' } }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([503, 200]);
    expect(written).not.toHaveBeenCalled();
    expect(await (await ask('ann')).text()).toBe('written');
  });
});

it.each([
  ['at once', () => ({})],
  ['by promise', async () => ({})],
])('leaves errors of the app to the app, with flags that come %s', async (_, read) => {
  const thrown: unknown[] = [];
  const present = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.once('uncaughtException', (error) => thrown.push(error));
  const maintenance = middleware({ readFlags: read });
  const url = await listen(
    createServer((request, response) =>
      maintenance(request, response, () => {
        response.end('answered');
        throw new Error('of the app');
      }),
    ),
  );

  await fetch(url).catch(() => undefined);
  await expect.poll(() => thrown).toEqual([new Error('of the app')]);
  for (const listener of present) process.on('uncaughtException', listener);
});
