/** `Uint8Array<ArrayBuffer>`, written so that TypeScript before 5.7 can read it, too. */
export type Bytes = ReturnType<TextEncoder['encode']>;

/** An answer to a request, for servers with and without `Response`. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** `undefined` for HEAD and for preflights. */
  readonly body: string | Bytes | undefined;
}

/** Converts an answer to a `Response`. */
export function toResponse({ status, headers, body }: Answer): Response {
  // Pass the headers with the body. Otherwise the body would add its own content type.
  const fields = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const line of [value].flat()) fields.append(name, line);
  }
  return new Response(body ?? null, { status, headers: fields });
}

/** The refusal for when no other one can be written. */
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
 * Whether a header can make a cache store an answer in spite of `Cache-Control`. CDNs prefer their own headers (RFC 9213), nginx prefers
 * `X-Accel-Expires`, and old caches read `Expires` and `Pragma`.
 */
export function controlsCaches(name: string): boolean {
  return cacheHeaders.test(name);
}

const cacheHeaders = /^(expires|pragma|x-accel-expires|(.+-)?(cache|surrogate|edge)-control)$/i;
