import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { maintenanceError, reasonOf } from '../../core/errors.js';
import type { Snapshot } from '../../core/takeSnapshot.js';
import { controlsCaches, plainRefusal, type Answer } from '../Answer.js';
import { createRequestHandler, isThenable, type Outcome, type Pass } from '../handle.js';
import type { MaintenanceHandlerOptions } from '../options.js';
import { enforceHeaders } from './enforceHeaders.js';
import { NodeRequest } from './NodeRequest.js';

/** Looks at requests of `node:http` before the app does. Express, Connect and Fastify take it as it is. */
export interface MaintenanceMiddleware<F extends string, Req> {
  (request: Req, response: ServerResponse, next: (error?: Error) => void): void;
  /** The result for a request that passed: the snapshot for the first render, and the features that staff see although they are closed. */
  passOf(request: Req): Pass<F>;
  /** The snapshot for a request, where nothing is to be refused: on allowed paths. `undefined` when the flags cannot be read. */
  readSnapshot(request: Req): Promise<Snapshot | undefined>;
  /**
   * For the server's `upgrade` event: refuses a WebSocket with 503, or calls `next`. From then on the socket has a listener for errors, so
   * that a client that resets its connection does not end the process.
   */
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
  // Not a WeakMap, which costs the garbage collector too much at a thousand requests a second.
  const passKey = Symbol('maintenance');
  type Seen = Req & { [passKey]?: Pass<F> };

  function maintenance(request: Seen, response: ServerResponse, next: (error?: Error) => void): void {
    const outcome = handle(new NodeRequest(request));
    // Flags that are there at once cost no promise, and the app is called at once, too.
    if (!isThenable(outcome)) {
      if (goesOn(request, response, outcome)) next();
      return;
    }
    void outcome.then((settled) => {
      if (goesOn(request, response, settled)) callOutside(next);
    });
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
      // A header of the app's own page that cannot be written, such as one that HTTP/2 forbids.
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
    const outcome = await handle(new NodeRequest(request));
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

/** Calls the app from a promise. What the app throws is thrown outside of the promise, as it would be without this middleware. */
function callOutside(next: () => void): void {
  try {
    next();
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}

/** Keeps what staff see out of shared caches, even if the app allows caching. */
function keepOutOfCaches(
  request: IncomingMessage,
  response: ServerResponse,
  { headers }: Pass<string>,
): void {
  enforceHeaders(response, headers);
  // Without these no app answers 304, which caches take for permission to give their old page to everybody again.
  delete request.headers['if-none-match'];
  delete request.headers['if-modified-since'];
}

const notSeen: Pass<never> = { snapshot: undefined, bypassed: [], headers: {} };

/** Answers a request with a refusal, and drops what other middleware has set for the app's answer. */
function sendRefusal(response: ServerResponse, { status, headers, body }: Answer): void {
  // The client may have gone, or a faster middleware may have answered.
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

// Long enough for the answer to be read, short enough that clients which never hang up cannot collect connections.
const lingerMs = 2000;

/** Answers a request that was to become something else, and ends the connection, also where the other end does not. */
function sendRawRefusal(socket: Duplex, { status, headers, body = '' }: Answer): void {
  if (socket.destroyed) return;
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((line) => `${name}: ${line}\r\n`),
  );
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
  // Read what the client still sends. Otherwise its end is never seen, and closing the socket would discard the answer.
  socket.resume();
  socket.write(`HTTP/1.1 ${status} \r\n${lines.join('')}connection: close\r\n\r\n`);
  socket.end(body);
}
