import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { createMaintenanceHandler } from 'react-maintenance-mode/server';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { describe, expect, it, onTestFinished } from 'vitest';

import { listen } from './listen.js';
import { features, routes } from './shop.js';

const staffOnly = {
  features,
  readFlags: () => ({ 'site-maintenance': true }),
  failure: 'open',
  routes,
} as const;
// Whoever asks from this machine is staff.
const maintenance = maintenanceMiddleware({ ...staffOnly, allow: { addresses: ['127.0.0.1'] } });

type Headers = Readonly<Record<string, string | string[] | undefined>>;

function headersOf(url: URL): Promise<Headers> {
  return new Promise((resolve, reject) => {
    get(url, (response) => resolve(response.resume().headers)).on('error', reject);
  });
}

/** What nobody but staff may be given, in the words of several caches. */
const forEverybody = {
  'Cache-Control': 'public, max-age=600',
  'CDN-Cache-Control': 'max-age=600',
  'Cloudflare-CDN-Cache-Control': 'max-age=600',
  'Surrogate-Control': 'max-age=600',
  'X-LiteSpeed-Cache-Control': 'public',
  'X-Accel-Expires': '600',
  Expires: 'Thu, 26 Nov 2099 12:00:00 GMT',
  'Maintenance-Bypass': 'nothing',
  'X-Own': 'kept',
};
const flat = Object.entries(forEverybody).flat();

function expectKeptOutOfCaches(headers: Headers): void {
  expect(headers['cache-control']).toBe('private, no-store');
  expect(headers['maintenance-bypass']).toBe('site, search, comments, payments, checkout');
  expect(Object.keys(headers).filter((name) => /surrogate|cdn|x-accel|expires|litespeed/.test(name))).toEqual(
    [],
  );
}

