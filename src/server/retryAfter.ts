/** How `Retry-After` is made. */
export interface RetryAfterOptions {
  /** Seconds, which need no clock, or an HTTP-date. Default `seconds`. */
  readonly format?: 'seconds' | 'date' | undefined;
  /** When no end was promised, or the promised one has passed. Default 120. */
  readonly defaultSeconds?: number | undefined;
  /** A long wait keeps people out who could come back: work often ends early. Default 3600. */
  readonly maxSeconds?: number | undefined;
  /** Up to so many seconds are added, at random, so that not everybody comes back at once. Default 0. */
  readonly spreadSeconds?: number | undefined;
}

/**
 * The whole seconds to wait until the promised end: never less than one, never more than the most. Counted from the second that
 * has begun, so that all of one second are told the same.
 */
export function secondsToWait(
  endsAt: number | undefined,
  now: number,
  { defaultSeconds = 120, maxSeconds = 3600, spreadSeconds = 0 }: RetryAfterOptions,
  random: () => number,
): number {
  const left = endsAt !== undefined && endsAt > now;
  const wait = left ? Math.ceil(endsAt / 1000) - Math.floor(now / 1000) : defaultSeconds;
  const spread = spreadSeconds && Math.floor(random() * (spreadSeconds + 1));
  return Math.max(1, Math.min(Math.floor(wait + spread), maxSeconds));
}

/** The value of `Retry-After` (RFC 9110, 10.2.3). */
export function retryAfterValue(
  seconds: number,
  now: number,
  format: 'seconds' | 'date' = 'seconds',
): string {
  // An HTTP-date has whole seconds. They were counted from the one that has begun.
  return format === 'date'
    ? new Date((Math.floor(now / 1000) + seconds) * 1000).toUTCString()
    : String(seconds);
}
