/**
 * How long a service that limits the rate of requests asks to wait, in milliseconds: by `Retry-After`, in seconds or as a date
 * (RFC 9110, 10.2.3), or by LaunchDarkly's `X-Ratelimit-Reset`, in epoch milliseconds. Never less than 0.
 */
export function readRetryTime(headers: Headers, now: number): number | undefined {
  const after = headers.get('retry-after')?.trim();
  const reset = headers.get('x-ratelimit-reset')?.trim();
  const waits = [
    after && /^\d+$/.test(after) ? Number(after) * 1000 : NaN,
    after ? Date.parse(after) - now : NaN,
    reset && /^\d+$/.test(reset) ? Number(reset) - now : NaN,
  ];
  const wait = waits.find((ms) => Number.isFinite(ms));
  return wait === undefined ? undefined : Math.max(wait, 0);
}