describe('responses to staff stay out of caches, whatever headers the app sets', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['by writeHead with an object', (response) => response.writeHead(200, forEverybody).end('staff')],
    ['by writeHead with a reason', (response) => response.writeHead(200, 'Fine', forEverybody).end('staff')],
    ['by writeHead with a list', (response) => response.writeHead(200, flat).end('staff')],
    [
      'by writeHead with pairs',
      // Node takes them; its types do not know it.
      (response) => response.writeHead(200, Object.entries(forEverybody) as never).end('staff'),
    ],
    [
      'by setHeader',
      (response) => {
        for (const [name, value] of Object.entries(forEverybody)) response.setHeader(name, value);
        response.end('staff');
      },
    ],
    ['by setHeaders', (response) => response.setHeaders(new Map(Object.entries(forEverybody))).end('staff')],
    [
      'by appendHeader',
      (response) => {
        for (const [name, value] of Object.entries(forEverybody)) response.appendHeader(name, value);
        response.end('staff');
      },
    ],
    [
      'by removeHeader',
      (response) => {
        for (const name of ['Cache-Control', 'Maintenance-Bypass']) response.removeHeader(name);
        response.setHeader('x-own', 'kept').end('staff');
      },
    ],
    [
      'by headers that are sent before the body',
      (response) => {
        response.setHeader('cache-control', 'public').setHeader('x-own', 'kept').flushHeaders();
        response.end('staff');
      },
    ],
    [
      'by middleware that changes headers when they are written',
      (response) => {
        onWriteHead(response, () => response.setHeader('cache-control', 'public, max-age=1'));
        response.setHeader('x-own', 'kept').end('staff');
      },
    ],
  ])('%s', async (_, app) => {
    const url = await listen(
      createServer((request, response) => maintenance(request, response, () => app(response))),
    );

    const headers = await headersOf(url);

    expectKeptOutOfCaches(headers);
    expect(headers['x-own']).toMatch(/^kept/);
  });

  it('by earlier headers, and by earlier middleware that waits for the headers', async () => {
    const url = await listen(
      createServer((request, response) => {
        for (const [name, value] of Object.entries(forEverybody)) response.setHeader(name, value);
        onWriteHead(response, () => response.setHeader('cache-control', 'public, max-age=1'));
        maintenance(request, response, () => response.end('staff'));
      }),
    );

    expectKeptOutOfCaches(await headersOf(url));
  });

  it('on Express, which would answer with 304 for a cached page', async () => {
    const app = express();
    app.use(maintenance);
    app.get('/', (_request, response) => {
      response.set(forEverybody).send('staff');
    });

    expectKeptOutOfCaches(await headersOf(await listen(createServer(app))));
  });

  it('on Fastify', async () => {
    const app = fastify();
    app.addHook('onRequest', (request, reply, done) => maintenance(request.raw, reply.raw, done));
    app.get('/', (_request, reply) => reply.headers(forEverybody).send('staff'));
    onTestFinished(() => app.close());

    expectKeptOutOfCaches(await headersOf(new URL(await app.listen({ port: 0, host: '127.0.0.1' }))));
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['writeHead', (response) => response.writeHead(200, forEverybody).end('staff')],
    [
      'setHeader',
      (response) => {
        for (const [name, value] of Object.entries(forEverybody)) response.setHeader(name, value);
        response.end('staff');
      },
    ],
  ])('over HTTP/2 by %s', async (_, app) => {
    const server = createHttp2Server((request, response) =>
      // They are requests and responses of node:http to what is made for those.
      maintenance(request as unknown as IncomingMessage, response as unknown as ServerResponse, () =>
        app(response as unknown as ServerResponse),
      ),
    );
    const session = connect(await listen(server as never));
    onTestFinished(() => session.close());

    const headers = await new Promise<Headers>((resolve, reject) => {
      session.request({ ':path': '/' }).on('response', resolve).on('error', reject).resume();
    });

    expectKeptOutOfCaches(headers);
  });

  it('are whole answers in place of a 304, after which a cache would serve its old page to others', async () => {
    const app = express();
    app.use(maintenance);
    app.get('/', (_request, response) => {
      response.set('ETag', '"1"').send('staff');
    });
    const url = await listen(createServer(app));

    const response = await fetch(url, {
      headers: { 'if-none-match': '"1"', 'if-modified-since': 'Thu, 26 Nov 2099 12:00:00 GMT' },
    });

    expect([response.status, await response.text()]).toEqual([200, 'staff']);
  });

  it('leaves the headers of all other responses to the app', async () => {
    const everybody = maintenanceMiddleware({ ...staffOnly, readFlags: () => ({}) });
    const url = await listen(
      createServer((request, response) =>
        everybody(request, response, () => response.writeHead(200, forEverybody).end('app')),
      ),
    );

    expect((await headersOf(url))['cache-control']).toBe('public, max-age=600');
  });
});

