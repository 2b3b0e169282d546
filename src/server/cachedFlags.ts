import type { Features } from '../core/defineFeatures.js';
import { createFreshness } from '../core/createFreshness.js';
import { describe } from '../core/errors.js';
import { assertFlagRecord, type Flags } from './flagRecord.js';
import { checkCachedFlagsOptions, checkFunction, type ReadFlags } from './options.js';
import { withTimeout } from './withTimeout.js';

/** How long flags are kept, and for whom. */
export interface CachedFlagsOptions<R> {
  /** Returns whose flags these are, such as the user's key. Requests with the same key share an answer. Without a key, nothing is cached. */
  readonly keyOf: (request: R) => string | number | null | undefined;
  /** For features with `maintenanceWhen: 'off'`. */
  readonly features?: Features | undefined;
  /** The normal time that flags are kept, in milliseconds. Default 5 minutes. */
  readonly intervalMs?: number | undefined;
  /** The time that flags are kept from `intervalMs` before an announced window until it is over, in milliseconds. Default 5 seconds. */
  readonly windowIntervalMs?: number | undefined;
  /** How long a request waits for a new answer before it uses the old one, in milliseconds. Default 100. */
  readonly patienceMs?: number | undefined;
  /** How long an old answer may be used if there is no new one, in milliseconds. Default 1 hour. */
  readonly staleMs?: number | undefined;
  /**
   * How long to wait for the service, in milliseconds. After that the read has failed, and the next request asks again. Default 5 seconds.
   */
  readonly timeoutMs?: number | undefined;
  /** The maximum number of keys, and of reads at the same time. The least recently used key is dropped first. Default 10,000. */
  readonly maxEntries?: number | undefined;
  /** The clock, in epoch milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

interface Entry {
  readonly flags: Flags;
  readonly readAt: number;
  readonly freshUntil: number;
}

/**
 * Caches the flags of a remote service for each user: for a long time normally, and for a short time around a window. For each user there is only
 * one read at a time. If an answer is slow or fails, the old answer stays in use. A read that never ends is abandoned after `timeoutMs`.
 *
 * @throws `invalid-option`
 * @example
 * readFlags: cachedFlags(readRemoteFlags, { keyOf: (request) => userOf(request), features })
 */
export function cachedFlags<R>(readFlags: ReadFlags<R>, options: CachedFlagsOptions<R>): ReadFlags<R> {
  checkFunction('readFlags', readFlags);
  checkCachedFlagsOptions(options);
  const {
    keyOf,
    features,
    intervalMs = 300_000,
    windowIntervalMs = 5_000,
    timeoutMs = 5_000,
    now = Date.now,
  } = options;
  const { patienceMs = 100, staleMs = 3_600_000, maxEntries = 10_000 } = options;
  const freshFor = createFreshness(features, { intervalMs, windowIntervalMs });
  const entries = new Map<string, Entry>();
  const underWay = new Map<string, Promise<Flags>>();

  function keep(key: string, flags: Flags): void {
    const readAt = now();
    entries.delete(key);
    entries.set(key, { flags, readAt, freshUntil: readAt + freshFor(flags, readAt) });
    if (entries.size > maxEntries) entries.delete(entries.keys().next().value ?? key);
  }

  async function read(key: string, request: R, flags: readonly string[]): Promise<Flags> {
    try {
      // In an async function, so that a function that throws at once is also a failed read.
      const asked = (async () => readFlags(request, flags))();
      const answer: unknown = await withTimeout(asked, timeoutMs, () => lateError(timeoutMs));
      assertFlagRecord(answer, flags);
      keep(key, answer);
      return answer;
    } catch (error) {
      const old = entries.get(key);
      // Wait before the next attempt. A service that is down must not get a request for each of our requests.
      if (old) entries.set(key, { ...old, freshUntil: now() + windowIntervalMs });
      throw error;
    } finally {
      underWay.delete(key);
    }
  }

  function renew(key: string, request: R, flags: readonly string[]): Promise<Flags> {
    const present = underWay.get(key);
    if (present) return present;
    if (underWay.size >= maxEntries) {
      return Promise.reject(new Error(`${maxEntries} reads are already waiting for the flag service`));
    }
    const started = read(key, request, flags);
    underWay.set(key, started);
    return started;
  }

  return (request, flags) => {
    const key = readKey(keyOf(request));
    if (key === undefined) return readFlags(request, flags);
    const entry = entries.get(key);
    if (entry) {
      // A Map keeps the order of insertion. The most recently used key moves to the end.
      entries.delete(key);
      entries.set(key, entry);
      if (now() < entry.freshUntil) return entry.flags;
    }
    const renewed = renew(key, request, flags);
    if (!entry || now() - entry.readAt > staleMs) return renewed;
    return orOld(renewed, entry.flags, patienceMs);
  };
}

function lateError(timeoutMs: number): Error {
  return new Error(`the flag service did not answer within ${timeoutMs} ms`);
}

/** The key as a string. Visitors without a key, such as those who are signed out, are not one user, so that they share no flags. */
function readKey(key: unknown): string | undefined {
  if (key === undefined || key === null || key === '' || Number.isNaN(key)) return undefined;
  // An object as a text is the same for all users.
  if (typeof key === 'number' || (typeof key === 'string' && key !== String({}))) return String(key);
  throw new Error(`keyOf returned ${describe(key)}. Expected a string or a number, or undefined for no user`);
}

/** The new answer if it arrives in time, otherwise the old one. */
function orOld(renewed: Promise<Flags>, old: Flags, patienceMs: number): Promise<Flags> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(old), patienceMs);
    renewed.then(resolve, () => resolve(old)).finally(() => clearTimeout(timer));
  });
}
