import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { maintenanceError, reasonOf } from '../../core/errors.js';
import type { Snapshot } from '../../core/takeSnapshot.js';
import { createRequestHandler, type RequestOutcome, type Pass, type ServerRequest } from '../handle.js';
import type { MaintenanceHandlerOptions } from '../options.js';
import { goneOn, refuseUnreadable, tooLong, UnreadableBody } from '../requestBody.js';
import { targetOf, type RequestTarget } from '../requestPaths.js';
import { controlsCaches, plainRefusal, type Answer } from '../respond.js';

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
  function goesOn(request: Seen, response: ServerResponse, outcome: RequestOutcome<F>): boolean {
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
    const outcome = await new Promise<RequestOutcome<F>>((done) => handle(new NodeRequest(request), done));
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
  const combined = combineHeaders(response, headers);
  response.writeHead(status, { ...combined, ...(cookies.length && { 'set-cookie': cookies }) });
  response.end(body);
}

/**
 * The headers of a refusal, without those for which the headers of other middleware count. CORS middleware in front knows which pages may send cookies.
 * A browser shows them no answer that allows all origins (`*`).
 */
function combineHeaders(response: ServerResponse, headers: Answer['headers']): Answer['headers'] {
  const { 'access-control-allow-origin': origin, ...others } = headers;
  const keepsOrigin = origin === '*' && response.getHeader('access-control-allow-origin') !== undefined;
  const combined = keepsOrigin ? others : headers;
  const lists = ['vary', 'access-control-expose-headers'].flatMap((name) => {
    const values = [response.getHeader(name) ?? [], headers[name] ?? []].flat();
    return values.length ? [[name, joinLists(values.map(String))]] : [];
  });
  return { ...combined, ...Object.fromEntries(lists) };
}