describe('responses to staff of an app with Request and Response', () => {
  const handler = createMaintenanceHandler({ ...staffOnly, allow: { addresses: ['127.0.0.1'] } });
  const staff = { address: '127.0.0.1' };

  it('are kept out of caches by enforce, also if fetch returned them', async () => {
    const url = await listen(
      createServer((_request, response) => response.writeHead(200, forEverybody).end('x')),
    );
    const { enforce } = await handler(new Request('https://shop.example/'), staff);

    const made = enforce?.(new Response('staff', { headers: forEverybody }));
    const fetched = enforce?.(await fetch(url));

    for (const response of [made, fetched]) {
      expectKeptOutOfCaches(Object.fromEntries(response?.headers ?? []));
      expect(response?.headers.get('x-own')).toBe('kept');
    }
    expect(await made?.text()).toBe('staff');
  });

  it('are kept out of caches on Hono, as in the guide', async () => {
    const url = await listen(
      createServer((_request, response) => response.writeHead(200, forEverybody).end('x')),
    );
    const app = new Hono();
    app.use(async (c, next) => {
      const answer = await handler(c.req.raw, staff);
      if (answer.response) return answer.response;
      await next();
      const enforced = answer.enforce(c.res);
      c.res = undefined;
      c.res = enforced;
    });
    app.get('/made', (c) => c.text('staff', 200, forEverybody));
    app.get('/fetched', () => fetch(url));

    for (const path of ['/made', '/fetched']) {
      expectKeptOutOfCaches(Object.fromEntries((await app.request(path)).headers));
    }
  });

  it('are whole answers in place of a 304', async () => {
    const conditions = { 'if-none-match': '"1"', 'if-modified-since': 'Thu, 26 Nov 2099 12:00:00 GMT' };
    const request = new Request('https://shop.example/', { headers: { ...conditions, 'x-own': 'kept' } });
    const open = createMaintenanceHandler({ ...staffOnly, readFlags: () => ({}) });

    await open(request, staff);
    expect(Object.fromEntries(request.headers)).toEqual({ ...conditions, 'x-own': 'kept' });
    await handler(request, staff);
    expect(Object.fromEntries(request.headers)).toEqual({ 'x-own': 'kept' });
  });

  it('are whole answers if the headers of a request cannot be changed', async () => {
    const [get, post] = ['GET', 'POST'].map((method) => {
      const headers = { 'if-none-match': '"1"', 'x-own': 'kept' };
      const init = method === 'POST' ? { method, headers, body: 'sent' } : { method, headers };
      const received = new Request('https://shop.example/a?b', init);
      received.headers.delete = () => {
        throw new TypeError('immutable');
      };
      return received;
    }) as [Request, Request];

    const answers = [await handler(get, staff), await handler(post, staff)];

    const [copy, same] = answers.map(({ request }) => request);
    expect(copy).not.toBe(get);
    expect(copy?.url).toBe('https://shop.example/a?b');
    expect(Object.fromEntries(copy?.headers ?? [])).toEqual({ 'x-own': 'kept' });
    expect(same).toBe(post);
    expect(await same?.text()).toBe('sent');
  });

  it('leave the request of everyone else unchanged', async () => {
    const request = new Request('https://shop.example/', { headers: { 'if-none-match': '"1"' } });
    const open = createMaintenanceHandler({ ...staffOnly, readFlags: () => ({}) });

    expect((await open(request)).request).toBe(request);
  });

  it('leave the response to everyone else unchanged', async () => {
    const response = new Response('app');
    const open = createMaintenanceHandler({ ...staffOnly, readFlags: () => ({}) });

    const { enforce } = await open(new Request('https://shop.example/'));

    expect(enforce?.(response)).toBe(response);
  });
});

describe('a refusal after other middleware', () => {
  it("has none of the headers of the app's answer", async () => {
    const everybody = maintenanceMiddleware(staffOnly);
    const url = await listen(
      createServer((request, response) => {
        for (const [name, value] of Object.entries(forEverybody)) response.setHeader(name, value);
        response.setHeader('content-encoding', 'gzip').setHeader('etag', '"1"');
        response.setHeader('set-cookie', ['session=1']);
        onWriteHead(response, () => response.setHeader('cache-control', 'public, max-age=1'));
        everybody(request, response, () => response.end('app'));
      }),
    );

    const headers = await headersOf(url);

    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'retry-after': '120',
      'set-cookie': ['session=1'],
    });
    expect(headers).not.toHaveProperty('content-encoding');
    expect(headers).not.toHaveProperty('etag');
    expect(headers).not.toHaveProperty('x-accel-expires');
  });
});

/** What the package "on-headers" does for compression and sessions: it takes the place of `writeHead`. */
function onWriteHead(response: ServerResponse, listener: () => void): void {
  const { writeHead } = response;
  response.writeHead = ((...given: Parameters<typeof writeHead>) => {
    listener();
    return writeHead.apply(response, given);
    // It has overloads.
  }) as typeof writeHead;
}
