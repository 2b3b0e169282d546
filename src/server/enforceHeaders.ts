/**
 * Whether a header tells a cache to keep an answer, whatever `Cache-Control` says: CDNs read their own before it (RFC 9213), nginx reads
 * `X-Accel-Expires` before it, and old caches read `Expires` and `Pragma`.
 */
export function controlsCaches(name: string): boolean {
  return cacheHeaders.test(name);
}

const cacheHeaders = /^(expires|pragma|x-accel-expires|(.+-)?(cache|surrogate|edge)-control)$/i;

/** The response with these headers, whatever it had: the same one where there are none. */
export function enforceHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  const entries = Object.entries(headers);
  if (!entries.length) return response;
  // Not in place: the headers of what `fetch` gave cannot be changed.
  const enforced = new Response(response.body, response);
  for (const name of [...enforced.headers.keys()]) if (controlsCaches(name)) enforced.headers.delete(name);
  for (const [name, value] of entries) enforced.headers.set(name, value);
  return enforced;
}
