import { labelIn, type Features } from '../core/defineFeatures.js';
import { maintenanceError, reasonOf, type MaintenanceError } from '../core/errors.js';
import { languageOf } from '../core/localize.js';
import type { Maintenance } from '../core/Maintenance.js';
import { problemDetails } from '../core/problemDetails.js';
import type { Snapshot } from '../core/takeSnapshot.js';
import { createErrorReporter } from './errorReporter.js';
import {
  checkRefusalOptions,
  type OwnPageContent,
  type RefusalOptions,
  type RetryAfterOptions,
} from './options.js';
import {
  englishRefusal,
  pageContentSecurityPolicy,
  refusalPage,
  refusalTexts,
  type FeatureName,
  type RefusalMessages,
  type RefusalPageContent,
} from './refusalPage.js';
import { readState } from './snapshot.js';
import { withTimeout } from './withTimeout.js';

/** `Uint8Array<ArrayBuffer>`, written so that TypeScript before 5.7 can read it, too. */
type Bytes = ReturnType<TextEncoder['encode']>;

/** An answer to a request, for servers with and without `Response`. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** `undefined` for HEAD and for preflights. */
  readonly body: string | Bytes | undefined;
}

/** The part of a request that a responder uses. */
interface RefusedRequest {
  readonly method: string;
  header(name: string): string | null;
}

/** Creates the answers to requests that are refused. */
export interface Responder {
  /** Refuses a request to a feature, in the language that the request prefers. */
  refuse<F extends string>(
    request: RefusedRequest,
    features: Features<F>,
    feature: F,
    snapshot: Snapshot,
  ): Promise<Answer>;
  /** Refuses a request with a known state and language. */
  refuseState(
    request: RefusedRequest,
    state: Maintenance,
    name: FeatureName,
    locale?: string,
  ): Promise<Answer>;
  /** Answers a CORS preflight, so that the page can read the refusal that follows. */
  preflight(request: RefusedRequest, requestedMethod: string): Answer;
}

/** The options of `respond`. All are optional. */
export interface RespondOptions extends RefusalOptions {
  /** The name of the feature for users. Default: its key. */
  readonly label?: string | undefined;
  /** Whether the label is plural. Default false. */
  readonly plural?: boolean | undefined;
  /** The language of the answer, as a BCP 47 tag. Default `en`. */
  readonly locale?: string | undefined;
}

/**
 * Refuses a request: 503 with `Retry-After` (RFC 9110), never stored (RFC 9111). `Accept` chooses between a page and problem details (RFC
 * 9457). `createMaintenanceHandler` does this itself. `respond` never rejects: invalid options are reported to `onError` (default
 * `console.error`), and the built-in refusal is sent.
 *
 * @example
 * if (!search.canRead) return respond(request, search, { label: 'Search' });
 */
export async function respond(
  request: Request,
  state: Maintenance,
  options: RespondOptions = {},
): Promise<Response> {
  const { method, headers } = request;
  const refused = { method, header: (name: string) => headers.get(name) };
  const { label = state.feature, plural = false, locale, ...refusal } = usable(options);
  return toResponse(await createResponder(refusal).refuseState(refused, state, { label, plural }, locale));
}

/** Returns the options, or none if they are invalid: during a maintenance it is too late to throw. */
function usable(options: RespondOptions): RespondOptions {
  try {
    checkRefusalOptions(options);
    return options;
  } catch (error) {
    const { onError = console.error } = (options ?? {}) as RespondOptions;
    // checkRefusalOptions throws nothing else.
    createErrorReporter(onError).once(error as MaintenanceError);
    return {};
  }
}

