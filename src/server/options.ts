import type { Features } from '../core/defineFeatures.js';
import { describe, maintenanceError, type MaintenanceError } from '../core/errors.js';
import { isLocale } from '../core/localize.js';
import type { Maintenance } from '../core/Maintenance.js';
import { englishRefusal, type RefusalMessages, type RefusalPageContent } from './refusalPage.js';
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
  /** Health checks, `robots.txt` and similar paths. Default `defaultAllowedPaths`. Use `[]` for none. */
  readonly defaultPaths?: readonly string[] | undefined;
  /** Addresses and ranges (CIDR) of staff, IPv4 and IPv6. */
  readonly addresses?: readonly string[] | undefined;
  /** Addresses and ranges of the proxies in front of this server. `X-Forwarded-For` is trusted only from them. */
  readonly trustedProxies?: readonly string[] | undefined;
}

/** How staff get in: once through a link with a secret, and from then on with a signed cookie. */
export interface BypassOptions {
  /**
   * Secrets of at least 16 characters that cannot be guessed, such as those of `openssl rand -hex 32`. A link signs its cookie with its own
   * secret. To rotate, put a new secret before the old one. Remove the old one when its links and cookies should stop working.
   */
  readonly secrets: readonly string[];
  /** The name of the link's query parameter: `/?maintenance-bypass=<secret>`, and `=off` to leave. Default `maintenance-bypass`. */
  readonly parameter?: string | undefined;
  /** Default `maintenance-bypass`. With the prefix `__Host-` no subdomain can set it either. */
  readonly cookieName?: string | undefined;
  /** How long a cookie is valid. Default 12 hours. */
  readonly maxAgeSeconds?: number | undefined;
  /**
   * Whether browsers send the cookie over HTTPS only. Default true. Over plain HTTP, as in an intranet, browsers drop such a cookie. Use `false`
   * there. Then anyone on the network path can copy the cookie.
   */
  readonly secure?: boolean | undefined;
  /** Sends the cookie to all hosts of this domain: `shop.example` for an API at `api.shop.example`. Default: only the host of the link. */
  readonly domain?: string | undefined;
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

/** Which pages of other origins can read a refusal. */
export interface CorsOptions {
  /**
   * Origins such as `https://shop.example` whose pages can read refusals of requests with cookies. Default: any page can read refusals of requests
   * without cookies.
   */
  readonly origins?: readonly string[] | undefined;
}

/*
 * Options are checked when they are passed, so that an invalid time zone does not fail on the day of the maintenance. Paths and the features of
 * routes are checked in createRules, and addresses in createStaff, which parse them.
 */

/** Checks the options of a handler. @throws `invalid-option` */
export function checkHandlerOptions(options: unknown): void {
  check('options', options, handlerOptions);
}

/** Checks the options of a refusal. @throws `invalid-option` */
export function checkRefusalOptions(options: unknown): void {
  check('options', options, respondOptions);
}

/** Checks the options of `cachedFlags`. @throws `invalid-option` */
export function checkCachedFlagsOptions(options: unknown): void {
  check('options', options, cachedFlagsOptions);
}

/** Checks the options of `flagStream`. @throws `invalid-option` */
export function checkFlagStreamOptions(options: unknown): void {
  check('options', options, flagStreamOptions);
}

/** Checks the client of a flag service. @throws `invalid-option` */
export function checkClient(
  name: string,
  client: unknown,
  methods: readonly string[],
  service: string,
): void {
  const missing = methods.filter(
    (method) => typeof (client as Record<string, unknown> | null | undefined)?.[method] !== 'function',
  );
  if (missing.length) {
    throw maintenanceError(
      'invalid-option',
      `The client of ${name} has no ${missing.join(', ')}(). Pass the client of ${service}, not its options or a promise.`,
    );
  }
}

/** Checks a function. @throws `invalid-option` */
export function checkFunction(name: string, value: unknown): void {
  check(name, value, aFunction);
}

/** What is wrong with a value, and where. */
interface Fault {
  readonly path: string;
  readonly expected: string;
  /** Default: the value itself, shortened. */
  readonly found?: string;
}

/** Returns what is wrong with a value, or `undefined` if it is valid. */
type Check = (value: unknown, path: string) => Fault | undefined;

function check(name: string, value: unknown, rule: Check): void {
  const fault = rule(value, '');
  if (!fault) return;
  const where = fault.path || name;
  throw maintenanceError(
    'invalid-option',
    `${where} is ${fault.found ?? describe(valueAt(value, fault.path))}. Expected ${fault.expected}.`,
  );
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .filter(Boolean)
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}

function is(test: (value: unknown) => boolean, expected: string): Check {
  return (value, path) => (test(value) ? undefined : { path, expected });
}

function oneOf(...values: readonly unknown[]): Check {
  return is((value) => values.includes(value), values.map((value) => JSON.stringify(value)).join(' or '));
}

function optional(rule: Check): Check {
  return (value, path) => (value === undefined ? undefined : rule(value, path));
}

function listOf(rule: Check, expected: string): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return { path, expected: `a list of ${expected}` };
    // A list may have holes. `map` would skip them.
    for (const [index, item] of Array.from<unknown>(value).entries()) {
      const fault = rule(item, join(path, String(index)));
      if (fault) return fault;
    }
    return undefined;
  };
}

