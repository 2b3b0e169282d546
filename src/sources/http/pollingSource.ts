import { createScheduler } from '../../core/createScheduler.js';
import type { Features } from '../../core/defineFeatures.js';
import { createFreshness } from '../../core/createFreshness.js';
import { readBody, readDate, readRetryAfter } from '../readResponse.js';
import { createReceiver } from './createReceiver.js';
import { readFlags } from './readFlags.js';
import type { RefreshableSource } from './RefreshableSource.js';

/** How often an endpoint is asked; everything has a default. */
export interface PollingSourceOptions {
  /** Normally, in milliseconds. Default 5 minutes. */
  readonly intervalMs?: number | undefined;
  /** From `intervalMs` before an announced window until it is over, in milliseconds. Default 5 seconds. */
  readonly windowIntervalMs?: number | undefined;
  /** How long an answer is waited for, in milliseconds. Default 10 seconds. */
  readonly timeoutMs?: number | undefined;
  /** For features whose flag says *enabled*, which is read the other way round. */
  readonly features?: Features | undefined;
  /** Headers, credentials and the like, asked for at each request. */
  readonly request?: (() => RequestInit) | undefined;
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** The clock, in epoch milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

// A service that asks for more would be asked no more.
const longestWaitMs = 3_600_000;
const maxBytes = 8_388_608;

/**
 * Asks an endpoint of your own for the current user's flags, a JSON object of values by flag key. It asks rarely, and often from one
 * long interval before an announced window until it is over, so that a window finds every tab awake. Nothing is asked in hidden tabs;
 * errors are asked about again ever later, and not before `Retry-After`, which counts up to an hour. Send an `ETag`, and what has not
 * changed is a 304. A `Date` in the answer corrects the visitor's clock; from another origin it has to be exposed
 * (`Access-Control-Expose-Headers: Date`).
 *
 * @example
 * const source = pollingSource('/api/flags', { features });
 * <MaintenanceProvider source={source} features={features}>
 */
export function pollingSource(url: string | URL, options: PollingSourceOptions = {}): RefreshableSource {
  const { intervalMs = 300_000, windowIntervalMs = 5_000, timeoutMs = 10_000, now = Date.now } = options;
  const freshFor = createFreshness(options.features, { intervalMs, windowIntervalMs });
  const receiver = createReceiver(start, now, want);
  const schedule = createScheduler(now, look);
  const page = typeof document === 'undefined' ? undefined : document;
  let answer: Readonly<Record<string, unknown>> = {};
  let asked = 0;
  let due = 0;
  let failures = 0;
  /** No question before: the service has said so, or the last one because of a new connection is too short ago. */
  let earliest = 0;
  /** Aborted when nobody listens any more; another one each time that somebody does. */
  let stopping: AbortController | undefined;
  let asking: AbortSignal | undefined;

  function start(): () => void {
    stopping = new AbortController();
    const { signal } = stopping;
    page?.addEventListener('visibilitychange', look, { signal });
    page?.defaultView?.addEventListener('online', reconnect, { signal });
    // When the one who listens has said for which flags.
    queueMicrotask(look);
    return stop;
  }

  function stop(): void {
    stopping?.abort();
    stopping = undefined;
    schedule(Infinity);
  }

  /** Asks, if it is time to, else when it is. */
  function look(): void {
    const signal = stopping?.signal;
    // A hidden tab asks when it is shown again; one that was opened in the background needs its first answer.
    if (!signal || asking === signal || (page?.hidden && asked)) return;
    // A clock that was set back does not make it wait for longer.
    if (asked <= now() && now() < due) return schedule(due);
    asking = signal;
    asked = now();
    void ask(signal)
      .catch((error: unknown) => {
        // Nothing of the service throws there: it is a fault of ours, or of `request`.
        if (!signal.aborted) receiver.failByFault(pause(error));
      })
      .finally(() => {
        if (asking === signal) asking = undefined;
        if (!signal.aborted) look();
      });
  }

  /** A bad connection says again and again that it is back: the first time counts at once, the next ones after the short interval. */
  function reconnect(): void {
    if (!failures) return;
    due = Math.min(due, earliest);
    if (now() >= due) earliest = now() + windowIntervalMs;
    look();
  }

  async function ask(stopped: AbortSignal): Promise<void> {
    const { fetch = globalThis.fetch, request } = options;
    const ending = new AbortController();
    // The browser's cache sends what it has, for the server to say whether it still holds.
    const pending = fetch(url, { cache: 'no-cache', ...request?.(), signal: ending.signal });
    const end = () => ending.abort();
    stopped.addEventListener('abort', end);
    const late = new Error(`${String(url)} did not answer within ${timeoutMs} ms`);
    const timer = setTimeout(() => ending.abort(late), timeoutMs);
    let wait: number | undefined;
    let offset: number | undefined;
    let received: Readonly<Record<string, unknown>>;
    try {
      const response = await pending;
      const serverNow = readDate(response);
      wait = readRetryAfter(response.headers.get('retry-after'), serverNow ?? now());
      if (!response.ok) throw new Error(`${String(url)} answered ${response.status}`);
      refuseOtherOrigin(response);
      offset = serverNow && serverNow - (asked + now()) / 2;
      received = readFlags(await readBody(response, maxBytes), receiver.wanted);
    } catch (error) {
      if (!stopped.aborted) receiver.fail(pause(error, wait));
      return;
    } finally {
      clearTimeout(timer);
      stopped.removeEventListener('abort', end);
    }
    if (stopped.aborted) return;
    answer = received;
    failures = 0;
    if (offset !== undefined) receiver.setClockOffset(offset);
    due = nextOf(receiver.wanted);
    receiver.receive(answer, true);
  }

  /** Puts the next question off because of an error, which it returns. */
  function pause(error: unknown, wait = 0): unknown {
    failures += 1;
    const growing = Math.min(windowIntervalMs * 2 ** (failures - 1), intervalMs) * (1 + Math.random() / 2);
    const least = Math.min(wait, longestWaitMs);
    due = now() + Math.max(growing, least);
    if (least > 0) earliest = Math.max(earliest, now() + least);
    return error;
  }

  /** What another server says is not what was asked for. */
  function refuseOtherOrigin(response: Response): void {
    if (!response.redirected) return;
    const { origin } = new URL(response.url);
    if (origin !== new URL(url, page?.baseURI).origin) {
      throw new Error(`${String(url)} was redirected to ${origin}`);
    }
  }

  /** When to ask again, by what the answer says of these flags: there may be others in it. */
  function nextOf(flags: Iterable<string>): number {
    const serverNow = now() + (receiver.source.clockOffset?.() ?? 0);
    return asked + freshFor(Object.fromEntries([...flags].map((flag) => [flag, answer[flag]])), serverNow);
  }

  function want(flags: readonly string[]): void {
    if (!asked || failures) return;
    due = Math.min(due, nextOf(flags));
    look();
  }

  function refresh(): void {
    asked = due = failures = earliest = 0;
    if (!stopping) return;
    stop();
    start();
  }

  return {
    ...receiver.source,
    refresh,
    forget() {
      answer = {};
      receiver.forget();
      refresh();
    },
  };
}
