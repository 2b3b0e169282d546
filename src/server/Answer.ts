/** `Uint8Array<ArrayBuffer>`, written so that TypeScript before 5.7 can read it, too. */
export type Bytes = ReturnType<TextEncoder['encode']>;

/** An answer, for servers with and without `Response`. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** Absent for HEAD and for preflights. */
  readonly body: string | Bytes | undefined;
}

/** An answer as a `Response`. */
export function toResponse({ status, headers, body }: Answer): Response {
  // Set before the body, which would add its own content type.
  const fields = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const line of [value].flat()) fields.append(name, line);
  }
  return new Response(body ?? null, { status, headers: fields });
}

/** The refusal that needs nothing, for when no other one can be written. */
export const plainRefusal: Answer = {
  status: 503,
  headers: {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'retry-after': '120',
    'x-content-type-options': 'nosniff',
  },
  body: 'Unavailable for now',
};

/**
 * Whether a header can tell a cache to keep an answer in spite of `Cache-Control`: CDNs read their own before it (RFC 9213), nginx reads
 * `X-Accel-Expires` before it, and old caches read `Expires` and `Pragma`.
 */
export function controlsCaches(name: string): boolean {
  return cacheHeaders.test(name);
}

const cacheHeaders = /^(expires|pragma|x-accel-expires|(.+-)?(cache|surrogate|edge)-control)$/i;