/** Creates a responder. `now` is the clock of `refuseState`. A snapshot has its own time. */
export function createResponder(options: RefusalOptions = {}, now: () => number = Date.now): Responder {
  const { retryAfter = {}, timeZone = 'UTC', lookEverySeconds = 30, pageTimeoutMs = 2000 } = options;
  const { frameAncestors = [] } = options;
  const framePolicy = framePolicyOf(frameAncestors);
  const fallback = { ...englishRefusal, ...options.messages?.['en'] };
  const messagesByLocale = new Map(
    Object.entries<Partial<RefusalMessages>>({ en: {}, ...options.messages }).map(([locale, texts]) => [
      locale,
      { ...fallback, ...(texts.down !== undefined && { downPlural: texts.down }), ...texts },
    ]),
  );
  const vary = `Accept, Accept-Language${options.origins ? ', Origin' : ''}`;
  const formatTime = createTimeFormat(timeZone);

  const messagesFor = (locale: string): RefusalMessages => messagesByLocale.get(locale) ?? fallback;

  /** A 503 in the form that the request prefers. */
  async function refuse(
    request: RefusedRequest,
    state: Maintenance,
    name: FeatureName,
    locale: string,
    instant: number,
  ): Promise<Answer> {
    const seconds = secondsToWait(state.endsAt, instant, retryAfter);
    const content = contentOf(request, state, name, locale, seconds);
    const headers = {
      'retry-after': retryAfterValue(seconds, instant, retryAfter.format),
      'cache-control': 'no-store',
      vary,
      'x-content-type-options': 'nosniff',
      'content-language': locale,
      ...corsHeaders(request.header('origin'), options),
    };

    function finish(own: Answer['headers'], body: string | Bytes): Answer {
      const { length } = typeof body === 'string' ? new TextEncoder().encode(body) : body;
      return {
        status: 503,
        headers: { ...own, ...headers, 'content-length': String(length) },
        body: request.method === 'HEAD' ? undefined : body,
      };
    }

    const form = negotiateForm(request.header('accept'));
    // No charset, because Next compares the whole header.
    if (form === 'text') return finish({ 'content-type': 'text/plain' }, detailOf(content));
    if (form === 'problem') {
      const problem = problemDetails(state, messagesFor(locale).problem, detailOf(content));
      return finish({ 'content-type': 'application/problem+json' }, JSON.stringify(problem));
    }
    const own = await ownPageOf({ ...content, state, label: labelIn({ key: '', ...name }, locale) });
    if (own?.redirect) {
      return {
        status: own.redirect,
        headers: { ...own.headers, 'cache-control': 'no-store' },
        body: undefined,
      };
    }
    if (own) return finish({ 'content-type': html, ...framePolicy, ...own.headers }, own.body);
    const policy = `${pageContentSecurityPolicy}; frame-ancestors ${frameAncestors.join(' ') || "'none'"}`;
    return finish(
      { 'content-type': html, ...framePolicy, 'content-security-policy': policy },
      refusalPage(content, state.notice),
    );
  }

  function contentOf(
    { method }: RefusedRequest,
    state: Maintenance,
    name: FeatureName,
    locale: string,
    seconds: number,
  ): RefusalPageContent {
    const { endsAt, notice } = state;
    const messages = messagesFor(locale);
    const writes = method !== 'GET' && method !== 'HEAD';
    return {
      locale,
      ...refusalTexts(state, name, messages, writes, locale),
      end:
        endsAt === undefined
          ? undefined
          : { text: formatTime(endsAt, locale), instant: new Date(endsAt).toISOString() },
      link: notice?.link,
      looks: writes
        ? undefined
        : {
            seconds: Math.min(seconds, lookEverySeconds),
            mostSeconds: lookEverySeconds,
            text: messages.returns,
          },
    };
  }

  /** The app's own page. `undefined` if it has none, or if the page fails. */
  async function ownPageOf(content: OwnPageContent): Promise<OwnPage | undefined> {
    if (!options.page) return undefined;
    try {
      return await readOwnPage(options.page, content, pageTimeoutMs);
    } catch (cause) {
      const message = `The page of a refusal failed: ${reasonOf(cause)}. The built-in page was sent.`;
      options.onError?.(maintenanceError('page-failed', message, { cause }));
      return undefined;
    }
  }

  return {
    refuse(request, features, feature, snapshot) {
      const texts = features[feature].causes.flatMap((cause) => {
        const { title, message } = snapshot.windows[cause] ?? {};
        return [title, message].flatMap((text) => (typeof text === 'object' ? Object.keys(text) : []));
      });
      const available = [...texts, ...messagesByLocale.keys()];
      const locale = negotiateLocale(request.header('accept-language'), available) ?? 'en';
      const state = readState(features, feature, snapshot, locale);
      // For a closed site, its name. Otherwise the feature's own name: people do not know what it depends on.
      const named = features[state.cause].scope === 'site' ? state.cause : feature;
      return refuse(request, state, features[named], locale, snapshot.now);
    },
    refuseState: (request, state, name, locale = 'en') => refuse(request, state, name, locale, now()),
    preflight: (request, requestedMethod) => ({
      status: 204,
      headers: {
        'cache-control': 'no-store',
        vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
        ...preflightHeaders(
          request.header('origin'),
          requestedMethod,
          request.header('access-control-request-headers'),
          options,
        ),
      },
      body: undefined,
    }),
  };
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

const html = 'text/html; charset=utf-8';

/** Prevents other sites from framing the page (clickjacking). `X-Frame-Options` works in every browser, but cannot name origins. */
function framePolicyOf(ancestors: readonly string[]): Readonly<Record<string, string>> {
  return ancestors.length
    ? { 'content-security-policy': `frame-ancestors ${ancestors.join(' ')}` }
    : { 'x-frame-options': 'DENY' };
}

function detailOf({ title, details, end }: RefusalPageContent): string {
  const sentence = /[.!?\u2026\u3002]$/.test(title) ? title : `${title}.`;
  return [sentence, ...details].join(' ').replaceAll('{end}', () => end?.text ?? '');
}

/** Creates a function that formats times. It keeps each `Intl.DateTimeFormat`, because creating one costs a hundred times as much as using it. */
function createTimeFormat(timeZone: string): (instant: number, locale: string) => string {
  const formats = new Map<string, Intl.DateTimeFormat>();

  function makeFormat(locale: string): Intl.DateTimeFormat {
    try {
      return new Intl.DateTimeFormat(locale, { ...timeParts, timeZone });
    } catch {
      // A flag may name a locale that does not exist.
      return new Intl.DateTimeFormat('en', { ...timeParts, timeZone });
    }
  }

  return (instant, locale) => {
    const format = formats.get(locale) ?? makeFormat(locale);
    // Locales come from flags and options, not from requests. The limit is for flags that change often.
    if (formats.size < 100) formats.set(locale, format);
    return format.format(instant).replace(/[\u2009\u202f]/g, ' ');
  };
}

const timeParts = {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  hour: 'numeric',
  minute: '2-digit',
  timeZoneName: 'short',
} as const;

/**
 * The whole seconds until the promised end: at least 1, at most `maxSeconds`. They are counted from the start of the present second, so that all
 * requests within one second get the same answer.
 */
function secondsToWait(
  endsAt: number | undefined,
  now: number,
  { defaultSeconds = 120, maxSeconds = 3600, spreadSeconds = 0 }: RetryAfterOptions,
): number {
  const left = endsAt !== undefined && endsAt > now;
  const wait = left ? Math.ceil(endsAt / 1000) - Math.floor(now / 1000) : defaultSeconds;
  const spread = spreadSeconds && Math.floor(Math.random() * (spreadSeconds + 1));
  return Math.max(1, Math.min(Math.floor(wait + spread), maxSeconds));
}

/** The value of `Retry-After` (RFC 9110, 10.2.3). */
function retryAfterValue(seconds: number, now: number, format: 'seconds' | 'date' = 'seconds'): string {
  // An HTTP-date has whole seconds. The seconds were counted from the start of the present one.
  return format === 'date'
    ? new Date((Math.floor(now / 1000) + seconds) * 1000).toUTCString()
    : String(seconds);
}

/** The forms of a refusal. */
type RefusalForm = 'page' | 'problem' | 'text';

/**
 * Chooses the form that an `Accept` header prefers (RFC 9110, 12.5.1): the page for requests that ask for HTML, problem details for all others,
 * including those that accept anything. A Server Action of Next asks for `text/x-component`. It can only show an error that is plain text.
 */
function negotiateForm(accept: string | null): RefusalForm {
  if (!accept) return 'problem';
  if (accept === 'text/x-component') return 'text';
  const ranges = readWeighted(accept);
  const page = preferenceFor(ranges, ['text/html', 'application/xhtml+xml'], 'text/*');
  const problem = preferenceFor(ranges, ['application/problem+json', 'application/json'], 'application/*');
  if (page.weight !== problem.weight) return page.weight > problem.weight ? 'page' : 'problem';
  // With a wildcard alone both have the same weight. A type that is named takes precedence over a wildcard.
  return page.weight > 0 && page.specificity >= Math.max(problem.specificity, 1) ? 'page' : 'problem';
}

/**
 * The locale in `available` that an `Accept-Language` header prefers (RFC 4647, lookup), or one of the same language and script. `undefined` if it
 * prefers none of them.
 */
function negotiateLocale(acceptLanguage: string | null, available: readonly string[]): string | undefined {
  if (!acceptLanguage) return undefined;
  const ranges = readWeighted(acceptLanguage)
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  const languages = available.map(languageOf);
  for (const { value } of ranges) {
    if (value === '*') return undefined;
    for (let range = value; range; range = range.replace(/(^|-)[^-]*$/, '')) {
      const found = available.find((locale) => locale.toLowerCase() === range);
      if (found) return found;
    }
    const language = languageOf(value);
    const related = language && available.find((_, index) => languages[index] === language);
    if (related) return related;
  }
  return undefined;
}

interface Weighted {
  readonly value: string;
  readonly weight: number;
}

// No client needs more. A header of a megabyte must not cost more than a short one.
const longestHeader = 1000;

function readWeighted(header: string): Weighted[] {
  return header
    .slice(0, longestHeader)
    .split(',')
    .flatMap((part) => {
      const [value = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
      if (!value || !/^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(weight)) return [];
      return { value, weight: Number(weight) };
    });
}

interface Preference {
  readonly weight: number;
  /** 2 for a named media type, 1 for `text/*`, 0 for `*\/*`. */
  readonly specificity: number;
}

function preferenceFor(ranges: readonly Weighted[], types: readonly string[], family: string): Preference {
  const named = ranges.filter(({ value }) => types.includes(value)).map(({ weight }) => weight);
  if (named.length) return { weight: Math.max(...named), specificity: 2 };
  for (const [specificity, wildcard] of [
    [1, family],
    [0, '*/*'],
  ] as const) {
    const range = ranges.find(({ value }) => value === wildcard);
    if (range) return { weight: range.weight, specificity };
  }
  return { weight: 0, specificity: 0 };
}

/** An app's own page, ready to be sent. */
interface OwnPage {
  /** The status of a redirect. `undefined` for everything else, which is sent as 503. */
  readonly redirect: number | undefined;
  /** By name, in lower case. `Set-Cookie` has a list of all its lines. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Bytes;
}

/**
 * Gets the app's page and reads all of it. Rejects if the function throws, returns something else, or takes longer than `timeoutMs`.
 */
async function readOwnPage(
  page: NonNullable<RefusalOptions['page']>,
  content: OwnPageContent,
  timeoutMs: number,
): Promise<OwnPage> {
  let late = false;
  let cancel = (): unknown => undefined;

  async function read(): Promise<OwnPage> {
    const answer: unknown = await page(content);
    if (typeof answer === 'string') return { redirect: undefined, headers: {}, body: answer };
    if (!isResponse(answer)) throw new Error('it is neither a text nor a Response');
    const { status, headers, body } = answer;
    if (status === 0) throw new Error('it is the Response of a request that failed');
    const redirect = redirects.includes(status) ? status : undefined;
    if (redirect && !headers.get('location')) throw new Error(`it has the status ${status} and no Location`);
    const reader = body?.getReader();
    // An unread body keeps its connection open.
    cancel = () => reader?.cancel().catch(() => undefined);
    if (late || redirect) cancel();
    return {
      redirect,
      headers: headersOf(headers),
      body: redirect || !reader ? '' : await readToEnd(reader),
    };
  }

  try {
    return await withTimeout(read(), timeoutMs, () => new Error(`it did not finish within ${timeoutMs} ms`));
  } catch (error) {
    late = true;
    cancel();
    throw error;
  }
}

const redirects = [301, 302, 303, 307, 308];
const mostBytes = 5_000_000;

async function readToEnd(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
    if (length > mostBytes) throw new Error(`it is longer than ${mostBytes} bytes`);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** The headers that describe the page. Headers about a connection, an encoding or a cached copy are left out. */
function headersOf(headers: Headers): OwnPage['headers'] {
  const nominated = (headers.get('connection') ?? '').split(',').map((name) => name.trim().toLowerCase());
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    if (notOfThePage.has(name) || nominated.includes(name) || controlsCaches(name)) continue;
    kept[name] = name === 'set-cookie' ? headers.getSetCookie() : value;
  }
  return kept;
}

const notOfThePage: ReadonlySet<string> = new Set([
  // Headers of one connection (RFC 9110, 7.6.1). HTTP/2 forbids them (RFC 9113, 8.2.2).
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['http2-settings', 'proxy-authenticate', 'proxy-authorization', 'alt-svc'],
  // Headers of the encoded body. `fetch` has decoded it.
  ...['content-length', 'content-encoding', 'content-range', 'accept-ranges', 'content-md5', 'digest'],
  ...['content-digest', 'repr-digest'],
  // Headers of a copy in a cache (RFC 9111). A refusal is never stored.
  ...['age', 'date', 'etag', 'last-modified', 'warning'],
]);

function isResponse(value: unknown): value is Response {
  // Not `instanceof`, because the `fetch` of a package may have its own Response class.
  const { status, headers } = (value ?? {}) as Partial<Response>;
  return typeof status === 'number' && typeof headers?.getSetCookie === 'function';
}

/**
 * The CORS headers of a refusal. Without them, a page of another origin sees a network error in place of 503.
 */
function corsHeaders(
  origin: string | null,
  { origins }: Pick<RefusalOptions, 'origins'>,
): Readonly<Record<string, string>> {
  if (!origins) return { 'access-control-allow-origin': '*', ...exposed };
  if (!origin || !origins.includes(origin)) return {};
  return { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true', ...exposed };
}

/**
 * The headers that let a browser send a request which will be refused, so that the page can read the refusal. Browsers do not store them, so that
 * the app's own rules apply as soon as the feature is available again.
 */
function preflightHeaders(
  origin: string | null,
  requestedMethod: string,
  requestedHeaders: string | null,
  options: Pick<RefusalOptions, 'origins'>,
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
