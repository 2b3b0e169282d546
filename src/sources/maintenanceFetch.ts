import type { Features } from '../core/defineFeatures.js';
import type { Maintenance } from '../core/Maintenance.js';
import type { MaintenanceStore } from '../core/createMaintenanceStore.js';
import { problemDetails, maintenanceProblemType, type MaintenanceProblem } from '../core/problemDetails.js';
import { readReadOnlyRequests, readPathPattern } from '../core/pathPattern.js';
import { interpretFlag } from '../core/interpretFlag.js';
import type { MaintenanceWindow } from '../core/timeline.js';
import { readResponseText, readDate, readRetryAfter } from './readResponse.js';

type Fetch = typeof globalThis.fetch;

/** The features of requests, by path pattern. */
export interface FetchRoutes<F extends string = string> {
  /** A path of the page's own server, or a whole address for another one: `https://api.example/search/*`. */
  readonly [pattern: string]: F | readonly F[];
}

/** The options of `maintenanceFetch`. All are optional. */
export interface MaintenanceFetchOptions<F extends string = string> {
  /** From `defineFeatures`. Refusals of other features are ignored. */
  readonly features?: Features<F> | undefined;
  /**
   * Which requests belong to which feature. While the feature is closed, they are not sent. A 503 with `Retry-After` closes it, whatever
   * server sent it. Without routes, only problem details of this library close features.
   */
  readonly routes?: FetchRoutes<F> | undefined;
  /** Requests that only read, although their method may write: `['POST /api/search']`. */
  readonly reads?: readonly string[] | undefined;
  /** The longest time that one refusal closes a feature, in milliseconds. Default 1 hour. */
  readonly maxHoldMs?: number | undefined;
  /** The clock, in epoch milliseconds. Default: that of the store. */
  readonly now?: (() => number) | undefined;
}

/**
 * A `fetch` that learns from refusals. When an API answers that a feature is in maintenance, the feature closes in this tab at once, before
 * its flag arrives. It stays closed until its flag changes or until the API may be asked again. Requests that the API would refuse are
 * answered here with the same 503. Everything else passes unchanged, including an overload (429, or a 503 of no feature).
 *
 * @example
 * const store = createMaintenanceStore({ features });
 * const api = maintenanceFetch(fetch, store, { features, routes: { '/api/search/*': 'search' } });
 * <MaintenanceProvider store={store} source={source}>
 */
export function maintenanceFetch<F extends string>(
  fetch: Fetch,
  store: MaintenanceStore<F>,
  options: MaintenanceFetchOptions<F> = {},
): Fetch {
  const { features, routes = {}, reads = [], now = store.now } = options;
  // A missing environment variable gives NaN, which would be forever.
  const maxHoldMs = Number(options.maxHoldMs) >= 0 ? Number(options.maxHoldMs) : 3_600_000;
  const page = typeof location === 'undefined' ? undefined : location;
  // A worker has no document.
  const base = () => (typeof document === 'undefined' ? page?.href : document.baseURI);
  const ownersOf = readRoutes(routes, page?.origin);
  const isReading = readReadOnlyRequests(reads);
  /** Until when the API said that it refuses, in epoch milliseconds. Requests that are answered here say the same. */
  const refusedUntil = new Map<string, number>();

  async function learn(
    response: Response,
    url: URL,
    owners: readonly F[],
    userChanges: number,
  ): Promise<void> {
    // Another origin must not close a feature, unless a route names it. Nor must an origin that the request was redirected to.
    if (!owners.length && page && url.origin !== page.origin) return;
    if (response.redirected && new URL(response.url).origin !== url.origin) return;
    const refusal = await readRefusal(response, owners, features, now());
    if (!refusal || store.getUserChanges() !== userChanges) return;
    if (refusal.serverTime !== undefined) store.setServerTime(refusal.serverTime);
    const instant = now();
    // Up to a tenth longer, so that tabs do not all ask again in the same second.
    const hold = Math.min(refusal.waitMs * (1 + Math.random() / 10), maxHoldMs);
    for (const feature of refusal.features) {
      const window = refusal.window(feature);
      if (!window) continue;
      refusedUntil.set(feature, instant + hold);
      store.reportUnavailable(feature, window, instant + hold);
    }
  }

  return async (input, init) => {
    const request = input instanceof Request ? input : undefined;
    const method = (init?.method ?? request?.method ?? 'GET').toUpperCase();
    const url = readUrl(request?.url ?? String(input), base());
    if (!url) return fetch(input, init);
    const owners = ownersOf(url);
    const reading = isReading(method, url.pathname);
    const closed = owners
      .map((feature) => store.get(feature))
      .find(({ canRead, canWrite }) => !(reading ? canRead : canWrite));
    if (closed) {
      (init?.signal ?? request?.signal)?.throwIfAborted();
      const until = refusedUntil.get(closed.feature) ?? refusedUntil.get(closed.cause);
      return answerHere(closed, store.labelOf(closed.feature), until, now());
    }
    // If the user changes before the answer arrives, the answer is not about the new user.
    const userChanges = store.getUserChanges();
    const response = await fetch(input, init);
    if (response.status === 503) await learn(response, url, owners, userChanges);
    return response;
  };
}

