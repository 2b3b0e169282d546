import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Snapshot } from '../../core/takeSnapshot.js';
import { createGatekeeper, type Pass, type RequestView } from '../createGatekeeper.js';
import type { RefusalParts } from '../createRefusalComposer.js';
import type { MaintenanceHandlerOptions } from '../MaintenanceHandlerOptions.js';

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

  function maintenance(request: Seen, response: ServerResponse, next: (error?: Error) => void): void {
    gatekeeper.examine(request, new NodeRequestView(request), (verdict) => {
      if (verdict === 'open') {
        request[passKey] = verdict;
        return next();
      }
      if ('status' in verdict) return send(response, verdict);
      request[passKey] = verdict;
      for (const name in verdict.headers) response.setHeader(name, verdict.headers[name] ?? '');
      next();
    });
  }

  return Object.assign(maintenance, {
    passOf(request: Seen) {
      // Made once: whoever asks again is to see the same instant.
      if (request[passKey] === 'open') request[passKey] = gatekeeper.passOpen();
      return request[passKey] ?? notSeen;
    },
    readSnapshot: gatekeeper.readSnapshot,
    upgrade(request: Req, socket: Duplex, next: () => void) {
      gatekeeper.examine(request, new NodeRequestView(request), (verdict) =>
        verdict !== 'open' && 'status' in verdict ? sendRaw(socket, verdict) : next(),
      );
    },
  });
}

const notSeen: Pass<never> = { snapshot: undefined, bypassed: [], headers: {} };

/** A view that costs next to nothing for what is not looked at. */
class NodeRequestView implements RequestView {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly #request: IncomingMessage;

  constructor(request: IncomingMessage & { originalUrl?: unknown }) {
    // Express takes the path that a router is mounted at away from `url`.
    const { originalUrl, url = '/' } = request;
    const target = typeof originalUrl === 'string' ? originalUrl : url;
    const at = target.indexOf('?');
    const path = at < 0 ? target : target.slice(0, at);
    this.#request = request;
    this.method = request.method ?? 'GET';
    // A proxy may ask for a whole address.
    this.path = path.startsWith('/') ? path : path.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '') || '/';
    this.search = at < 0 ? '' : target.slice(at);
  }

  get address(): string | undefined {
    return this.#request.socket.remoteAddress;
  }

  header(name: string): string | null {
    const value = this.#request.headers[name];
    return typeof value === 'string' ? value : (value?.join(', ') ?? null);
  }
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
