import type { Features } from '../core/defineFeatures.js';
import type { MaintenanceError } from '../core/errors.js';
import type { Maintenance } from '../core/Maintenance.js';
import type { BypassOptions } from './bypass.js';
import type { CorsOptions } from './cors.js';
import type { RefusalMessages } from './messages.js';
import type { RefusalPageContent } from './page.js';
import type { RequestReads, RequestRoutes } from './rules.js';

/** Reads the flag values for the user of a request. `flags` are the keys that are needed. It may return more. */
export type ReadFlags<R> = (
  request: R,
  flags: readonly string[],
) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;

/** Requests that pass, although their feature is closed. */
export interface AllowOptions {
  /** Paths such as `/sign-in` and `/assets/*`. They add to `defaultPaths`. */
  readonly paths?: readonly string[] | undefined;
  /** Health checks, `robots.txt` and their kind. Default `defaultAllowedPaths`; `[]` lets none of them through. */
  readonly defaultPaths?: readonly string[] | undefined;
  /** Addresses and ranges (CIDR) of staff, IPv4 and IPv6. */
  readonly addresses?: readonly string[] | undefined;
  /** Addresses and ranges of the proxies in front of this server. Only what they say in `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[] | undefined;
}

/** The options of `maintenanceMiddleware` and `createMaintenanceHandler`. */
export interface MaintenanceHandlerOptions<F extends string, R> {
  /** From `defineFeatures`. */
  readonly features: Features<F>;
  /** Reads the flags for the user of this request. It may throw, and it may be slow. */
  readonly readFlags: ReadFlags<R>;
  /** When the flags cannot be read: `open` lets requests pass, `closed` puts every feature into its own mode. */
  readonly failure: 'open' | 'closed';
  /** How long to wait for the flags, in milliseconds. Default 1000. */
  readonly timeoutMs?: number | undefined;
  /**
   * Which paths belong to which feature: `{ '/api/search/*': 'search' }`. Other paths are refused only with the site. Use a function where only
   * the request tells, such as its body: `{ '/graphql': async (request, body) => featuresIn(await body.json()) }`.
   */
  readonly routes?: RequestRoutes<F, R> | undefined;
  /**
   * Requests that only read, although their method does not say so: `['POST /api/search']`. With functions:
   * `{ 'POST /api/search': true, 'POST /graphql': async (request, body) => isQuery(await body.json()) }`.
   */
  readonly reads?: RequestReads<R> | undefined;
  /** How much of a body these functions may read, in bytes. A longer body counts as a request for every feature. Default 102,400. */
  readonly maxBodyBytes?: number | undefined;
  readonly allow?: AllowOptions | undefined;
  /** Lets staff in through a secret link. */
  readonly bypass?: BypassOptions | undefined;
  /** The form of refusals: texts, page, `Retry-After`, CORS. */
  readonly refusal?: Omit<RefusalOptions, 'onError'> | undefined;
  /** Called once for each bad flag value, and when flags can no longer be read. Default: `console.error`. */
  readonly onError?: ((error: MaintenanceError) => void) | undefined;
  /** The clock, in epoch milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** The form of refusals. */
export interface RefusalOptions extends CorsOptions {
  readonly retryAfter?: RetryAfterOptions | undefined;
  /** Texts by locale. They replace the built-in English texts, or add languages. */
  readonly messages?: Readonly<Record<string, Partial<RefusalMessages>>> | undefined;
  /** The time zone of texts. The page's script changes times to the viewer's zone. Default `UTC`. */
  readonly timeZone?: string | undefined;
  /** The longest time between two checks of the page whether the service is back, in seconds. Default 30. */
  readonly lookEverySeconds?: number | undefined;
  /**
   * Your own page in place of the built-in one: HTML, or a `Response` with its own headers, such as the response of a `fetch`. A redirect stays a
   * redirect. Everything else is sent as 503. When the function throws or takes too long, the built-in page is sent.
   */
  readonly page?: ((content: OwnPageContent) => string | Response | Promise<string | Response>) | undefined;
  /** How long to wait for your own page, in milliseconds. Default 2000. */
  readonly pageTimeoutMs?: number | undefined;
  /**
   * The origins whose pages may show a refusal in a frame: `["'self'", 'https://portal.example']`, as in `frame-ancestors` of a
   * Content-Security-Policy. Default: none.
   */
  readonly frameAncestors?: readonly string[] | undefined;
  /** Called when your own page throws. */
  readonly onError?: ((error: MaintenanceError) => void) | undefined;
}

/** The content for your own page. Escape it in HTML, because it may come from a flag. */
export interface OwnPageContent extends RefusalPageContent {
  readonly state: Maintenance;
  /** What people call the feature. */
  readonly label: string;
}

/** The value of `Retry-After`. */
export interface RetryAfterOptions {
  /** Seconds, which need no clock, or an HTTP-date. Default `seconds`. */
  readonly format?: 'seconds' | 'date' | undefined;
  /** When no end was promised, or the promised one has passed. Default 120. */
  readonly defaultSeconds?: number | undefined;
  /** The longest wait. Work often ends early, and a long wait keeps people away who could come back. Default 3600. */
  readonly maxSeconds?: number | undefined;
  /** Adds up to this many seconds at random, so that not all clients come back at once. Default 0. */
  readonly spreadSeconds?: number | undefined;
}