function readUrl(text: string, base: string | undefined): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    // `fetch` rejects it with a better error.
    return undefined;
  }
}

/** Creates the answer that the server would give. */
function answerHere(state: Maintenance, label: string, refusedUntil = 0, now: number): Response {
  const { endsAt = 0, notice } = state;
  const upcoming = [refusedUntil, endsAt].filter((instant) => instant > now);
  // The earlier one: a client that asks too early gets this answer again.
  const waitMs = upcoming.length ? Math.min(...upcoming) - now : 60_000;
  const detail = notice?.message ?? notice?.title ?? `${label} is unavailable.`;
  return new Response(JSON.stringify(problemDetails(state, 'Unavailable for now', detail)), {
    status: 503,
    headers: {
      'content-type': 'application/problem+json',
      'retry-after': String(Math.ceil(waitMs / 1000)),
    },
  });
}

/** Parses the routes. `own` is the origin of the page. Without a page, paths match on every server. */
function readRoutes<F extends string>(
  routes: FetchRoutes<F>,
  own: string | undefined,
): (url: URL) => readonly F[] {
  const entries = Object.entries(routes).map(([pattern, owner]) => {
    const [, origin = own, path = ''] = /^(https?:\/\/[^/]+)?(.*)$/s.exec(pattern) ?? [];
    return { origin, pattern: readPathPattern(path), owners: [owner].flat() as F[] };
  });
  return (url) =>
    entries.flatMap(({ origin, pattern, owners }) =>
      (origin === undefined || origin === url.origin) && pattern.surelyIs(url.pathname) ? owners : [],
    );
}

/** What a 503 says of some features. */
interface Refusal<F extends string> {
  readonly features: readonly F[];
  readonly window: (feature: F) => MaintenanceWindow | null;
  /** How long to wait before asking again, in milliseconds. */
  readonly waitMs: number;
  /** The time at the server that wrote the problem details, in epoch milliseconds. Their instants are by this clock. */
  readonly serverTime?: number | undefined;
}

const defaultWaitMs = 60_000;
const dayMs = 86_400_000;
// Problem details of this library have a few hundred bytes and arrive at once. The caller of `fetch` waits for them.
const maxBytes = 65_536;
const maxMs = 2_000;

/**
 * Reads a refusal from a 503 without consuming its body: problem details of this library, or a `Retry-After` if the request belongs to
 * features. Returns `undefined` for a server that is only overloaded.
 */
async function readRefusal<F extends string>(
  response: Response,
  owners: readonly F[],
  features: Features<F> | undefined,
  now: number,
): Promise<Refusal<F> | undefined> {
  // Caches do not store a refusal, so its date is the present time.
  const serverTime = readDate(response);
  const waitMs = readRetryAfter(response.headers.get('retry-after'), serverTime ?? now);
  const problem = await readProblem(response);
  if (problem) {
    const { cause, feature, mode, windowId, startsAt, endsAt, notice } = problem;
    const known = [cause, feature].find(
      (key) => typeof key === 'string' && (!features || Object.hasOwn(features, key)),
    );
    const value = { mode, id: windowId, startsAt, endsAt, ...notice };
    return {
      // It is in `features`, or no features are defined.
      features: known === undefined ? [] : [known as F],
      // A server may send anything. Invalid parts are dropped, as in a flag.
      window: (key) => interpretFlag(value, { flag: features?.[key].flag ?? key }),
      waitMs: waitMs ?? defaultWaitMs,
      serverTime,
    };
  }
  if (waitMs === undefined || !owners.length) return undefined;
  return {
    features: owners,
    window: (key) => ({
      id: features?.[key].flag ?? key,
      mode: features?.[key].mode === 'read-only' ? 'read-only' : 'down',
      // A wait of a day or more does not promise an end.
      ...(waitMs < dayMs && { endsAt: now + waitMs }),
    }),
    waitMs,
  };
}

async function readProblem(response: Response): Promise<Partial<MaintenanceProblem> | undefined> {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return undefined;
  try {
    const body: unknown = JSON.parse(await readResponseText(response.clone(), maxBytes, maxMs));
    if (typeof body !== 'object' || body === null) return undefined;
    const problem: Partial<MaintenanceProblem> = body;
    return problem.type === maintenanceProblemType ? problem : undefined;
  } catch {
    // The body was cut off or is not JSON. The caller gets it as it is.
    return undefined;
  }
}
