import { createServer, request as send, type IncomingMessage, type Server } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { connect as connectSocket, type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

import express from 'express';
import fastify from 'fastify';
import {
  createMaintenanceHandler,
  type MaintenanceHandlerOptions,
  type RequestBody,
} from 'react-maintenance-mode/server';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { features } from './shop.js';

type Key = keyof typeof features;

const closings: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(closings.splice(0).map((close) => close())));

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closings.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return (server.address() as AddressInfo).port;
}

/** The features of a made-up protocol: `{ "for": ["search"], "reads": true }`. */
async function featuresOf(_request: unknown, body: RequestBody): Promise<Key[]> {
  return ((await body.json()) as { for: Key[] }).for;
}

async function reads(_request: unknown, body: RequestBody): Promise<boolean> {
  return ((await body.json()) as { reads: boolean }).reads;
}

const down = { 'search-maintenance': 'down', 'comments-maintenance': 'read-only' };

function handlerFor(options: Partial<MaintenanceHandlerOptions<Key, Request>> = {}) {
  return createMaintenanceHandler<Key>({
    features,
    readFlags: () => down,
    failure: 'open',
    routes: { '/api': featuresOf, '/search/*': 'search' },
    reads: { 'POST /api': reads },
    ...options,
  });
}

const post = (body: BodyInit, init: RequestInit = {}) =>
  new Request('https://shop.example/api', { method: 'POST', body, ...init });

const ask = async (request: Request, options?: Parameters<typeof handlerFor>[0]) =>
  (await handlerFor(options)(request)).response?.status ?? 200;

