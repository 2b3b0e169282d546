import type { IncomingMessage, ServerResponse } from 'node:http';
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/** A request as a route sees it. */
export interface Exchange {
  query: URLSearchParams;
  request: IncomingMessage;
  response: ServerResponse;
  /** A part of the path that the route names with a colon, decoded. */
  param: (name: string) => string;
  /** Parses the body. @throws HttpProblem 400 if it is not JSON, 413 if it is larger than `maxBytes`. Default 2 MiB. */
  json: (maxBytes?: number) => Promise<unknown>;
}

export interface Reply {
  status: number;
  body?: unknown;
}

/** Handles one method on one path. If it resolves with `undefined`, it has taken over the response, to stream. */
export interface Route {
  method: string;
  path: string;
  handle: (exchange: Exchange) => Promise<Reply | undefined>;
}

/** Routes with the same path prefixes and the same rules of access. */
export interface RouteGroup {
  prefixes: readonly string[];
  routes: readonly Route[];
  cors: CorsRules;
  /** Whether requests need the access token. Default false. */
  needsToken?: boolean;
}

/** A request that was answered, or whose stream has started. */
export interface RequestRecord {
  method: string;
  path: string;
  /** Without the question mark. */
  query: string;
  headers: IncomingMessage['headers'];
  /** The parsed body, if a route read it. */
  body?: unknown;
  status: number;
}

interface HttpHandlerOptions extends AccessOptions {
  onRequest: (record: RequestRecord) => void;
  onWarning: (message: string) => void;
}

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Creates the request listener of an HTTP server. It finds the route, answers in JSON, and turns every error into an answer. */
export function createHttpHandler(
  groups: readonly RouteGroup[],
  { onRequest, onWarning, ...rules }: HttpHandlerOptions,
): HttpHandler {
  const access = createAccess(rules);
  return async (request, response) => {
    const { method = 'GET', headers } = request;
    // Not `new URL`: it throws for some requests, and rewrites parts of others.
    const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
    const record: RequestRecord = { method, path, query, headers, status: 0 };
    const group = groups.find(({ prefixes }) => prefixes.some((prefix) => path.startsWith(prefix)));
    if (group) response.setHeaders(new Map(Object.entries(access.corsHeaders(request, group.cors))));
    // Ignore clients that disconnect.
    response.on('error', () => undefined);

    let reply: Reply | undefined;
    try {
      access.checkOrigin(request);
      // A CORS preflight request has no token.
      if (group?.needsToken && method !== 'OPTIONS') access.checkToken(request);
      reply = await answer(group, request, response, record);
    } catch (error) {
      reply = replyToFailure(error, onWarning);
    }
    record.status = reply?.status ?? response.statusCode;
    if (reply) send(request, response, reply);
    onRequest(record);
  };
}

async function answer(
  group: RouteGroup | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  record: RequestRecord,
): Promise<Reply | undefined> {
  const { method, path, query } = record;
  if (method === 'OPTIONS' && group) return { status: 204 };
  const found = (group?.routes ?? []).flatMap((route) => {
    const params = matchPath(route.path, path);
    return params ? [{ route, params }] : [];
  });
  if (found.length === 0) throw new HttpProblem('not_found', `There is nothing at ${path}`);
  const match = found.find(({ route }) => route.method === method);
  if (!match) {
    const allowed = [...new Set(found.map(({ route }) => route.method))].join(', ');
    response.setHeader('allow', allowed);
    throw new HttpProblem('method_not_allowed', `${method} is not allowed on ${path}: use ${allowed}`);
  }
  return match.route.handle({
    query: new URLSearchParams(query),
    request,
    response,
    param: (name) => match.params.get(name) ?? '',
    json: async (maxBytes) => (record.body = await readJson(request, maxBytes)),
  });
}

function replyToFailure(error: unknown, onWarning: (message: string) => void): Reply {
  if (error instanceof HttpProblem) {
    return { status: error.status, body: { code: error.code, message: error.message } };
  }
  const message = error instanceof Error ? error.message : String(error);
  onWarning(`A request failed: ${message}`);
  return { status: 500, body: { code: 'internal_service_error', message } };
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  // The stream has already started, so an error can only be shown by ending it.
  if (response.headersSent) return void response.destroy();
  if (reply.body === undefined) {
    response.writeHead(reply.status).end();
  } else {
    const text = JSON.stringify(reply.body);
    const length = Buffer.byteLength(text);
    const headers = {
      'content-type': 'application/json',
      'content-length': length,
      'cache-control': 'no-store',
    };
    response.writeHead(reply.status, headers).end(text);
  }
  // Drop the rest of an unread body. Otherwise it would block the next request on this connection.
  request.resume();
}

function matchPath(pattern: string, path: string): Map<string, string> | undefined {
  const expected = pattern.split('/');
  const found = path.split('/');
  if (expected.length !== found.length) return undefined;
  const params = new Map<string, string>();
  for (const [index, part] of expected.entries()) {
    const given = found[index] ?? '';
    if (part.startsWith(':')) params.set(part.slice(1), decodePathPart(given));
    else if (part !== given) return undefined;
  }
  return params;
}

function decodePathPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new HttpProblem('invalid_request', `The path contains ${part}, which is not percent-encoded UTF-8`);
  }
}

const MAX_BODY_BYTES = 2 * 1024 * 1024;

