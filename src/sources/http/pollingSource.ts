import { createScheduler } from '../../core/timeline.js';
import type { Features } from '../../core/defineFeatures.js';
import { createFreshness } from '../../core/createFreshness.js';
import { readBody, readDate, readRetryAfter } from '../readResponse.js';
import { createReceiver, type RefreshableSource, readFlags } from './createReceiver.js';

/** How often an endpoint is asked. Everything has a default. */
export interface PollingSourceOptions {
  /** Normally, in milliseconds. Default 5 minutes. */
  readonly intervalMs?: number | undefined;
  /** From `intervalMs` before an announced window until it is over, in milliseconds. Default 5 seconds. */
  readonly windowIntervalMs?: number | undefined;
  /** How long an answer is waited for, in milliseconds. Default 10 seconds. */
  readonly timeoutMs?: number | undefined;
  /** For features with `maintenanceWhen: 'off'`. */
  readonly features?: Features | undefined;
  /** Headers, credentials and the like, asked for at each request. */
  readonly request?: (() => RequestInit) | undefined;
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** The clock, in epoch milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

// A longer `Retry-After` would mean that the service is never asked again.
const longestWaitMs = 3_600_000;
const maxBytes = 8_388_608;

/**
 * Asks an endpoint of your own for the current user's flags, a JSON object of values by flag key. It asks at the long
 * interval, and at the short one from one long interval before an announced window until it is over, so that every tab is up to date when
 * the window begins. Hidden tabs do not ask. After errors it waits longer each time, and at least for `Retry-After`, of up to an hour. With an
 * `ETag`, unchanged flags are a 304. A `Date` in the answer corrects the visitor's clock; from another origin it has to be exposed
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
  /** Nothing is asked before: because of `Retry-After`, or because a new connection was tried a short time ago. */
  let earliest = 0;
  /** Aborted when the last listener is gone. Each start has its own. */
  let stopping: AbortController | undefined;
  let asking: AbortSignal | undefined;

  function start(): () => void {
    stopping = new AbortController();
    const { signal } = stopping;
    page?.addEventListener('visibilitychange', look, { signal });
    page?.defaultView?.addEventListener('online', reconnect, { signal });
    // The subscription that starts it has named its flags by then.
    queueMicrotask(look);
    return stop;
  }

  function stop(): void {
    stopping?.abort();
    stopping = undefined;
    schedule(Infinity);
  }

  /** Asks now if it is time, or else later. */
  function look(): void {
    const signal = stopping?.signal;
    // A hidden tab asks when it is shown again, but for its first answer.
    if (!signal || asking === signal || (page?.hidden && asked)) return;
    // When the clock was set back, it does not wait for longer.
    if (asked <= now() && now() < due) return schedule(due);
    asking = signal;
    asked = now();
    void ask(signal)
      .catch((error: unknown) => {
        // Errors of the service are handled in `ask`: this one is a fault of this library or of `request`.
        if (!signal.aborted) receiver.failByFault(pause(error));
      })
      .finally(() => {
        if (asking === signal) asking = undefined;
        if (!signal.aborted) look();
      });
  }

  /** The browser may say again and again that the connection is back: it asks at once, and then at most once per short interval. */
  function reconnect(): void {
    if (!failures) return;
    due = Math.min(due, earliest);
    if (now() >= due) earliest = now() + windowIntervalMs;
    look();
  }

  async function ask(stopped: AbortSignal): Promise<void> {
    const { fetch = globalThis.fetch, request } = options;
    const ending = new AbortController();
    // The browser's cache asks the server whether its entry is still valid.
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

  /** Delays the next request because of an error, which it returns. */
  function pause(error: unknown, wait = 0): unknown {
    failures += 1;
    const growing = Math.min(windowIntervalMs * 2 ** (failures - 1), intervalMs) * (1 + Math.random() / 2);
    const least = Math.min(wait, longestWaitMs);
    due = now() + Math.max(growing, least);
    if (least > 0) earliest = Math.max(earliest, now() + least);
    return error;
  }

  /** An answer of another origin is not the endpoint's. */
  function refuseOtherOrigin(response: Response): void {
    if (!response.redirected) return;
    const { origin } = new URL(response.url);
    if (origin !== new URL(url, page?.baseURI).origin) {
      throw new Error(`${String(url)} was redirected to ${origin}`);
    }
  }

  /** When to ask again, by these flags of the answer. It may have others. */
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
