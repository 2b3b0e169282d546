import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Snapshot } from '../../core/takeSnapshot.js';
import { createGatekeeper, type Pass } from '../createGatekeeper.js';
import type { RefusalParts } from '../createRefusalComposer.js';
import type { MaintenanceHandlerOptions } from '../MaintenanceHandlerOptions.js';
import { NodeExchange, type Conclude } from './NodeExchange.js';

/** Looks at requests of `node:http` before the app does. Express, Connect and Fastify take it as it is. */
export interface MaintenanceMiddleware<F extends string, Req> {
  (request: Req, response: ServerResponse, next: (error?: Error) => void): void;
  /** What was said of a request that passed: its snapshot for the first render, and what staff look past. */
  passOf(request: Req): Pass<F>;
  /** The snapshot for a request, where nothing is to be refused: on allowed paths. `undefined` when the flags cannot be read. */
  readSnapshot(request: Req): Promise<Snapshot | undefined>;
  /** For the server's `upgrade` event: refuses a WebSocket with 503, or calls `next`. */
  upgrade(request: Req, socket: Duplex, next: () => void): void;
}

/**
 * Makes middleware that refuses what is in maintenance, from the same flags as the browser. Flags are read from Node's own
 * request, so that sessions and users that other middleware found are there.
 *
 * @throws `invalid-option` and `unknown-feature`, when it is made; never for a request.
 * @example
 * const maintenance = maintenanceMiddleware({ features, readFlags, failure: 'open', routes: { '/api/search/*': 'search' } });
 * app.use(maintenance);
 * app.get('/', (request, response) => render(response, maintenance.passOf(request).snapshot));
 */
export function maintenanceMiddleware<F extends string, Req extends IncomingMessage = IncomingMessage>(
  options: MaintenanceHandlerOptions<F, Req>,
): MaintenanceMiddleware<F, Req> {
  const gatekeeper = createGatekeeper(options);
  // Not a WeakMap: those cost the collector dearly, at a thousand requests a second.
  const passKey = Symbol('maintenance');
  type Seen = Req & { [passKey]?: Pass<F> | 'open' };

  const concludeRequest: Conclude<F, Seen, ServerResponse> = (verdict, { request, to, next }) => {
    if (verdict !== 'open' && 'status' in verdict) return send(to, verdict);
    request[passKey] = verdict;
    if (verdict !== 'open') setHeaders(to, verdict.headers);
    next();
  };

  const concludeUpgrade: Conclude<F, Req, Duplex> = (verdict, { to, next }) => {
    if (verdict !== 'open' && 'status' in verdict) sendRaw(to, verdict);
    else next();
  };

  function maintenance(request: Seen, response: ServerResponse, next: (error?: Error) => void): void {
    gatekeeper.examine(request, new NodeExchange(request, response, next, concludeRequest));
  }

  return Object.assign(maintenance, {
    passOf(request: Seen) {
      // Made once: whoever asks again is to see the same instant.
      if (request[passKey] === 'open') request[passKey] = gatekeeper.passOpen();
      return request[passKey] ?? notSeen;
    },
    readSnapshot: gatekeeper.readSnapshot,
    upgrade(request: Req, socket: Duplex, next: () => void) {
      gatekeeper.examine(request, new NodeExchange(request, socket, next, concludeUpgrade));
    },
  });
}

const notSeen: Pass<never> = { snapshot: undefined, bypassed: [], headers: {} };

function setHeaders(response: ServerResponse, headers: Pass['headers']): void {
  for (const name in headers) response.setHeader(name, headers[name] ?? '');
}

function send(response: ServerResponse, { status, headers, body }: RefusalParts): void {
  // The client may have gone, or a faster middleware may have answered.
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, headers);
  response.end(body);
}

/** Answers a request that was to become something else, and ends the connection. */
function sendRaw(socket: Duplex, { status, headers, body = '' }: RefusalParts): void {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((line) => `${name}: ${line}\r\n`),
  );
  socket.end(`HTTP/1.1 ${status} \r\n${lines.join('')}connection: close\r\n\r\n${body}`);
}
