import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import express from 'express';
import fastify from 'fastify';
import { Hono, type MiddlewareHandler } from 'hono';
import { etag } from 'hono/etag';
import { createMaintenanceHandler } from 'react-maintenance-mode/server';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { describe, expect, it, onTestFinished } from 'vitest';

import { listen } from '../server/listen.js';
import { features, routes } from '../server/shop.js';
import { startProxy, type RunningProxy } from './startProxy.js';

const secret = 'a-secret-of-the-tests-of-caches';
let down = true;
const options = {
  features,
  routes,
  readFlags: () => ({ 'site-maintenance': down }),
  failure: 'open',
  bypass: { secrets: [secret], secure: false },
} as const;

/** What an app writes for a page that everybody may share. */
const shared = { 'Cache-Control': 'public, max-age=600', 'Content-Type': 'text/plain', ETag: '"1"' };
const page = 'the page of the app';

type Answer = (response: ServerResponse) => void;

const withSetHeader: Answer = (response) => {
  for (const [name, value] of Object.entries(shared)) response.setHeader(name, value);
  response.end(page);
};

const nodeAnswers: Record<string, Answer> = {
  setHeader: withSetHeader,
  setHeaders: (response) => response.setHeaders(new Map(Object.entries(shared))).end(page),
  'writeHead with an object': (response) => response.writeHead(200, shared).end(page),
  'writeHead with a flat array': (response) =>
    response.writeHead(200, Object.entries(shared).flat()).end(page),
  'writeHead with an array of pairs': (response) =>
    // Node takes pairs; its types know flat arrays only.
    response.writeHead(200, Object.entries(shared) as never).end(page),
  'writeHead with a reason and X-Accel-Expires': (response) =>
    response.writeHead(200, 'Fine', { ...shared, 'X-Accel-Expires': '600' }).end(page),
  'Expires alone': (response) =>
    response.writeHead(200, { Expires: new Date(Date.now() + 600_000).toUTCString() }).end(page),
};

function onNode(answer: Answer): RequestListener {
  const maintenance = maintenanceMiddleware(options);
  return (request, response) => maintenance(request, response, () => answer(response));
}

/** Starts an app and gives the port that it listens on. */
type StartApp = () => Promise<number>;

async function portOf(listener: RequestListener): Promise<number> {
  return Number((await listen(createServer(listener))).port);
}

const apps: Record<string, StartApp> = {
  ...Object.fromEntries(
    Object.entries(nodeAnswers).map(([name, answer]) => [name, () => portOf(onNode(answer))]),
  ),
  'res.set of Express': () => {
    const app = express();
    app.use(maintenanceMiddleware(options));
    app.get('/page', (_request, response) => void response.set(shared).send(page));
    return portOf(app);
  },
  'express.static': async () => {
    const folder = await mkdtemp(join(tmpdir(), 'static-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'page'), page);
    const app = express();
    app.use(maintenanceMiddleware(options));
    app.use(express.static(folder, { maxAge: '10m', immutable: true }));
    return portOf(app);
  },
  'reply.headers of Fastify': async () => {
    const app = fastify();
    const maintenance = maintenanceMiddleware(options);
    app.addHook('onRequest', (request, reply, done) => maintenance(request.raw, reply.raw, done));
    app.get('/page', (_request, reply) => reply.headers(shared).send(page));
    onTestFinished(() => app.close());
    return Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
  },
  'c.text of Hono': () => {
    const app = new Hono();
    app.use(onHono());
    app.get('/page', (c) => c.text(page, 200, shared));
    return serveHono(app);
  },
};

/** As the guide writes it. */
function onHono(): MiddlewareHandler {
  const maintenance = createMaintenanceHandler(options);
  return async (c, next) => {
    const { response, enforce } = await maintenance(c.req.raw);
    if (response) return response;
    await next();
    const enforced = enforce(c.res);
    c.res = undefined;
    c.res = enforced;
    return undefined;
  };
}

function serveHono(app: Hono): Promise<number> {
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(port));
    onTestFinished(() => void server.close());
  });
}

/** `lines` are the cache's own, where an app's shall not decide alone. */
type StartCache = (app: number, lines?: string) => Promise<RunningProxy>;

const nginx: StartCache = (app, lines = '') =>
  startProxy(
    'nginx',
    (port, folder) => `
      daemon off; pid ${folder}/pid; error_log ${folder}/logs/error.log; user root;
      events {}
      http {
        access_log off;
        client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
        uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
        proxy_cache_path ${folder}/cache keys_zone=pages:1m;
        server {
          listen 127.0.0.1:${port};
          location / {
            proxy_pass http://127.0.0.1:${app};
            proxy_cache pages; proxy_cache_valid any 10m; proxy_cache_key $uri;
            add_header X-Cache $upstream_cache_status always;
            ${lines}
          }
        }
      }`,
  );

