import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { posix } from 'node:path';

import { serve } from '@hono/node-server';
import Router from '@koa/router';
import connect from 'connect';
import express from 'express';
import fastify, { type FastifyServerOptions } from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { createMaintenanceHandler } from 'react-maintenance-mode/server';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';

import { features } from './shop.js';

/** An app that answers with the name of the handler that a request reached, on a router of the real world. */
export interface RouterApp {
  readonly port: number;
  readonly http2?: boolean;
  readonly close: () => Promise<unknown>;
}

type HandlerName = 'search' | 'checkout' | 'well-known' | 'home' | 'other';

const options = {
  features,
  failure: 'closed',
  routes: { '/api/search/*': 'search', '/checkout': 'checkout' },
} as const;

/** Who asks says what is down. */
function flagsFor(down: unknown): Record<string, unknown> {
  return { [`${String(down)}-maintenance`]: 'down' };
}

function middleware() {
  return maintenanceMiddleware({
    ...options,
    readFlags: ({ headers }: IncomingMessage) => flagsFor(headers['x-down']),
  });
}

/** How an app without a router takes a path. */
function handlerAt(path: string): HandlerName {
  if (path === '/') return 'home';
  if (path === '/checkout') return 'checkout';
  if (path === '/api/search' || path.startsWith('/api/search/')) return 'search';
  if (path === '/.well-known' || path.startsWith('/.well-known/')) return 'well-known';
  return 'other';
}

// By a name of its own: the type of the options lacks the last one.
const lenientRouting = {
  caseSensitive: false,
  ignoreDuplicateSlashes: true,
  ignoreTrailingSlash: true,
  useSemicolonDelimiter: true,
};

/** The routers, by name. Each app puts the middleware where the guide says. */
export const routerApps: Record<string, () => Promise<RouterApp>> = {
  'node:http that splits at the question mark': () => plainApp((url) => url.split('?')[0] ?? ''),
  'node:http with new URL(url, base)': () => plainApp((url) => new URL(url, 'http://localhost').pathname),
  'node:http with new URL(base + url)': () => plainApp((url) => new URL(`http://localhost${url}`).pathname),
  'node:http with new URL(host + url)': () =>
    plainApp((url, host) => new URL(`http://${host}${url}`).pathname),
  'node:http with new URL of what a proxy says': () =>
    plainApp((url, _host, { headers }) => {
      const { 'x-forwarded-proto': protocol, 'x-forwarded-host': host, 'x-forwarded-port': port } = headers;
      return new URL(
        `${protocol ?? 'http'}://${host ?? headers.host ?? 'localhost'}${port ? `:${port}` : ''}${url}`,
      ).pathname;
    }),
  'node:http that goes by X-Original-URL': () =>
    plainApp((url, _host, { headers }) => String(headers['x-original-url'] ?? url).split('?')[0] ?? ''),
  'node:http that gives the data of pages, as frameworks do': () =>
    plainApp((url) => {
      const path = url.split('?')[0] ?? '';
      return (
        path
          .replace(/^\/_next\/data\/[^/]+(\/.*)\.json$/, '$1')
          .replace(/\/(__data|_payload|q-data|index\.pageContext)\.json$|\/_payload\.js$/, '')
          .replace(/^\/_root\.data$/, '')
          .replace(/\/_?\.(data|rsc)$|\.(data|rsc)$/, '') || '/'
      );
    }),
  'node:http that decodes and normalizes': () =>
    plainApp((url) => posix.normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname))),
  'node:http that collapses slashes': () =>
    plainApp((url) => new URL(`http://localhost${url}`).pathname.replace(/\/+/g, '/')),
  'node:http that decodes before it splits at the question mark': () =>
    plainApp((url) => decodeURIComponent(url).split('?')[0] ?? ''),
  'node:http with new URL of what it decoded': () =>
    plainApp((url) => new URL(decodeURIComponent(url), 'http://localhost').pathname),
  'HTTP/2 with new URL': () => http2App((url) => new URL(url, 'http://localhost').pathname),
  'HTTP/2 with new URL(authority + url)': () =>
    http2App((url, _host, { headers }) => new URL(`http://${String(headers[':authority'])}${url}`).pathname),
  'Express 5': () => expressApp(),
  'Express 5 that rewrites before the middleware': () =>
    expressApp((request) => {
      request.url = request.url.replace(/^\/v1(?=\/)/, '');
    }),
  'Express 5 with the middleware in a router': mountedExpressApp,
  'Express 5 that goes by X-Rewrite-URL behind the middleware': () =>
    expressApp(undefined, (request) => {
      request.url = request.get('x-rewrite-url') ?? request.url;
    }),
  Connect: connectApp,
  'Connect that rewrites before the middleware': () =>
    connectApp((request) => {
      request.url = (request.url ?? '').replace(/^\/v1(?=\/)/, '');
    }),
  Koa: koaApp,
  Fastify: () => fastifyApp({}),
  'Fastify at its most lenient': () => fastifyApp({ routerOptions: lenientRouting }),
  'Fastify with rewriteUrl': () =>
    fastifyApp({ rewriteUrl: ({ url = '/' }) => url.replace(/^\/v1(?=\/)/, '') }),
  Hono: honoApp,
};

