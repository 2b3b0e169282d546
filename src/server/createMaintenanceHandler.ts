import type { Snapshot } from '../core/takeSnapshot.js';
import { maintenanceError, reasonOf } from '../core/errors.js';
import { controlsCaches, plainRefusal, toResponse, type Answer } from './Answer.js';
import { createRequestHandler, type Pass, type ServerRequest } from './handle.js';
import type { MaintenanceHandlerOptions } from './options.js';
import { targetOf } from './requestPaths.js';
import { goneOn, refuseUnreadable, tooLong, UnreadableBody } from './requestBody.js';

/** What a handler needs to know of a request that is not in it. */
export interface RequestContext {
  /** The address of the socket's other end, for `allow.addresses`. Not what a header says. */
  readonly address?: string | undefined;
}

/** Either the whole answer, or what to go on with. */
export type MaintenanceAnswer<F extends string = string, R extends Request = Request> =
  | ({ readonly response: Response } & { readonly [key in keyof MaintenancePass<F>]?: never })
  | ({ readonly response?: undefined } & MaintenancePass<F, R>);

/** A request that goes on to the app. */
export interface MaintenancePass<F extends string = string, R extends Request = Request> extends Pass<F> {
  /**
   * The request for the app: the same one. For staff it has no `If-None-Match` and no `If-Modified-Since`; where the headers of a request cannot
   * be changed, as in Cloudflare Workers, it is a copy without the two.
   */
  readonly request: R;
  /**
   * Sets `headers` on the app's response and overwrites what the app set, so that no cache keeps what staff see. Call it with every response.
   * For everyone else it returns the same response.
   */
  readonly enforce: (response: Response) => Response;
}

/** Looks at requests before the app does. */
export interface MaintenanceHandler<F extends string = string, R extends Request = Request> {
  (request: R, context?: RequestContext): Promise<MaintenanceAnswer<F, R>>;
  /** The snapshot for a request, where nothing is to be refused: on allowed paths. `undefined` when the flags cannot be read. */
  readSnapshot(request: R): Promise<Snapshot | undefined>;
}

/**
 * Makes a handler that refuses what is in maintenance, from the same flags as the browser.
 *
 * @throws `invalid-option` and `unknown-feature`, when it is made; never for a request.
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
    const outcome = await handle(serverRequestOf(request, context));
    if (!('status' in outcome)) {
      return {
        ...outcome,
        request: outcome.bypassed.length ? withoutConditions(request) : request,
        enforce: (response) => enforceHeaders(response, outcome.headers),
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

/** The response with these headers in place of its own. Without headers, the same response. */
function enforceHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  const entries = Object.entries(headers);
  if (!entries.length) return response;
  // Not in place: the headers of what `fetch` gave cannot be changed.
  const enforced = new Response(response.body, response);
  for (const name of [...enforced.headers.keys()]) if (controlsCaches(name)) enforced.headers.delete(name);
  for (const [name, value] of entries) enforced.headers.set(name, value);
  return enforced;
}

/** Without these no app answers 304, which caches take for permission to give their old page to everybody again. */
function withoutConditions<R extends Request>(request: R): R {
  const conditions = ['if-none-match', 'if-modified-since'];
  try {
    for (const name of conditions) request.headers.delete(name);
    return request;
  } catch {
    // Only answers to these two are cached. Of others, a copy would take the body away from the request.
    if (request.method !== 'GET' && request.method !== 'HEAD') return request;
    const headers = new Headers(request.headers);
    for (const name of conditions) headers.delete(name);
    // Platforms whose headers cannot be changed have no requests of a class of their own.
    return new Request(request, { headers }) as R;
  }
}

function responseTo(request: Request, answer: Answer): Response {
  const response = toResponse(answer);
  const location = response.headers.get('location');
  // Next takes no relative address; everywhere else one is safer, since proxies change scheme and host.
  if (location && 'nextUrl' in request) response.headers.set('location', new URL(location, request.url).href);
  return response;
}

function serverRequestOf<R extends Request>(
  request: R & { readonly nextUrl?: { readonly pathname?: unknown } },
  { address }: RequestContext,
): ServerRequest<R> {
  const { method, url, headers, nextUrl } = request;
  // Not `new URL`, which would take the path apart and put it together otherwise than the app's router may.
  const [, rest = '', path = '/', search = ''] =
    /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(([^?#]*)(\?[^#]*)?.*)$/is.exec(url) ?? [];
  // Next routes by the path without its base path and locale.
  const routed = nextUrl?.pathname;
  const header = (name: string): string | null => headers.get(name);
  return {
    native: request,
    method,
    target: targetOf(rest, typeof routed === 'string' ? routed : rest, { header }),
    path: path || '/',
    search,
    header,
    bodyType: headers.get('content-type'),
    readBody: (maxBytes, signal) => readWebBody(request, maxBytes, signal),
    address,
  };
}

/** Reads a copy of the body, and no more of it than is allowed. */
async function readWebBody(request: Request, maxBytes: number, signal: AbortSignal): Promise<string> {
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
