/** Which pages of other origins may read a refusal. */
export interface CorsOptions {
  /**
   * Origins such as `https://shop.example` whose pages may read refusals of requests with cookies. Default: any page may read
   * those of requests without.
   */
  readonly origins?: readonly string[] | undefined;
}

/**
 * The CORS headers of a refusal. Without them a page of another origin is told "network error" in place of 503.
 */
export function corsHeaders(
  origin: string | null,
  { origins }: CorsOptions,
): Readonly<Record<string, string>> {
  if (!origins) return { 'access-control-allow-origin': '*', ...exposed };
  if (!origin || !origins.includes(origin)) return {};
  return { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true', ...exposed };
}

/**
 * The answer to a preflight of a request that will be refused: it may be sent, so that its refusal can be read. It is not
 * kept: the app's own rules count from the moment that the feature is back.
 */
export function preflightHeaders(
  origin: string | null,
  requestedMethod: string,
  requestedHeaders: string | null,
  options: CorsOptions,
): Readonly<Record<string, string>> {
  const headers = corsHeaders(origin, options);
  if (!headers['access-control-allow-origin']) return headers;
  return {
    ...headers,
    'access-control-allow-methods': token.test(requestedMethod) ? requestedMethod : 'GET',
    ...(requestedHeaders &&
      tokens.test(requestedHeaders) && { 'access-control-allow-headers': requestedHeaders }),
    'access-control-max-age': '0',
  };
}

const exposed = { 'access-control-expose-headers': 'retry-after' };
const token = /^[\w!#$%&'*+.^`|~-]+$/;
const tokens = /^[\w!#$%&'*+.^`|~, -]+$/;
