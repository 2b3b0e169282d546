import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { maintenanceError, reasonOf } from '../../core/errors.js';
import type { Snapshot } from '../../core/takeSnapshot.js';
import { controlsCaches, plainRefusal, type Answer } from '../Answer.js';
import { createRequestHandler, type Outcome, type Pass } from '../handle.js';
import type { MaintenanceHandlerOptions } from '../options.js';
import { enforceHeaders } from './enforceHeaders.js';
import { NodeRequest } from './NodeRequest.js';

/** Checks requests of `node:http` before the app handles them. Works with Express, Connect and Fastify. */
export interface MaintenanceMiddleware<F extends string, Req> {
  (request: Req, response: ServerResponse, next: (error?: Error) => void): void;
  /** The result for a request that passed: the snapshot for the first render, and the closed features that are open for staff. */
  passOf(request: Req): Pass<F>;
  /** The snapshot for a request that is never refused, on an allowed path. `undefined` if the flags cannot be read. */
  readSnapshot(request: Req): Promise<Snapshot | undefined>;
  /**
   * For the server's `upgrade` event. Refuses a WebSocket with 503, or calls `next`. It adds a listener for errors to the socket, so that a client
   * that resets its connection does not end the process.
   */
  upgrade(request: Req, socket: Duplex, next: () => void): void;
}

/**
 * Creates middleware that refuses requests to features in maintenance. It reads the same flags as the browser. `readFlags` gets Node's own request,
 * with the session and the user that other middleware has added.
 *
 * @throws `invalid-option` and `unknown-feature`, when the middleware is created. It never throws for a request.
 * @example
 * const maintenance = maintenanceMiddleware({ features, readFlags, failure: 'open', routes: { '/api/search/*': 'search' } });
 * app.use(maintenance);
 * app.get('/', (request, response) => render(response, maintenance.passOf(request).snapshot));
 */
// A separate overload. Without it, `request` is `unknown` in `readFlags: launchDarklyFlags(client, (request) => ...)`.
export function maintenanceMiddleware<F extends string>(
  options: MaintenanceHandlerOptions<F, IncomingMessage>,
): MaintenanceMiddleware<F, IncomingMessage>;
/** The same for requests of a framework, such as those of Express: `readFlags: (request: express.Request) => ...`. */
export function maintenanceMiddleware<F extends string, Req extends IncomingMessage>(
  options: MaintenanceHandlerOptions<F, Req>,
): MaintenanceMiddleware<F, Req>;
export function maintenanceMiddleware<F extends string, Req extends IncomingMessage>(
  options: MaintenanceHandlerOptions<F, Req>,
): MaintenanceMiddleware<F, Req> {
  const { handle, readSnapshot, reporter } = createRequestHandler(options);
  // Not a WeakMap, because it costs the garbage collector too much at a thousand requests per second.
  const passKey = Symbol('maintenance');
  type Seen = Req & { [passKey]?: Pass<F> };

  function maintenance(request: Seen, response: ServerResponse, next: (error?: Error) => void): void {
    let isLater = false;
    handle(new NodeRequest(request), (outcome) => {
      if (!goesOn(request, response, outcome)) return;
      if (isLater) callOutside(next);
      else next();
    });
    isLater = true;
  }

  /** Sends a refusal, or prepares the request for the app. Returns whether the request goes on to the app. */
  function goesOn(request: Seen, response: ServerResponse, outcome: Outcome<F>): boolean {
    try {
      if ('status' in outcome) {
        sendRefusal(response, outcome);
        return false;
      }
      request[passKey] = outcome;
      if (outcome.bypassed.length && !response.headersSent) keepOutOfCaches(request, response, outcome);
      return true;
    } catch (cause) {
      tell(cause);
      // The app's own page may have a header that cannot be written, such as one that HTTP/2 forbids.
      if (response.headersSent) response.destroy();
      else response.writeHead(plainRefusal.status, plainRefusal.headers).end(plainRefusal.body);
      return false;
    }
  }

  function tell(cause: unknown): void {
    reporter.once(
      maintenanceError('request-failed', `A request could not be answered: ${reasonOf(cause)}.`, { cause }),
    );
  }

  async function answerUpgrade(request: Req, socket: Duplex, next: () => void): Promise<void> {
    const outcome = await new Promise<Outcome<F>>((done) => handle(new NodeRequest(request), done));
    if ('status' in outcome) sendRawRefusal(socket, outcome);
    else if (!socket.destroyed) callOutside(next);
  }

  return Object.assign(maintenance, {
    passOf: (request: Seen) => request[passKey] ?? notSeen,
    readSnapshot,
    upgrade(request: Req, socket: Duplex, next: () => void) {
      // Node removes its own listener before this event. An error without a listener ends the process.
      socket.on('error', () => socket.destroy());
      answerUpgrade(request, socket, next).catch((cause: unknown) => {
        tell(cause);
        socket.destroy();
      });
    },
  });
}

/** Calls the app from a promise. An error of the app is thrown outside of the promise, as it would be without this middleware. */
function callOutside(next: () => void): void {
  try {
    next();
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}

/** Keeps responses for staff out of shared caches, even if the app allows caching. */
function keepOutOfCaches(
  request: IncomingMessage,
  response: ServerResponse,
  { headers }: Pass<string>,
): void {
  enforceHeaders(response, headers);
  // Otherwise the app might answer 304, and a cache would then serve its old page to everyone again.
  delete request.headers['if-none-match'];
  delete request.headers['if-modified-since'];
}

const notSeen: Pass<never> = { snapshot: undefined, bypassed: [], headers: {} };

/** Answers a request with a refusal. Removes headers that other middleware has set for the app's answer. */
function sendRefusal(response: ServerResponse, { status, headers, body }: Answer): void {
  // The client may have disconnected, or other middleware may have answered.
  if (response.headersSent || response.destroyed) return;
  const cookies = [response.getHeader('set-cookie') ?? [], headers['set-cookie'] ?? []].flat().map(String);
  for (const name of response.getHeaderNames()) if (isOfAnotherBody(name)) response.removeHeader(name);
  enforceHeaders(
    response,
    Object.fromEntries(
      Object.entries(headers).filter(([name]) => ['cache-control', 'retry-after'].includes(name)),
    ),
  );
  response.writeHead(status, { ...headers, ...(cookies.length && { 'set-cookie': cookies }) });
  response.end(body);
}

function isOfAnotherBody(name: string): boolean {
  return controlsCaches(name) || anotherBody.test(name);
}

const anotherBody =
  /^(content-(encoding|range|disposition|location|length|md5|digest)|transfer-encoding|trailer|accept-ranges|etag|last-modified|age)$/;

// Long enough for a client to read the answer. Short enough that clients that never disconnect cannot accumulate connections.
const lingerMs = 2000;

/** Refuses an upgrade and ends the connection, even if the client does not end it. */
function sendRawRefusal(socket: Duplex, { status, headers, body = '' }: Answer): void {
  if (socket.destroyed) return;
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((line) => `${name}: ${line}\r\n`),
  );
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
  // Read the data that the client still sends. Otherwise its end is never seen, and closing the socket would discard the answer.
  socket.resume();
  socket.write(`HTTP/1.1 ${status} \r\n${lines.join('')}connection: close\r\n\r\n`);
  socket.end(body);
}
