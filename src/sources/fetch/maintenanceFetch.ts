import type { Features } from '../../core/defineFeatures.js';
import type { Maintenance } from '../../core/Maintenance.js';
import type { MaintenanceStore } from '../../core/MaintenanceStore.js';
import { problemDetails } from '../../core/problemDetails.js';
import { readReadingRequests } from '../../core/readingRequests.js';
import { readRefusal } from './readRefusal.js';
import { readRoutes, type FetchRoutes } from './readRoutes.js';

type Fetch = typeof globalThis.fetch;

/** What `maintenanceFetch` knows of an app; everything may be left out. */
export interface MaintenanceFetchOptions<F extends string = string> {
  /** From `defineFeatures`: refusals of other features are left alone. */
  readonly features?: Features<F> | undefined;
  /**
   * Which requests belong to which feature. They are not sent while it is closed, and a 503 with `Retry-After` closes it, whoever
   * sent it. Without routes only our own problem documents count.
   */
  readonly routes?: FetchRoutes<F> | undefined;
  /** Requests that only read although their method does not say so: `['POST /api/search']`. */
  readonly reads?: readonly string[] | undefined;
  /** The most that one refusal closes a feature for, in milliseconds. Default 1 hour. */
  readonly maxHoldMs?: number | undefined;
  /** The clock, in epoch milliseconds. Default: that of the store. */
  readonly now?: (() => number) | undefined;
}

/**
 * A `fetch` that learns from refusals: when an API says that a feature is in maintenance, the feature closes in this tab at once,
 * before its flag arrives, and until its flag says something else or the API has to be asked again. Requests that are known to be
 * refused are answered here with the same 503. Everything else goes through untouched, overload (429, and 503 of nobody) too.
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
  const { features, routes = {}, reads = [], maxHoldMs = 3_600_000, now = store.now } = options;
  const page = typeof location === 'undefined' ? undefined : location;
  // A worker has no document.
  const base = () => (typeof document === 'undefined' ? page?.href : document.baseURI);
  const ownersOf = readRoutes(routes, page?.origin);
  const isReading = readReadingRequests(reads);
  /** Until when the API said, in epoch milliseconds, that it refuses: a client that tries again waits for what the server said. */
  const refusedUntil = new Map<string, number>();

  async function heed(
    response: Response,
    url: URL,
    owners: readonly F[],
    userChanges: number,
  ): Promise<void> {
    // Others may not close a feature of ours, and neither may those that it redirects to.
    if (!owners.length && page && url.origin !== page.origin) return;
    if (response.redirected && new URL(response.url).origin !== url.origin) return;
    const refusal = await readRefusal(response, owners, features, now());
    if (!refusal || store.getUserChanges() !== userChanges) return;
    if (refusal.serverTime !== undefined) store.setServerTime(refusal.serverTime);
    const instant = now();
    // A tenth later at most, so that not every tab asks again in the same second.
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
    // What somebody else was refused meanwhile says nothing of the person now.
    const userChanges = store.getUserChanges();
    const response = await fetch(input, init);
    if (response.status === 503) await heed(response, url, owners, userChanges);
    return response;
  };
}

function readUrl(text: string, base: string | undefined): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    // What `fetch` says of it is better than what could be said here.
    return undefined;
  }
}

/** What the server would say. */
function answerHere(state: Maintenance, label: string, refusedUntil = 0, now: number): Response {
  const { endsAt = 0, notice } = state;
  const upcoming = [refusedUntil, endsAt].filter((instant) => instant > now);
  // The earlier of the two: who asks too early is answered here again.
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