/** An object with these members and no others. Each is checked. */
function members(rules: Readonly<Record<string, Check>>): Check {
  return (value, path) => {
    if (!isObject(value)) return { path, expected: 'an object' };
    const unknown = Object.keys(value).find((name) => !Object.hasOwn(rules, name));
    if (unknown !== undefined) {
      return {
        path: join(path, unknown),
        found: 'no option',
        expected: `one of ${Object.keys(rules).join(', ')}`,
      };
    }
    return firstFault(Object.entries(rules).map(([name, rule]) => rule(value[name], join(path, name))));
  };
}

function firstFault(faults: readonly (Fault | undefined)[]): Fault | undefined {
  return faults.find((fault) => fault !== undefined);
}

function join(path: string, name: string): string {
  return path ? `${path}.${name}` : name;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}

const aFunction = is((value) => typeof value === 'function', 'a function');
const aBoolean = oneOf(true, false);
const aText = is((value) => typeof value === 'string' && value !== '', 'a string that is not empty');
// Timers of JavaScript have 31 bits. A longer timer ends at once.
const milliseconds = is((value) => isNumber(value, 1, 2 ** 31 - 1), 'milliseconds, from 1 to 2147483647');
const year = 31_536_000;
const seconds = is((value) => isNumber(value, 1, year), `seconds, from 1 to ${year}`);
const secondsOrNone = is((value) => isNumber(value, 0, year), `seconds, from 0 to ${year}`);
const count = is((value) => Number.isInteger(value) && Number(value) >= 1, 'a whole number from 1');
const aClock = is(tellsTime, 'a function that returns epoch milliseconds, such as Date.now');

function tellsTime(now: unknown): boolean {
  try {
    return typeof now === 'function' && Number.isFinite((now as () => unknown)());
  } catch {
    return false;
  }
}

const aTimeZone = is(isTimeZone, 'a time zone such as "Europe/Berlin" or "UTC"');

function isTimeZone(value: unknown): boolean {
  try {
    return typeof value === 'string' && Boolean(new Intl.DateTimeFormat('en', { timeZone: value }));
  } catch {
    return false;
  }
}

const anOrigin = is(isOrigin, 'an origin without a path, such as "https://shop.example"');

function isOrigin(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value;
}

