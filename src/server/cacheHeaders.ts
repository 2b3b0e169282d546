/**
 * Whether a header can tell a cache to keep an answer in spite of `Cache-Control`: CDNs read their own before it (RFC 9213), nginx reads
 * `X-Accel-Expires` before it, and old caches read `Expires` and `Pragma`.
 */
export function controlsCaches(name: string): boolean {
  return cacheHeaders.test(name);
}

const cacheHeaders = /^(expires|pragma|x-accel-expires|(.+-)?(cache|surrogate|edge)-control)$/i;
