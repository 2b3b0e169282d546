import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Express } from 'express';
import type { FastifyInstance } from 'fastify';
import type Koa from 'koa';
import { features } from './features.js';
import { client } from './flagClient.js';
import { userOf } from './serverApp.js';

// #region
import { launchDarklyFlags } from 'react-maintenance-mode/server';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';

export const maintenance = maintenanceMiddleware({
  features,
  readFlags: launchDarklyFlags(client, (request) => ({ kind: 'user', key: userOf(request) ?? 'anonymous' })),
  failure: 'open', // or 'closed': what to do if the flags cannot be read
  routes: { '/api/search/*': 'search', '/checkout/*': 'checkout' },
  allow: { paths: ['/sign-in', '/assets/*'] },
});
// #endregion

export function addToExpress(app: Express): void {
  // #region
  app.use(maintenance);
  app.get('/', (request, response) => response.json(maintenance.passOf(request).snapshot ?? null));
  // #endregion
}

export function addToKoa(app: Koa): void {
  // #region
  app.use(async (context, next) => {
    const passes = await new Promise((resolve) => {
      context.res.once('close', () => resolve(false));
      maintenance(context.req, context.res, () => resolve(true));
    });
    if (passes) await next();
    else context.respond = false;
  });
  // #endregion
}

export function addToFastify(app: FastifyInstance): void {
  // #region
  app.addHook('onRequest', (request, reply, done) => maintenance(request.raw, reply.raw, done));
  // #endregion
}

export function serveByNode(
  answer: Express,
  accept: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): Server {
  // #region
  const server = createServer((request, response) =>
    maintenance(request, response, () => answer(request, response)),
  );
  server.on('upgrade', (request, socket, head) =>
    maintenance.upgrade(request, socket, () => accept(request, socket, head)),
  );
  // #endregion
  return server;
}