/** Joins lists of names. Each name is there once, whatever its case. */
function joinLists(lists: readonly string[]): string {
  const names = lists.flatMap((list) => list.split(',')).map((name) => name.trim());
  const lower = names.map((name) => name.toLowerCase());
  return names.filter((_, index) => lower.indexOf(lower[index] ?? '') === index).join(', ');
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

type Value = number | string | readonly string[];
type AnyFunction = (...given: unknown[]) => unknown;

/**
 * Sets headers that the app and other middleware cannot change or remove. It also removes all other headers that control caches.
 */
function enforceHeaders(response: ServerResponse, headers: Readonly<Record<string, Value>>): void {
  const enforced = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const isOurs = (name: unknown): boolean =>
    typeof name === 'string' && (enforced.has(name.toLowerCase()) || controlsCaches(name));
  const setHeader = response.setHeader.bind(response);
  const removeHeader = response.removeHeader.bind(response);

  function setOurs(): void {
    for (const name of response.getHeaderNames()) if (isOurs(name)) removeHeader(name);
    for (const [name, value] of enforced) setHeader(name, value);
  }

  setOurs();
  // All ways to write a header use one of these. Node's `setHeaders` and the methods of Express call them.
  for (const method of ['setHeader', 'appendHeader', 'removeHeader'] as const) {
    // Old versions of Node have no appendHeader.
    const original = response[method] as AnyFunction | undefined;
    if (original) {
      override(response, method, (...given) =>
        isOurs(given[0]) ? response : original.apply(response, given),
      );
    }
  }
  // Not its own type, because it has overloads.
  const writeHead = response.writeHead as AnyFunction;
  override(response, 'writeHead', (...given) => {
    if (!response.headersSent) setOurs();
    return writeHead.apply(
      response,
      given.map((part) => (typeof part === 'object' && part !== null ? without(part, isOurs) : part)),
    );
  });
}

function override(response: ServerResponse, method: keyof ServerResponse, value: AnyFunction): void {
  Object.defineProperty(response, method, { configurable: true, writable: true, value });
}

/** Removes headers from an argument of `writeHead`: an object, a list of pairs, or a list of names and values in turn. */
function without(headers: object, isOurs: (name: unknown) => boolean): object {
  if (!Array.isArray(headers)) {
    return Object.fromEntries(Object.entries(headers).filter(([name]) => !isOurs(name)));
  }
  // After `setHeader`, Node no longer accepts pairs.
  const given: unknown[] = Array.isArray(headers[0]) ? headers.flat() : headers;
  return given.filter((_, index) => !isOurs(given[index - (index % 2)]));
}

/** A request of `node:http`. */
class NodeRequest<Req extends IncomingMessage> implements ServerRequest<Req> {
  readonly native: Req;

  constructor(native: Req) {
    this.native = native;
  }

  get method(): string {
    return this.native.method ?? 'GET';
  }

  get target(): RequestTarget {
    return targetsOf(this.native, this);
  }

  get sent(): string {
    return targetSent(this.native);
  }

  get search(): string {
    const at = this.sent.indexOf('?');
    return at < 0 ? '' : this.sent.slice(at);
  }

  get address(): string | undefined {
    return this.native.socket.remoteAddress;
  }

  get bodyType(): string | null {
    return parsedBodyOf(this.native) === undefined ? this.header('content-type') : null;
  }

  readText(maxBytes: number, signal: AbortSignal): Promise<string> {
    return readNodeText(this.native, maxBytes, signal);
  }

  header(name: string): string | null {
    const { headers } = this.native;
    // A request of HTTP/2 may have no `Host`.
    const value = headers[name] ?? (name === 'host' ? headers[':authority'] : undefined);
    if (value === undefined) return null;
    return typeof value === 'string' ? value : value.join(', ');
  }
}

/** The addresses that frameworks add to a request of Node. */
type RoutedRequest = IncomingMessage & {
  /** The address that the client sent. Express and Connect keep it, and Fastify if it rewrites. Koa does not keep it here. */
  readonly originalUrl?: unknown;
  /** The path that a router is mounted at. Express removes it from `url`. */
  readonly baseUrl?: unknown;
};

function targetSent(request: RoutedRequest): string {
  const { originalUrl, url = '/' } = request;
  return typeof originalUrl === 'string' ? originalUrl : url;
}

/** The address that was sent, and the one that it was rewritten to. The app may route by either. */
function targetsOf(request: RoutedRequest, headers: Pick<ServerRequest<unknown>, 'header'>): RequestTarget {
  const sent = targetSent(request);
  const { url = '/', baseUrl } = request;
  const routed = typeof baseUrl === 'string' && baseUrl ? mountedAt(baseUrl, url) : url;
  return targetOf(sent, routed, headers);
}

function mountedAt(baseUrl: string, url: string): string {
  // Express keeps the host of a whole address.
  const [host = ''] = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(url) ?? [];
  return baseUrl + url.slice(host.length);
}

/** What body parsers and HTTP/2 add to a request of Node. */
type BodyRequest = IncomingMessage & {
  /** Set by body parsers. */
  readonly body?: unknown;
  /** Only in HTTP/2. */
  readonly stream?: { readonly endAfterHeaders?: boolean; readonly readableEnded?: boolean };
};

/** Reads the body and puts it back, so that the app can still read all of it. */
async function readNodeText(request: BodyRequest, maxBytes: number, signal: AbortSignal): Promise<string> {
  const body = parsedBodyOf(request);
  if (body !== undefined) return textOfParsed(body);
  const { headers } = request;
  refuseUnreadable((name) => [headers[name] ?? []].flat()[0] ?? null, maxBytes);
  if (!hasBody(request)) return '';
  if (signal.aborted) throw goneOn();
  if (request.readableEnded || request.destroyed) throw new UnreadableBody('the body was read before');
  return new TextDecoder().decode(await peek(request, maxBytes, signal));
}

/**
 * The body as a parser in front of the middleware has parsed it. `undefined` if none has read it: the parsers of Express 4 set an empty object for
 * every type that they do not parse, and leave the body to the next parser. Serverless platforms set a body that nobody has read from the stream.
 */
function parsedBodyOf(request: BodyRequest): unknown {
  const { body } = request;
  const isEmpty = typeof body === 'object' && body !== null && !Object.keys(body).length;
  return isEmpty && request.readableEnded === false && hasBody(request) ? undefined : body;
}

function textOfParsed(body: unknown): string {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : (JSON.stringify(body) ?? '');
}

function hasBody({ headers, stream }: BodyRequest): boolean {
  if (stream) return !stream.endAfterHeaders;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function peek(request: BodyRequest, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;

    function take(): void {
      // Do not call `read` at the end. The stream would emit `end` before the app listens.
      while (request.readableLength) {
        const chunk: unknown = request.read();
        if (chunk === null) break;
        // A string, if the stream has an encoding.
        const bytes = Buffer.isBuffer(chunk)
          ? chunk
          : Buffer.from(String(chunk), request.readableEncoding ?? 'utf8');
        chunks.push(bytes);
        length += bytes.length;
      }
      if (length > maxBytes) putBack(() => reject(tooLong(maxBytes)));
      else if (isComplete(request)) putBack(() => resolve(Buffer.concat(chunks)));
    }

    function gone(): void {
      stop();
      reject(new UnreadableBody('the client disconnected'));
    }

    function giveUp(): void {
      putBack(() => reject(goneOn()));
    }

    function putBack(settle: () => void): void {
      stop();
      // In the same tick as the last read, because the stream has not ended by then.
      if (length) request.unshift(Buffer.concat(chunks));
      settle();
    }

    function stop(): void {
      request.off('readable', take);
      request.off('close', gone);
      request.off('error', gone);
      signal.removeEventListener('abort', giveUp);
    }

    request.on('readable', take);
    request.on('close', gone);
    request.on('error', gone);
    signal.addEventListener('abort', giveUp);
    take();
  });
}

/** Whether all of the body has arrived. */
function isComplete({ stream, complete }: BodyRequest): boolean {
  return stream ? stream.readableEnded === true : complete;
}