describe('routes and reads as functions', () => {
  it.each([
    [{ for: ['search'] }, 503],
    [{ for: ['checkout'] }, 200],
    [{ for: [] }, 200],
    [{ for: ['checkout', 'search'] }, 503],
    [{ for: ['search'], reads: true }, 503],
    [{ for: ['comments'] }, 503],
    [{ for: ['comments'], reads: true }, 200],
    [{ for: 'checkout' }, 200],
  ])('decide by the body: %j is answered with %i', async (body, status) => {
    expect(await ask(post(JSON.stringify(body)))).toBe(status);
  });

  it('leave the whole body for the app', async () => {
    const request = post('{"for":["checkout"],"text":"größer"}');

    await handlerFor()(request);

    expect(await request.json()).toEqual({ for: ['checkout'], text: 'größer' });
  });

  it('are called for every reading of the path, and only while a feature is closed', async () => {
    const route = vi.fn(() => 'search' as const);
    const routes = { '/api': route };
    const request = () => new Request('https://shop.example/x/..%2fAPI');

    const closed = await ask(request(), { routes });
    const open = await ask(request(), { routes, readFlags: () => ({ 'site-maintenance': 'degraded' }) });

    expect([closed, open]).toEqual([503, 200]);
    expect(route).toHaveBeenCalledTimes(1);
  });

  it('are not called for preflights, which the app answers', async () => {
    const headers = { 'access-control-request-method': 'POST', origin: 'https://other.example' };

    expect(await ask(new Request('https://shop.example/api', { method: 'OPTIONS', headers }))).toBe(200);
  });

  it.each<[string, BodyInit, RequestInit]>([
    ['no JSON', 'search', {}],
    ['too long', JSON.stringify({ for: [], padding: 'x'.repeat(200_000) }), {}],
    ['compressed', gzipSync('{"for":[]}'), { headers: { 'content-encoding': 'gzip' } }],
    ['empty', '', {}],
  ])(
    'treat a request with a body that is %s as one for every feature, and report nothing',
    async (_, body, init) => {
      const onError = vi.fn();

      expect(await ask(post(body, init), { onError })).toBe(503);
      expect(onError).not.toHaveBeenCalled();
    },
  );

  it.each([
    [
      'throws',
      () => {
        throw new Error('no such table');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no such table'))],
    ['names no feature', () => 'no such table' as Key],
  ])('that %s stand for every feature, and are reported once', async (_, route) => {
    const onError = vi.fn();
    const handler = handlerFor({ routes: { '/api': route }, onError });

    const answers = [await handler(post('{}')), await handler(post('{}'))];

    expect(answers.map(({ response }) => response?.status)).toEqual([503, 503]);
    expect(onError.mock.calls).toEqual([[expect.objectContaining({ code: 'rule-failed' })]]);
    expect(onError.mock.calls[0]?.[0].message).toContain('no such table');
  });

  it('that never answer do not hold a request forever', async () => {
    vi.useFakeTimers();
    const onError = vi.fn();

    const answer = ask(post('{}'), { routes: { '/api': () => new Promise<never>(() => {}) }, onError });
    await vi.advanceTimersByTimeAsync(10_000);
    vi.useRealTimers();

    expect(await answer).toBe(503);
    expect(onError).toHaveBeenCalledTimes(1);
  });

  it('read no more than maxBodyBytes', async () => {
    const body = JSON.stringify({ for: [], padding: 'x'.repeat(1000) });

    expect(await ask(post(body), { maxBodyBytes: 100 })).toBe(503);
    expect(await ask(post(body), { maxBodyBytes: 2000 })).toBe(200);
    expect(() => handlerFor({ maxBodyBytes: 0 })).toThrow(/maxBodyBytes/);
  });
});

describe('the body of a request of Node', () => {
  const maintenance = () =>
    maintenanceMiddleware<Key>({
      features,
      readFlags: async () => down,
      failure: 'open',
      routes: { '/api': featuresOf },
    });

  /** How apps read bodies; each answers with the text that it got. */
  const apps: Record<string, () => Promise<number>> = {
    'events of the stream': () => {
      const middleware = maintenance();
      return listen(
        createServer((request, response) =>
          middleware(request, response, () => {
            const chunks: Buffer[] = [];
            request.on('data', (chunk: Buffer) => chunks.push(chunk));
            request.on('end', () => response.end(Buffer.concat(chunks)));
          }),
        ),
      );
    },
    'a loop over it, later': () => {
      const middleware = maintenance();
      const answer = async (request: IncomingMessage) => {
        await new Promise((resolve) => setImmediate(resolve));
        let text = '';
        for await (const chunk of request.setEncoding('utf8')) text += chunk;
        return text;
      };
      return listen(
        createServer((request, response) =>
          middleware(request, response, () => void answer(request).then((text) => response.end(text))),
        ),
      );
    },
    'a pipe': () => {
      const middleware = maintenance();
      return listen(
        createServer((request, response) => middleware(request, response, () => void request.pipe(response))),
      );
    },
    'express.json behind it': () => {
      const app = express();
      app.use(maintenance());
      app.use(express.json({ limit: '1mb' }));
      app.post('/api', (request, response) => void response.json(request.body));
      return listen(createServer(app));
    },
    'express.json in front of it': () => {
      const app = express();
      app.use(express.json({ limit: '1mb' }));
      app.use(maintenance());
      app.post('/api', (request, response) => void response.json(request.body));
      return listen(createServer(app));
    },
    Fastify: async () => {
      const app = fastify();
      const middleware = maintenance();
      app.addHook('onRequest', (request, reply, done) => middleware(request.raw, reply.raw, done));
      app.post('/api', async (request) => request.body);
      closings.push(() => app.close());
      await app.listen({ port: 0, host: '127.0.0.1' });
      return (app.server.address() as AddressInfo).port;
    },
  };

  /** Sends a body in pieces, each when the one before was written. */
  function sendPieces(port: number, pieces: readonly string[], chunked: boolean): Promise<[number, string]> {
    const length = Buffer.byteLength(pieces.join(''));
    return new Promise((resolve, reject) => {
      const request = send(
        {
          port,
          host: '127.0.0.1',
          path: '/api',
          method: 'POST',
          agent: false,
          headers: { 'content-type': 'application/json', ...(!chunked && { 'content-length': length }) },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk) => (text += chunk));
          response.on('end', () => resolve([response.statusCode ?? 0, text]));
        },
      );
      request.on('error', reject);
      const write = ([first, ...rest]: readonly string[]): void => {
        if (first === undefined) request.end();
        else request.write(first, () => setImmediate(() => write(rest)));
      };
      write(pieces);
    });
  }

  describe.each(Object.entries(apps))('is still there for %s', (_, start) => {
    it.each([
      ['at once', ['{"for":["checkout"],"text":"größer"}'], false],
      ['in pieces', ['{"for":', '["checkout"]', ',"text":"größer"}'], false],
      ['in chunks', ['{"for":', '["checkout"]', ',"text":"größer"}'], true],
    ] as const)('when it comes %s', async (_, pieces, chunked) => {
      const port = await start();

      const passed = await sendPieces(port, pieces, chunked);
      const refused = await sendPieces(port, ['{"for":["search"],', '"text":"größer"}'], chunked);

      expect(passed).toEqual([200, '{"for":["checkout"],"text":"größer"}']);
      expect(refused[0]).toBe(503);
    });
  });

  it('can still be read over HTTP/2', async () => {
    const middleware = maintenance();
    const server = createHttp2Server((request, response) =>
      // The types of both differ; what is used of them does not.
      middleware(request as never, response as never, () => void request.pipe(response as never)),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closings.push(() => new Promise((resolve) => server.close(resolve)));
    const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const echo = (body: string) =>
      new Promise<[number, string]>((resolve) => {
        let status = 0;
        let text = '';
        const stream = session.request({ ':method': 'POST', ':path': '/api' });
        stream.on('response', (headers) => (status = headers[':status'] ?? 0));
        stream.on('data', (chunk) => (text += String(chunk)));
        stream.on('end', () => resolve([status, text]));
        stream.end(body);
      });

    const answers = [await echo('{"for":["checkout"]}'), await echo('{"for":["search"]}')];
    session.close();

    expect(answers[0]).toEqual([200, '{"for":["checkout"]}']);
    expect(answers[1]?.[0]).toBe(503);
  });

  it('can still be read completely if the function did not wait for it', async () => {
    const middleware = maintenanceMiddleware<Key>({
      features,
      readFlags: async () => down,
      failure: 'open',
      routes: {
        '/api': (_request, body) => {
          void body.text();
          void body.json();
          return [];
        },
      },
    });
    const port = await listen(
      createServer((request, response) => middleware(request, response, () => void request.pipe(response))),
    );

    expect(await sendPieces(port, ['first,', 'second,', 'third'], true)).toEqual([200, 'first,second,third']);
    expect(await sendPieces(port, ['first,', 'second,', 'third'], false)).toEqual([
      200,
      'first,second,third',
    ]);
  });

  it('may be empty: an app that waits for the end gets it', async () => {
    const middleware = maintenanceMiddleware<Key>({
      features,
      readFlags: async () => down,
      failure: 'open',
      routes: { '/api': async (_request, body) => ((await body.text()) ? 'search' : []) },
    });
    const port = await listen(
      createServer((request, response) =>
        middleware(request, response, () => {
          request.on('end', () => response.end('ended'));
          request.resume();
        }),
      ),
    );

    expect(await sendPieces(port, [], true)).toEqual([200, 'ended']);
    expect(await sendPieces(port, [], false)).toEqual([200, 'ended']);
    expect(await (await fetch(`http://127.0.0.1:${port}/api`)).text()).toBe('ended');
  });

  it('is read although a parser in front, as those of Express 4, has set an empty one for a type that it does not parse', async () => {
    const app = express();
    app.use((request, _response, next) => {
      request.body = {};
      next();
    });
    app.use(
      maintenanceMiddleware<Key>({
        features,
        readFlags: async () => down,
        failure: 'open',
        routes: {
          '/api': async (_request, body) => ((await body.text()).includes('search') ? 'search' : []),
        },
      }),
    );
    app.use((request, response) => void request.pipe(response));
    const port = await listen(createServer(app));

    expect((await sendPieces(port, ['for=', 'search'], false))[0]).toBe(503);
    expect(await sendPieces(port, ['for=', 'checkout'], false)).toEqual([200, 'for=checkout']);
  });

  it.each([
    ['{"for":["search"]}', 503],
    ['{"for":["checkout"]}', 200],
  ])('is what a serverless platform has set, although its stream was not read: %s', async (body, status) => {
    const middleware = maintenance();
    const port = await listen(
      createServer((request, response) =>
        middleware(Object.assign(request, { body: Buffer.from(body) }), response, () => {
          response.end();
        }),
      ),
    );

    expect((await sendPieces(port, ['not read'], false))[0]).toBe(status);
  });

  it('may never arrive: a client that disconnects is forgotten', async () => {
    let asked = (): void => {};
    const wasAsked = new Promise<void>((resolve) => (asked = resolve));
    const told: unknown[] = [];
    const middleware = maintenanceMiddleware<Key>({
      features,
      readFlags: async () => down,
      failure: 'open',
      routes: {
        '/api': (_request, body) => {
          const text = body.text();
          text.catch((error) => told.push(error));
          asked();
          return text.then(() => []);
        },
      },
    });
    const port = await listen(createServer((request, response) => middleware(request, response, () => {})));

    const socket = connectSocket(port, '127.0.0.1');
    socket.write('POST /api HTTP/1.1\r\nhost: shop\r\ncontent-length: 100\r\n\r\n{"for":');
    await wasAsked;
    socket.destroy();

    await expect.poll(() => told).toEqual([expect.objectContaining({ message: 'the client disconnected' })]);
  });
});