const squid: StartCache = (app, lines = '') =>
  startProxy(
    'squid',
    (port) => `
http_port 127.0.0.1:${port} accel defaultsite=shop.example no-vhost
cache_peer 127.0.0.1 parent ${app} 0 no-query no-digest originserver
http_access allow all
cache_mem 8 MB
cache_log stdio:/dev/stderr
access_log none
pid_filename none
netdb_filename none
pinger_enable off
shutdown_lifetime 0 seconds
${lines}
`,
  );

async function start(startApp: StartApp, startCache: StartCache, lines?: string) {
  down = true;
  const port = await startApp();
  const cache = await startCache(port, lines);
  onTestFinished(cache.stop);
  const link = await fetch(`http://127.0.0.1:${port}/page?maintenance-bypass=${secret}`, {
    redirect: 'manual',
  });
  const cookie = link.headers.getSetCookie().map((line) => line.split(';', 1)[0]);
  const ask = async (headers: Record<string, string> = {}) => {
    const response = await fetch(`${cache.url}/page`, { headers, signal: AbortSignal.timeout(20_000) });
    return { status: response.status, text: await response.text() };
  };
  return { bob: () => ask(), staff: () => ask({ cookie: cookie.join('; ') }) };
}

/** Apps that answer with 304 when the cache asks whether its page is still good, which it does after a second. */
const soonOld = { 'Content-Type': 'text/plain', 'Cache-Control': 'public, max-age=1', ETag: '"1"' };
const conditionalApps: Record<string, StartApp> = {
  'node:http': () => {
    const maintenance = maintenanceMiddleware(options);
    return portOf((request, response) =>
      maintenance(request, response, () => {
        const known = request.headers['if-none-match'] === soonOld.ETag;
        response.writeHead(known ? 304 : 200, soonOld).end(known ? undefined : page);
      }),
    );
  },
  Express: () => {
    const app = express();
    app.use(maintenanceMiddleware(options));
    app.get('/page', (_request, response) => void response.set(soonOld).send(page));
    return portOf(app);
  },
  'Hono with its etag': () => {
    const app = new Hono();
    app.use(onHono());
    app.get('/page', etag(), (c) => c.text(page, 200, { 'Cache-Control': soonOld['Cache-Control'] }));
    return serveHono(app);
  },
};

/** By the clock of the caches, which count in seconds. */
async function pageIsOld(): Promise<void> {
  const instant = Date.now() + 2000;
  while (Date.now() < instant) await new Promise((resolve) => setTimeout(resolve, 100));
}

describe.each([
  { cache: 'nginx', startCache: nginx, lines: 'proxy_cache_revalidate on;' },
  { cache: 'Squid', startCache: squid, lines: '' },
])('behind $cache that caches', ({ startCache, lines }) => {
  it.each(Object.entries(apps))('Bob is not given what staff saw: %s', async (_, startApp) => {
    const { bob, staff } = await start(startApp, startCache);

    expect(await staff()).toEqual({ status: 200, text: page });
    expect((await bob()).status).toBe(503);
    expect(await staff()).toEqual({ status: 200, text: page });
    expect((await bob()).status).toBe(503);
  });

  it('serves a page for everyone from the cache, so that these tests can fail', async () => {
    let calls = 0;
    const { bob } = await start(
      () =>
        portOf(
          onNode((response) => {
            calls += 1;
            response.writeHead(200, shared).end(page);
          }),
        ),
      startCache,
    );
    down = false;

    expect(await bob()).toEqual({ status: 200, text: page });
    expect(await bob()).toEqual({ status: 200, text: page });
    expect(calls).toBe(1);
  });

  it.each(Object.entries(conditionalApps))(
    'what staff ask makes no old page of everybody good again: %s',
    async (_, startApp) => {
      const { bob, staff } = await start(startApp, startCache, lines);
      down = false;
      expect(await bob()).toEqual({ status: 200, text: page });
      await pageIsOld();

      down = true;
      expect((await staff()).status).toBe(200);
      expect((await bob()).status).toBe(503);
    },
  );

  it('does not serve the refusal of Bob to Ann', async () => {
    const { bob: anybody } = await start(() => portOf(onNode(withSetHeader)), startCache);

    expect((await anybody()).status).toBe(503);
    down = false;
    expect((await anybody()).status).toBe(200);
  });
});
