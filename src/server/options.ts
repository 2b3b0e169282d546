import type { Features } from '../core/defineFeatures.js';
import type { MaintenanceError } from '../core/errors.js';
import type { Maintenance } from '../core/Maintenance.js';
import type { BypassOptions } from './bypass.js';
import type { CorsOptions } from './cors.js';
import type { RefusalMessages } from './messages.js';
import type { RefusalPageContent } from './page.js';
import type { RequestReads, RequestRoutes } from './rules.js';

/** The values of flags for the user of a request. `flags` are the keys that are needed; more does no harm. */
export type ReadFlags<R> = (
  request: R,
  flags: readonly string[],
) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;

/** What is let through, although it would be refused. */
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

/** How a server refuses. */
export interface MaintenanceHandlerOptions<F extends string, R> {
  /** From `defineFeatures`. */
  readonly features: Features<F>;
  /** The flags of this request's user. It may throw, and be slow. */
  readonly readFlags: ReadFlags<R>;
  /** When the flags cannot be read: `open` lets requests pass, `closed` puts every feature into its own mode. */
  readonly failure: 'open' | 'closed';
  /** How long the flags are waited for, in milliseconds. Default 1000. */
  readonly timeoutMs?: number | undefined;
  /**
   * Which paths belong to which feature: `{ '/api/search/*': 'search' }`. Other paths are refused with the site only. A function says
   * it of each request, for what only the body tells: `{ '/graphql': async (request, body) => featuresIn(await body.json()) }`.
   */
  readonly routes?: RequestRoutes<F, R> | undefined;
  /**
   * Requests that only read although their method does not say so: `['POST /api/search']`. With functions:
   * `{ 'POST /api/search': true, 'POST /graphql': async (request, body) => isQuery(await body.json()) }`.
   */
  readonly reads?: RequestReads<R> | undefined;
  /** How much of a body is read for those functions, in bytes. What is longer counts as for every feature. Default 102,400. */
  readonly maxBodyBytes?: number | undefined;
  readonly allow?: AllowOptions | undefined;
  /** Lets staff in by a secret link. */
  readonly bypass?: BypassOptions | undefined;
  /** What refusals look like. */
  readonly refusal?: Omit<RefusalOptions, 'onError'> | undefined;
  /** Told of bad flag values, once each, and of flags that cannot be read, when that begins. Default: `console.error`. */
  readonly onError?: ((error: MaintenanceError) => void) | undefined;
  /** The clock, in epoch milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** What a refusal looks like. */
export interface RefusalOptions extends CorsOptions {
  readonly retryAfter?: RetryAfterOptions | undefined;
  /** Texts by locale, in place of and beside the built-in English ones. */
  readonly messages?: Readonly<Record<string, Partial<RefusalMessages>>> | undefined;
  /** The zone of times, until the page turns them into the viewer's own. Default `UTC`. */
  readonly timeZone?: string | undefined;
  /** The most seconds between two looks of the page whether it may come back. Default 30. */
  readonly lookEverySeconds?: number | undefined;
  /**
   * A page of one's own in place of the built-in one: HTML, or a `Response` with headers of its own, that of a `fetch` too. A redirect
   * stays one; everything else is sent as 503. When it throws or takes too long, the built-in page is sent.
   */
  readonly page?: ((content: OwnPageContent) => string | Response | Promise<string | Response>) | undefined;
  /** How long a page of one's own is waited for, in milliseconds. Default 2000. */
  readonly pageTimeoutMs?: number | undefined;
  /**
   * Whose pages may show a refusal in a frame: `["'self'", 'https://portal.example']`, as in `frame-ancestors` of a
   * Content-Security-Policy. Default: nobody's.
   */
  readonly frameAncestors?: readonly string[] | undefined;
  /** Told of a page that threw. */
  readonly onError?: ((error: MaintenanceError) => void) | undefined;
}

/** What a page of one's own is made from. Escape what you put into HTML: it may come from a flag. */
export interface OwnPageContent extends RefusalPageContent {
  readonly state: Maintenance;
  /** What people call the feature. */
  readonly label: string;
}

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
