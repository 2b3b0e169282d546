import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpProblem } from './HttpProblem.js';
import type { Access, CorsRules } from './createAccess.js';

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

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Creates the request listener of an HTTP server. It finds the route, answers in JSON, and turns every error into an answer. */
export function createHttpHandler(
  groups: readonly RouteGroup[],
  access: Access,
  onRequest: (record: RequestRecord) => void,
  onWarning: (message: string) => void,
): HttpHandler {
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
    if (part.startsWith(':')) params.set(part.slice(1), decode(given));
    else if (part !== given) return undefined;
  }
  return params;
}

function decode(part: string): string {
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
  const bytes = await readBody(request, maxBytes);
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return value;
  } catch {
    throw new HttpProblem('invalid_request', 'Invalid request body: it is not JSON');
  }
}

function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
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