type PathOf = (url: string, host: string, request: IncomingMessage) => string;

function plainApp(pathOf: PathOf): Promise<RouterApp> {
  return listen(createServer(plainListener(pathOf)));
}

function plainListener(pathOf: PathOf) {
  const maintenance = middleware();
  return (request: IncomingMessage, response: ServerResponse) =>
    maintenance(request, response, () => {
      try {
        response.end(handlerAt(pathOf(request.url ?? '/', request.headers.host ?? 'localhost', request)));
      } catch {
        response.statusCode = 400;
        response.end('not an address');
      }
    });
}

async function http2App(pathOf: PathOf): Promise<RouterApp> {
  const listener = plainListener(pathOf);
  const server = createHttp2Server((request, response) =>
    // The types of both differ; what is used of them does not.
    listener(request as unknown as IncomingMessage, response as unknown as ServerResponse),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    http2: true,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function addRoutes(app: express.Express): void {
  app.get('/api/search{/*rest}', (_request, response) => void response.send('search'));
  app.get('/checkout', (_request, response) => void response.send('checkout'));
  app.get('/.well-known{/*rest}', (_request, response) => void response.send('well-known'));
  app.get('/', (_request, response) => void response.send('home'));
  app.use((_request, response) => void response.send('other'));
}

function expressApp(
  rewrite?: (request: express.Request) => void,
  rewriteBehind?: (request: express.Request) => void,
): Promise<RouterApp> {
  const app = express();
  app.use((request, _response, next) => {
    rewrite?.(request);
    next();
  });
  app.use(middleware());
  app.use((request, _response, next) => {
    rewriteBehind?.(request);
    next();
  });
  addRoutes(app);
  return listen(createServer(app));
}

function mountedExpressApp(): Promise<RouterApp> {
  const app = express();
  const api = express.Router();
  api.use(middleware());
  api.get('/search{/*rest}', (_request, response) => void response.send('search'));
  app.use('/api', api);
  app.use(middleware());
  addRoutes(app);
  return listen(createServer(app));
}

function connectApp(rewrite?: (request: IncomingMessage) => void): Promise<RouterApp> {
  const app = connect();
  app.use((request: IncomingMessage, _response: ServerResponse, next: () => void) => {
    rewrite?.(request);
    next();
  });
  app.use(middleware());
  app.use('/api/search', (_request, response) => response.end('search'));
  app.use('/.well-known', (_request, response) => response.end('well-known'));
  // Connect mounts only: what is below is not it.
  app.use('/checkout', (request, response, next) =>
    /^\/?([?#]|$)/.test(request.url ?? '') ? response.end('checkout') : next(),
  );
  app.use((request: IncomingMessage, response: ServerResponse) =>
    response.end(request.url === '/' ? 'home' : 'other'),
  );
  return listen(createServer(app));
}

function koaApp(): Promise<RouterApp> {
  const app = new Koa();
  const maintenance = middleware();
  app.use(async (ctx, next) => {
    const passes = await new Promise<boolean>((resolve) => {
      ctx.res.once('close', () => resolve(false));
      maintenance(ctx.req, ctx.res, () => resolve(true));
    });
    if (passes) await next();
    else ctx.respond = false;
  });
  const router = new Router();
  router.get('/api/search{/*rest}', (ctx) => void (ctx.body = 'search'));
  router.get('/checkout', (ctx) => void (ctx.body = 'checkout'));
  router.get('/.well-known{/*rest}', (ctx) => void (ctx.body = 'well-known'));
  router.get('/', (ctx) => void (ctx.body = 'home'));
  app.use(router.routes());
  app.use((ctx) => void (ctx.body = 'other'));
  return listen(createServer(app.callback()));
}

async function fastifyApp(routing: FastifyServerOptions): Promise<RouterApp> {
  const app = fastify(routing);
  const maintenance = middleware();
  app.addHook('onRequest', (request, reply, done) => maintenance(request.raw, reply.raw, done));
  app.get('/api/search', async () => 'search');
  app.get('/api/search/*', async () => 'search');
  app.get('/checkout', async () => 'checkout');
  app.get('/.well-known', async () => 'well-known');
  app.get('/.well-known/*', async () => 'well-known');
  app.get('/', async () => 'home');
  app.setNotFoundHandler(async () => 'other');
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
}

async function honoApp(): Promise<RouterApp> {
  const maintenance = createMaintenanceHandler({
    ...options,
    readFlags: ({ headers }: Request) => flagsFor(headers.get('x-down')),
  });
  const app = new Hono();
  app.use(async (c, next) => (await maintenance(c.req.raw)).response ?? next());
  app.get('/api/search/*', (c) => c.text('search'));
  app.get('/checkout', (c) => c.text('checkout'));
  app.get('/.well-known/*', (c) => c.text('well-known'));
  app.get('/', (c) => c.text('home'));
  app.notFound((c) => c.text('other'));
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve({ port, close: () => new Promise((closed) => server.close(closed)) }),
    );
  });
}

async function listen(server: Server): Promise<RouterApp> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
