import type { Snapshot } from '../core/takeSnapshot.js';
import { createGatekeeper, type Exchange, type Pass } from './createGatekeeper.js';
import type { RefusalParts } from './createRefusalComposer.js';
import type { MaintenanceHandlerOptions } from './MaintenanceHandlerOptions.js';
import { refuseUnreadable, tooLong, UnreadableBody } from './RequestBody.js';
import { toResponse } from './respond.js';

/** What a handler needs to know of a request that is not in it. */
export interface RequestContext {
  /** The address of the socket's other end, for `allow.addresses`. Not what a header says. */
  readonly address?: string | undefined;
}

/** Either the whole answer, or what to go on with. */
export type MaintenanceAnswer<F extends string = string> =
  | ({ readonly response: Response } & { readonly [key in keyof Pass<F>]?: never })
  | ({ readonly response?: undefined } & Pass<F>);

/** Looks at requests before the app does. */
export interface MaintenanceHandler<F extends string = string> {
  (request: Request, context?: RequestContext): Promise<MaintenanceAnswer<F>>;
  /** The snapshot for a request, where nothing is to be refused: on allowed paths. `undefined` when the flags cannot be read. */
  readSnapshot(request: Request): Promise<Snapshot | undefined>;
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
 * app.use(async (c, next) => (await maintenance(c.req.raw)).response ?? next());
 */
export function createMaintenanceHandler<F extends string>(
  options: MaintenanceHandlerOptions<F, Request>,
): MaintenanceHandler<F> {
  const gatekeeper = createGatekeeper(options);

  function handle(request: Request, context: RequestContext = {}): Promise<MaintenanceAnswer<F>> {
    return new Promise((resolve) => {
      gatekeeper.examine(request, {
        ...partsOf(request),
        address: context.address,
        answer(verdict) {
          if (verdict === 'open') return resolve(gatekeeper.passOpen());
          resolve('status' in verdict ? { response: respondTo(request, verdict) } : verdict);
        },
      });
    });
  }

  return Object.assign(handle, { readSnapshot: gatekeeper.readSnapshot });
}

function respondTo(request: Request, refused: RefusalParts): Response {
  const response = toResponse(refused);
  const location = response.headers.get('location');
  // Next takes no relative address; everywhere else one is safer, since proxies change scheme and host.
  if (location && 'nextUrl' in request) response.headers.set('location', new URL(location, request.url).href);
  return response;
}

function partsOf(
  request: Request & { readonly nextUrl?: { readonly pathname?: unknown } },
): Omit<Exchange<never, Request>, 'address' | 'answer'> {
  const { method, url, headers, nextUrl } = request;
  // Not `new URL`, which would take the path apart and put it together otherwise than the app's router may.
  const [, rest = '', path = '/', search = ''] =
    /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(([^?#]*)(\?[^#]*)?.*)$/is.exec(url) ?? [];
  // Next routes by the path without its base path and locale.
  const routed = nextUrl?.pathname;
  return {
    request,
    method,
    target: typeof routed === 'string' ? [rest, routed] : rest,
    path: path || '/',
    search,
    header: (name) => headers.get(name),
    readBody(maxBytes) {
      return readWebBody(request, maxBytes);
    },
  };
}

/** Reads a copy of the body, and no more of it than is allowed. */
async function readWebBody(request: Request, maxBytes: number): Promise<string> {
  refuseUnreadable((name) => request.headers.get(name), maxBytes);
  if (!request.body) return '';
  if (request.bodyUsed) throw new UnreadableBody('the body was read before');
  const reader = request.clone().body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    text += part.value;
    if (text.length <= maxBytes) continue;
    void reader?.cancel().catch(() => {});
    throw tooLong(maxBytes);
  }
  return text;
}
