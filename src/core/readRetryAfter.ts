// Anybody can send years, or more than a date can hold.
const longestMs = 86_400_000;

/** The milliseconds that `Retry-After` asks for (RFC 9110, 10.2.3), at most a day; `undefined` without a good one. */
export function readRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, longestMs);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.min(Math.max(date - now, 0), longestMs);
}