const anAncestor = is(
  (value) =>
    value === "'self'" ||
    (typeof value === 'string' && /^[a-z][a-z0-9+.-]*:(\/\/[^\s;,'"/]+)?$/i.test(value)),
  `"'self'" or an origin such as "https://portal.example"`,
);

const anAddress = is((value) => typeof value === 'string', 'an address or a range such as "10.0.0.0/8"');

const aPath = is((value) => typeof value === 'string', 'a path pattern such as "/sign-in" or "/assets/*"');

const messages: Check = (value, path) => {
  if (!isObject(value)) return { path, expected: 'an object of texts by locale, such as { fr: { ... } }' };
  const texts = members(
    Object.fromEntries(Object.keys(englishRefusal).map((name) => [name, optional(aText)])),
  );
  return firstFault(
    Object.entries(value).map(([locale, given]) =>
      isLocale(locale)
        ? texts(given, join(path, locale))
        : {
            path: join(path, locale),
            found: 'for no locale',
            expected: 'a language tag such as "fr" or "pt-BR"',
          },
    ),
  );
};

const features: Check = (value, path) => {
  const expected = 'the result of defineFeatures()';
  if (!isObject(value)) return { path, expected };
  for (const [key, feature] of Object.entries(value)) {
    const given = isObject(feature) ? feature : {};
    if (given['key'] !== key || typeof given['flag'] !== 'string' || !Array.isArray(given['causes'])) {
      return { path: join(path, key), found: describe(feature), expected };
    }
  }
  return undefined;
};

const secrets: Check = (value, path) => {
  const advice = 'Make one with "openssl rand -hex 32"';
  if (!Array.isArray(value) || !value.length) {
    return { path, found: 'no list of secrets', expected: `at least one secret. ${advice}` };
  }
  for (const [index, secret] of Array.from<unknown>(value).entries()) {
    // The secret must not appear in a log.
    const found = weaknessOf(secret);
    if (found) {
      return {
        path: join(path, String(index)),
        found,
        expected: `${shortestSecret} characters or more that cannot be guessed. ${advice}`,
      };
    }
  }
  return undefined;
};

const shortestSecret = 16;
/** In characters. A longer secret is not compared. */
export const longestSecret = 1000;

function weaknessOf(secret: unknown): string | undefined {
  if (typeof secret !== 'string') return secret === null ? 'null' : `of type ${typeof secret}`;
  if (secret.length < shortestSecret) return `shorter than ${shortestSecret} characters`;
  if (secret.length > longestSecret) return `longer than ${longestSecret} characters`;
  if (secret !== secret.trim())
    return 'a string with whitespace at its start or end, such as a line break from a file';
  if (/undefined|\[object |change.?me|replace.?(me|this)|your.?secret/i.test(secret)) return 'a placeholder';
  if (new Set(secret).size < 6) return 'made of too few different characters';
  if (repeats(secret)) return 'a repetition of a shorter string';
  if (counts(secret)) return 'a sequence such as "abcdefgh" or "87654321"';
  return undefined;
}

/** Whether a string repeats a shorter one, such as "passwordpassword". */
function repeats(text: string): boolean {
  return Array.from(text.slice(0, text.length / 2)).some((_, index) =>
    text.startsWith(text.slice(index + 1)),
  );
}

/** Whether most characters are next to the previous one, as in "abcdefgh" and "87654321". */
function counts(text: string): boolean {
  const steps = Array.from(text, (_, index) => text.charCodeAt(index + 1) - text.charCodeAt(index));
  return [1, -1].some((step) => steps.filter((found) => found === step).length > text.length * 0.6);
}

const cookieName = is(
  (value) => typeof value === 'string' && /^[\w!#$%&'*+.^`|~-]+$/.test(value),
  'a name without spaces, ";", "=" and other separators (RFC 6265)',
);

const parameter = is(
  (value) => typeof value === 'string' && /^[\w.~-]+$/.test(value),
  'a name of letters, digits, "-", "_", "." and "~"',
);

const domain = is(
  (value) => typeof value === 'string' && /^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(value),
  'a domain such as "shop.example", without scheme, port and leading dot',
);

const bypassMembers = members({
  secrets,
  parameter: optional(parameter),
  cookieName: optional(cookieName),
  maxAgeSeconds: optional(seconds),
  secure: optional(aBoolean),
  domain: optional(domain),
});

const bypass: Check = (value, path) => {
  const fault = bypassMembers(value, path);
  if (fault) return fault;
  const { cookieName: name = '', domain: host, secure = true } = value as Readonly<Record<string, unknown>>;
  const [, prefix] = /^(__Host-|__Secure-)/.exec(String(name)) ?? [];
  // Browsers drop cookies that do not meet the requirements of their prefix (RFC 6265bis, 4.1.3).
  if (prefix && !secure)
    return {
      path: join(path, 'secure'),
      expected: `true, because the name of the cookie begins with ${prefix}`,
    };
  if (prefix === '__Host-' && host !== undefined) {
    return {
      path: join(path, 'domain'),
      expected: `no domain, because the name of the cookie begins with ${prefix}`,
    };
  }
  return undefined;
};

const refusalMembers = {
  retryAfter: optional(
    members({
      format: optional(oneOf('seconds', 'date')),
      defaultSeconds: optional(secondsOrNone),
      maxSeconds: optional(secondsOrNone),
      spreadSeconds: optional(secondsOrNone),
    }),
  ),
  messages: optional(messages),
  timeZone: optional(aTimeZone),
  lookEverySeconds: optional(seconds),
  page: optional(aFunction),
  pageTimeoutMs: optional(milliseconds),
  frameAncestors: optional(listOf(anAncestor, 'origins')),
  origins: optional(listOf(anOrigin, 'origins')),
};

const respondOptions = members({
  ...refusalMembers,
  onError: optional(aFunction),
  label: optional(aText),
  plural: optional(aBoolean),
  locale: optional(is(isLocale, 'a language tag such as "fr" or "pt-BR"')),
});

const reads: Check = (value, path) =>
  isObject(value)
    ? firstFault(
        Object.entries(value).map(([request, read]) =>
          read === true || typeof read === 'function'
            ? undefined
            : { path: join(path, request), found: describe(read), expected: 'true or a function' },
        ),
      )
    : listOf(
        is((item) => typeof item === 'string', 'a request such as "POST /api/search"'),
        'requests, or an object with a request as each key',
      )(value, path);

const handlerOptions = members({
  features,
  readFlags: aFunction,
  failure: is(
    (value) => value === 'open' || value === 'closed',
    '"open" or "closed": what to do if the flags cannot be read',
  ),
  timeoutMs: optional(milliseconds),
  routes: optional(is(isObject, 'an object of features by path, such as { "/api/search/*": "search" }')),
  reads: optional(reads),
  maxBodyBytes: optional(count),
  allow: optional(
    members({
      paths: optional(listOf(aPath, 'paths')),
      defaultPaths: optional(listOf(aPath, 'paths')),
      addresses: optional(listOf(anAddress, 'addresses')),
      trustedProxies: optional(listOf(anAddress, 'addresses')),
    }),
  ),
  bypass: optional(bypass),
  refusal: optional(members(refusalMembers)),
  onError: optional(aFunction),
  now: optional(aClock),
});

const flagStreamOptions = members({
  readFlags: aFunction,
  heartbeatMs: optional(milliseconds),
  maxStreams: optional(count),
  onError: optional(aFunction),
});

const cachedFlagsOptions = members({
  keyOf: aFunction,
  features: optional(features),
  intervalMs: optional(milliseconds),
  windowIntervalMs: optional(milliseconds),
  patienceMs: optional(is((value) => isNumber(value, 0, 2 ** 31 - 1), 'milliseconds, from 0 to 2147483647')),
  staleMs: optional(is((value) => isNumber(value, 0, Infinity), 'milliseconds, from 0')),
  timeoutMs: optional(milliseconds),
  maxEntries: optional(count),
  now: optional(aClock),
});