/**
 * Reads the body of a request as JSON.
 *
 * @throws HttpProblem 400 if it is not JSON, 413 if it is larger than `maxBytes`.
 */
async function readJson(request: IncomingMessage, maxBytes = MAX_BODY_BYTES): Promise<unknown> {
  const bytes = await readBytes(request, maxBytes);
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return value;
  } catch {
    throw new HttpProblem('invalid_request', 'Invalid request body: it is not JSON');
  }
}

function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = Number(request.headers['content-length'] ?? 0);
    if (length > maxBytes) return reject(tooLarge(maxBytes));
    length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) return void chunks.push(chunk);
      chunks.length = 0;
      reject(tooLarge(maxBytes));
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', () =>
      reject(new HttpProblem('invalid_request', 'The request ended before its body was complete')),
    );
    request.on('close', () =>
      reject(new HttpProblem('invalid_request', 'The request ended before its body was complete')),
    );
  });
}

function tooLarge(maxBytes: number): HttpProblem {
  return new HttpProblem('payload_too_large', `The body is larger than ${maxBytes} bytes`);
}

/** Decides who may use the server. */
interface Access {
  /** Refuses requests that a foreign web page may have sent. @throws HttpProblem 403 */
  checkOrigin: (request: IncomingMessage) => void;
  /** Refuses requests without the access token, if the server has one. @throws HttpProblem 401 */
  checkToken: (request: IncomingMessage) => void;
  /** The CORS headers, which let an allowed page read the answer. */
  corsHeaders: (request: IncomingMessage, rules: CorsRules) => Record<string, string>;
}

/** The methods and headers that pages of other origins may send. */
interface CorsRules {
  methods: string;
  headers: string;
}

interface AccessOptions {
  /** The value of `Authorization` that the REST API requires. Without it, every local program may use the API. */
  token?: string | undefined;
  /** Further names of this server, besides `localhost` and IP addresses. Pages of these hosts may read flags, too. */
  allowedHosts?: readonly string[] | undefined;
}

/**
 * Keeps foreign web pages away from a server on a developer's machine.
 *
 * A page can reach the server by DNS rebinding. The browser then sends the page's own host name as `Host`. So only local names and IP
 * addresses are accepted: an address cannot be rebound. A page can also send a request across origins. Its `Origin` must then be local, or
 * have the host name of the request. Programs other than browsers send neither `Origin` nor `Sec-Fetch-Site`.
 */
function createAccess({ token, allowedHosts = [] }: AccessOptions): Access {
  const allowed = new Set(allowedHosts.map((name) => name.toLowerCase()));

  function isOwnName(hostname: string): boolean {
    return isLocal(hostname) || allowed.has(hostname);
  }

  function isAllowedOrigin(origin: string, host: string | undefined): boolean {
    const hostname = hostnameOf(origin);
    if (hostname === undefined) return false;
    return isOwnName(hostname) || (host !== undefined && hostname === hostnameOf(`http://${host}`));
  }

  return {
    checkOrigin: ({ headers }) => {
      const { host, origin } = headers;
      // Only HTTP/1.0 requests have no Host. Browsers do not send them.
      if (host !== undefined) {
        const hostname = hostnameOf(`http://${host}`);
        if (hostname === undefined || !(isOwnName(hostname) || isIP(hostname.replace(/^\[|\]$/g, '')))) {
          throw new HttpProblem(
            'forbidden',
            `This server only answers requests to localhost and to IP addresses. The Host of this request is ${host}. If that is a name of this server, start it with --allowed-host ${hostname ?? 'NAME'}`,
          );
        }
      }
      if (origin !== undefined && !isAllowedOrigin(origin, host)) {
        throw new HttpProblem(
          'forbidden',
          `Pages of ${origin} may not use this server. Pages of localhost may. To allow another host, start the server with --allowed-host NAME`,
        );
      }
      // A script or an image of another site has no Origin, but browsers mark the request.
      const crossSite =
        headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate';
      if (origin === undefined && crossSite) {
        throw new HttpProblem('forbidden', 'Pages of other sites may not use this server');
      }
    },
    checkToken: ({ headers }) => {
      if (token !== undefined && !isSameToken(headers.authorization ?? '', token)) {
        throw new HttpProblem('unauthorized', 'Invalid access token');
      }
    },
    corsHeaders: ({ headers: { origin, host } }, { methods, headers }): Record<string, string> => {
      if (origin === undefined || !isAllowedOrigin(origin, host)) return { vary: 'Origin' };
      return {
        vary: 'Origin',
        'access-control-allow-origin': origin,
        'access-control-allow-methods': methods,
        'access-control-allow-headers': headers,
        'access-control-expose-headers': 'date',
        'access-control-max-age': '300',
      };
    },
  };
}

function hostnameOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).hostname.replace(/\.$/, '') : undefined;
}

function isLocal(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}

// All digests have the same length, so the comparison always takes the same time.
function isSameToken(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** LaunchDarkly's error codes and their HTTP status. */
const STATUS = {
  invalid_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  optimistic_locking_error: 409,
  payload_too_large: 413,
  too_many_streams: 503,
  internal_service_error: 500,
} as const;

/** The reason why a request is refused. The answer is `{ code, message }`, as from LaunchDarkly. */
export class HttpProblem extends Error {
  override name = 'HttpProblem';
  readonly status: number;

  constructor(
    readonly code: keyof typeof STATUS,
    message: string,
  ) {
    super(message);
    this.status = STATUS[code];
  }
}
