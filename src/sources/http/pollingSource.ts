import { createAlarm } from '../../core/createAlarm.js';
import type { Features } from '../../core/defineFeatures.js';
import type { FlagSource } from '../../core/FlagSource.js';
import { createFreshness } from '../../core/createFreshness.js';
import { readRetryAfter } from '../../core/readRetryAfter.js';
import { createReceiver } from './createReceiver.js';
import { readFlags } from './readFlags.js';

/** How often an endpoint is asked; everything has a default. */
export interface PollingSourceOptions {
  /** Normally, in milliseconds. Default 5 minutes. */
  readonly longMs?: number | undefined;
  /** From `longMs` before an announced window until it is over, in milliseconds. Default 5 seconds. */
  readonly shortMs?: number | undefined;
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

/**
 * Asks an endpoint of your own for the current user's flags, a JSON object of values by flag key. It asks rarely, and often from one
 * long interval before an announced window until it is over, so that a window finds every tab awake. Nothing is asked in hidden tabs;
 * errors are asked about again ever later, and not before `Retry-After`. Send an `ETag`, and what has not changed is a 304.
 *
 * @example
 * const source = pollingSource('/api/flags', { features });
 * <MaintenanceProvider source={source} features={features}>
 */
export function pollingSource(url: string | URL, options: PollingSourceOptions = {}): FlagSource {
  const { longMs = 300_000, shortMs = 5_000, timeoutMs = 10_000, now = Date.now } = options;
  const freshFor = createFreshness(options.features, { longMs, shortMs });
  const receiver = createReceiver(start, now, want);
  const alarm = createAlarm(now, look);
  const page = typeof document === 'undefined' ? undefined : document;
  const wanted = new Set<string>();
  let answer: Readonly<Record<string, unknown>> = {};
  let asked = 0;
  let due = 0;
  let failures = 0;
  /** Aborted when nobody listens any more; another one each time that somebody does. */
  let stopping = new AbortController();
  let asking: AbortSignal | undefined;

  function start(): () => void {
    stopping = new AbortController();
    const { signal } = stopping;
    page?.addEventListener('visibilitychange', look, { signal });
    page?.defaultView?.addEventListener('online', reconnect, { signal });
    // When the one who listens has said for which flags.
    queueMicrotask(look);
    return () => {
      stopping.abort();
      alarm.set(Infinity);
    };
  }

  /** Asks, if it is time to, else when it is. */
  function look(): void {
    const { signal } = stopping;
    // A hidden tab asks when it is shown again; one that was opened in the background needs its first answer.
    if (asking === signal || signal.aborted || (page?.hidden && asked)) return;
    // A clock that was set back does not make it wait for longer.
    if (asked <= now() && now() < due) return alarm.set(due);
    asking = signal;
    void ask(signal).finally(() => {
      if (asking === signal) asking = undefined;
      if (!signal.aborted) look();
    });
  }

  function reconnect(): void {
    if (failures) due = 0;
    look();
  }

  async function ask(stopped: AbortSignal): Promise<void> {
    const { fetch = globalThis.fetch, request } = options;
    let wait: number | undefined;
    asked = now();
    try {
      const signal = AbortSignal.any([stopped, AbortSignal.timeout(timeoutMs)]);
      // The browser's cache sends what it has, for the server to say whether it still holds.
      const response = await fetch(url, { cache: 'no-cache', ...request?.(), signal });
      wait = readRetryAfter(response.headers.get('retry-after'), now());
      if (!response.ok) throw new Error(`${String(url)} answered ${response.status}`);
      answer = readFlags(await response.text());
      failures = 0;
      due = nextOf(wanted);
      receiver.receive(answer, true);
    } catch (error) {
      if (stopped.aborted) return;
      failures += 1;
      const pause = Math.min(shortMs * 2 ** (failures - 1), longMs) * (1 + Math.random() / 2);
      due = now() + Math.max(pause, wait ?? 0);
      receiver.fail(error);
    }
  }

  /** When to ask again, by what the answer says of these flags: there may be others in it. */
  function nextOf(flags: Iterable<string>): number {
    return asked + freshFor(Object.fromEntries([...flags].map((flag) => [flag, answer[flag]])), now());
  }

  function want(flags: readonly string[]): void {
    for (const flag of flags) wanted.add(flag);
    if (!asked || failures) return;
    due = Math.min(due, nextOf(flags));
    look();
  }

  return receiver.source;
}
