import { createScheduler } from '../../core/timeline.js';
import type { Features } from '../../core/defineFeatures.js';
import { createFreshness } from '../../core/createFreshness.js';
import { readResponseText, readDate, readRetryAfter } from '../readResponse.js';
import { createReceiver, positive, type RefreshableSource, readFlags } from './createReceiver.js';

/** How often the endpoint is asked. Every option has a default. It is also used for a time that is not above 0. */
export interface PollingSourceOptions {
  /** The normal interval, in milliseconds. Default 5 minutes. */
  readonly intervalMs?: number | undefined;
  /** The interval from `intervalMs` before an announced window until it is over, in milliseconds. Default 5 seconds. */
  readonly windowIntervalMs?: number | undefined;
  /** How long to wait for an answer, in milliseconds. Default 10 seconds. */
  readonly timeoutMs?: number | undefined;
  /** For features with `maintenanceWhen: 'off'`. */
  readonly features?: Features | undefined;
  /** Returns headers, credentials and the like. Called for each request. */
  readonly request?: (() => RequestInit) | undefined;
  /** Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** The clock, in epoch milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

// A longer `Retry-After` would mean that the service is never asked again.
const longestWaitMs = 3_600_000;
const maxBytes = 8_388_608;

/**
 * Asks your own endpoint for the current user's flags: a JSON object of values by flag key. It asks at the normal interval, and at the short
 * one from one normal interval before an announced window until it is over, so that every tab is up to date when the window begins. Hidden
 * tabs do not ask. After each error it waits longer, and at least for `Retry-After`, up to an hour. If the endpoint sends an `ETag`, it can
 * answer 304 while the flags are unchanged. The `Date` of an answer corrects the visitor's clock; another origin must expose it
 * (`Access-Control-Expose-Headers: Date`).
 *
 * @example
 * const source = pollingSource('/api/flags', { features });
 * <MaintenanceProvider source={source} features={features}>
 */
export function pollingSource(url: string | URL, options: PollingSourceOptions = {}): RefreshableSource {
  const { now = Date.now } = options;
  const intervalMs = positive(options.intervalMs, 300_000);
  const windowIntervalMs = positive(options.windowIntervalMs, 5_000);
  const timeoutMs = positive(options.timeoutMs, 10_000);
  const freshFor = createFreshness(options.features, { intervalMs, windowIntervalMs });
  const receiver = createReceiver(start, now, want);
  const schedule = createScheduler(now, look);
  const page = typeof document === 'undefined' ? undefined : document;
  let answer: Readonly<Record<string, unknown>> = {};
  let asked = 0;
  let due = 0;
  let failures = 0;
  /** What code of the app or of this library threw. Reading a flag throws the same until flags come. */
  let fault: { readonly thrown: unknown } | undefined;
  /** Nothing is asked before this instant, because of `Retry-After` or because a new connection was tried a moment ago. */
  let earliest = 0;
  /** Aborted when the last listener is gone. Each start creates one. */
  let stopping: AbortController | undefined;
  let asking: AbortSignal | undefined;

  function start(): () => void {
    stopping = new AbortController();
    const { signal } = stopping;
    page?.addEventListener('visibilitychange', look, { signal });
    page?.defaultView?.addEventListener('online', reconnect, { signal });
    // By then, the subscription that starts it has named its flags.
    queueMicrotask(look);
    return stop;
  }

  function stop(): void {
    stopping?.abort();
    stopping = undefined;
    schedule(Infinity);
  }

  /** Asks now or, if it is too early, later. */
  function look(): void {
    const signal = stopping?.signal;
    // A hidden tab asks only for its first answer. Then it waits until it is shown.
    if (!signal || asking === signal || (page?.hidden && asked)) return;
    // If the clock was set back, it must not wait longer.
    if (asked <= now() && now() < due) return schedule(due);
    asking = signal;
    asked = now();
    void ask(signal)
      .catch((error: unknown) => {
        // `ask` handles errors of the service. This is an error of this library or of `request`.
        if (signal.aborted) return;
        fault = { thrown: error };
        receiver.fail(pause(error));
      })
      .finally(() => {
        if (asking === signal) asking = undefined;
        if (!signal.aborted) look();
      });
  }

  /** Asks at once when the connection is back, but at most once per short interval: browsers may report that again and again. */
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
      received = readFlags(await readResponseText(response, maxBytes), receiver.wanted);
    } catch (error) {
      if (!stopped.aborted) receiver.fail(pause(error, wait));
      return;
    } finally {
      clearTimeout(timer);
      stopped.removeEventListener('abort', end);
    }
    if (stopped.aborted) return;
    answer = received;
    fault = undefined;
    failures = 0;
    if (offset !== undefined) receiver.setClockOffset(offset);
    due = nextOf(receiver.wanted);
    receiver.receive(answer, true);
  }

  /** Delays the next request because of an error, and returns the error. */
  function pause(error: unknown, wait = 0): unknown {
    failures += 1;
    const growing = Math.min(windowIntervalMs * 2 ** (failures - 1), intervalMs) * (1 + Math.random() / 2);
    const least = Math.min(wait, longestWaitMs);
    due = now() + Math.max(growing, least);
    if (least > 0) earliest = Math.max(earliest, now() + least);
    return error;
  }

  /** Refuses an answer from another origin: it is not the endpoint's. */
  function refuseOtherOrigin(response: Response): void {
    if (!response.redirected) return;
    const { origin } = new URL(response.url);
    if (origin !== new URL(url, page?.baseURI).origin) {
      throw new Error(`${String(url)} was redirected to ${origin}`);
    }
  }

  /** The instant of the next request, for these flags of the answer. It may have others. */
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
    get(flag) {
      if (fault) throw fault.thrown;
      return receiver.source.get(flag);
    },
    refresh,
    forget() {
      answer = {};
      fault = undefined;
      receiver.forget();
      refresh();
    },
  };
}
