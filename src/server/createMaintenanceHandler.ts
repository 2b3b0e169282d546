import type { Snapshot } from '../core/takeSnapshot.js';
import { maintenanceError, reasonOf } from '../core/errors.js';
import { createRequestHandler, type RequestOutcome, type Pass, type ServerRequest } from './handle.js';
import type { MaintenanceHandlerOptions } from './options.js';
import { targetOf } from './requestPaths.js';
import { goneOn, refuseUnreadable, tooLong, UnreadableBody } from './requestBody.js';
import { controlsCaches, plainRefusal, toResponse, type Answer } from './respond.js';

/** What a handler needs to know about a request that the request does not contain. */
export interface RequestContext {
  /** The address of the other end of the socket, for `allow.addresses`. Do not take it from a header. */
  readonly address?: string | undefined;
}

/** Either the whole answer, or the request that goes on to the app. */
export type MaintenanceAnswer<F extends string = string, R extends Request = Request> =
  | ({ readonly response: Response } & { readonly [key in keyof MaintenancePass<F>]?: never })
  | ({ readonly response?: undefined } & MaintenancePass<F, R>);

/** A request that goes on to the app. */
export interface MaintenancePass<F extends string = string, R extends Request = Request> extends Pass<F> {
  /**
   * The request for the app: the same object. For staff it has no `If-None-Match` and no `If-Modified-Since`. If the headers of a request cannot be
   * changed, as in Cloudflare Workers, it is a copy without these two.
   */
  readonly request: R;
  /**
   * Sets `headers` on the app's response and overwrites those of the app, so that no cache keeps what staff see. Call it with every response.
   * For everyone else it returns the same response.
   */
  readonly enforce: (response: Response) => Response;
}

/** Checks each request before the app handles it. */
export interface MaintenanceHandler<F extends string = string, R extends Request = Request> {
  (request: R, context?: RequestContext): Promise<MaintenanceAnswer<F, R>>;
  /** The snapshot for a request that is never refused, on an allowed path. `undefined` if the flags cannot be read. */
  readSnapshot(request: R): Promise<Snapshot | undefined>;
}

/**
 * Creates a handler that refuses requests to features in maintenance. It reads the same flags as the browser.
 *
 * @throws `invalid-option` and `unknown-feature`, when the handler is created. It never throws for a request.
 * @example
 * const maintenance = createMaintenanceHandler({
 *   features,
 *   readFlags: launchDarklyFlags(client, (request) => contextOf(request)),
 *   failure: 'open',
 *   routes: { '/api/search/*': 'search' },
 * });
 * async function serve(received: Request): Promise<Response> {
 *   const { response, request, enforce } = await maintenance(received);
 *   return response ?? enforce(await app.fetch(request));
 * }
 */
// A separate overload. Without it, `request` is `unknown` in `readFlags: launchDarklyFlags(client, (request) => ...)`.
export function createMaintenanceHandler<F extends string>(
  options: MaintenanceHandlerOptions<F, Request>,
): MaintenanceHandler<F>;
/** The same for requests of a framework, such as `NextRequest`: `readFlags: (request: NextRequest) => ...`. */
export function createMaintenanceHandler<F extends string, R extends Request>(
  options: MaintenanceHandlerOptions<F, R>,
): MaintenanceHandler<F, R>;
export function createMaintenanceHandler<F extends string, R extends Request>(
  options: MaintenanceHandlerOptions<F, R>,
): MaintenanceHandler<F, R> {
  const { handle, readSnapshot, reporter } = createRequestHandler(options);

  async function maintenance(request: R, context: RequestContext = {}): Promise<MaintenanceAnswer<F, R>> {
    const received = serverRequestOf(request, context);
    const outcome = await new Promise<RequestOutcome<F>>((done) => handle(received, done));
    if (!('status' in outcome)) {
      return {
        ...outcome,
        request: outcome.bypassed.length ? withoutConditions(request) : request,
        enforce: (response) => withHeaders(response, outcome.headers),
      };
    }
    try {
      return { response: responseTo(request, outcome) };
    } catch (cause) {
      const message = `A request could not be answered: ${reasonOf(cause)}.`;
      reporter.once(maintenanceError('request-failed', message, { cause }));
      return { response: toResponse(plainRefusal) };
    }
  }

  return Object.assign(maintenance, { readSnapshot });
}

/** Returns the response with these headers in place of its own. Without headers, returns the same response. */
function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  const entries = Object.entries(headers);
  if (!entries.length) return response;
  // A new response, because the headers of a response of `fetch` cannot be changed.
  const enforced = new Response(response.body, response);
  for (const name of [...enforced.headers.keys()]) if (controlsCaches(name)) enforced.headers.delete(name);
  for (const [name, value] of entries) enforced.headers.set(name, value);
  return enforced;
}

/** Removes the conditions of a request. Otherwise the app might answer 304, and a cache would then serve its old page to everyone again. */
function withoutConditions<R extends Request>(request: R): R {
  const conditions = ['if-none-match', 'if-modified-since'];
  try {
    for (const name of conditions) request.headers.delete(name);
    return request;
  } catch {
    // Only answers to these two methods are cached. For other methods, a copy would consume the body of the request.
    if (request.method !== 'GET' && request.method !== 'HEAD') return request;
    const headers = new Headers(request.headers);
    for (const name of conditions) headers.delete(name);
    // Platforms whose headers cannot be changed have no subclasses of Request.
    return new Request(request, { headers }) as R;
  }
}

function responseTo(request: Request, answer: Answer): Response {
  const response = toResponse(answer);
  const location = response.headers.get('location');
  // Next accepts no relative address. Everywhere else a relative one is safer, because proxies change scheme and host.
  if (location && 'nextUrl' in request) response.headers.set('location', new URL(location, request.url).href);
  return response;
}

function serverRequestOf<R extends Request>(
  request: R & { readonly nextUrl?: { readonly pathname?: unknown } },
  { address }: RequestContext,
): ServerRequest<R> {
  const { method, url, headers, nextUrl } = request;
  // Not `new URL`, because it may change the path to one that the app's router reads differently.
  const [, sent = '', search = ''] = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*([^?#]*(\?[^#]*)?.*)$/is.exec(url) ?? [];
  // Next routes by the path without its base path and locale.
  const routed = nextUrl?.pathname;
  const header = (name: string): string | null => headers.get(name);
  return {
    native: request,
    method,
    get target() {
      return targetOf(sent, typeof routed === 'string' ? routed : sent, { header });
    },
    sent,
    search,
    header,
    bodyType: headers.get('content-type'),
    readText: (maxBytes, signal) => readWebText(request, maxBytes, signal),
    address,
  };
}

/** Reads a copy of the body, up to `maxBytes`. */
async function readWebText(request: Request, maxBytes: number, signal: AbortSignal): Promise<string> {
  refuseUnreadable((name) => request.headers.get(name), maxBytes);
  if (!request.body) return '';
  if (request.bodyUsed) throw new UnreadableBody('the body was read before');
  if (signal.aborted) throw goneOn();
  const reader = request.clone().body?.pipeThrough(new TextDecoderStream()).getReader();
  const cancel = (): void => void reader?.cancel().catch(() => {});
  signal.addEventListener('abort', cancel);
  let text = '';
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    text += part.value;
    if (text.length <= maxBytes) continue;
    cancel();
    throw tooLong(maxBytes);
  }
  if (signal.aborted) throw goneOn();
  return text;
}
