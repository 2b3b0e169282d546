import type { MaintenanceError } from '../core/errors.js';
import type { Maintenance } from '../core/Maintenance.js';
import type { CrossOriginOptions } from './crossOrigin.js';
import type { RefusalMessages } from './refusalMessages.js';
import type { RefusalPageContent } from './refusalPage.js';
import type { RetryAfterOptions } from './retryAfter.js';

/** What a refusal looks like. */
export interface RefusalOptions extends CrossOriginOptions {
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
