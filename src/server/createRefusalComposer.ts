import { maintenanceError, reasonOf } from '../core/errors.js';
import type { Maintenance } from '../core/Maintenance.js';
import { labelIn } from '../core/defineFeatures.js';
import { problemDetails } from '../core/problemDetails.js';
import { crossOriginHeaders, preflightHeaders } from './crossOrigin.js';
import { negotiateForm } from './negotiate.js';
import { englishRefusal, refusalTexts, type FeatureName, type RefusalMessages } from './refusalMessages.js';
import { pageContentSecurityPolicy, refusalPage, type RefusalPageContent } from './refusalPage.js';
import { readOwnPage, type Bytes } from './ownPage.js';
import type { RefusalOptions } from './RefusalOptions.js';
import { retryAfterValue, secondsToWait } from './retryAfter.js';

/** A request that is refused. */
export interface RefusedRequest {
  readonly method: string;
  header(name: string): string | null;
}

/** A refusal before it is a `Response`, for servers that do without one. */
export interface RefusalParts {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** Absent for HEAD and for preflights. */
  readonly body: string | Bytes | undefined;
}

/** Composes refusals of one kind. */
export interface RefusalComposer {
  /** The locales that it has texts in. */
  readonly locales: readonly string[];
  compose(
    request: RefusedRequest,
    state: Maintenance,
    name: FeatureName,
    locale?: string,
  ): Promise<RefusalParts>;
  /** The answer to a preflight: it lets the refusal be read. */
  preflight(request: RefusedRequest, requestedMethod: string): RefusalParts;
}

export function createRefusalComposer(
  options: RefusalOptions = {},
  now: () => number = Date.now,
  random: () => number = Math.random,
): RefusalComposer {
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
  const formats = new Map<string, Intl.DateTimeFormat>();
  const vary = `Accept, Accept-Language${options.origins ? ', Origin' : ''}`;

  const messagesFor = (locale: string): RefusalMessages => messagesByLocale.get(locale) ?? fallback;

  function timeText(instant: number, locale: string): string {
    // Making a format costs a hundred times what using one does.
    let format = formats.get(locale);
    if (!format) {
      format = dateFormat(locale, timeZone);
      // Locales come from flags and options, not from requests; still, nothing grows for ever.
      if (formats.size < 100) formats.set(locale, format);
    }
    return format.format(instant).replace(/[\u2009\u202f]/g, ' ');
  }

  function contentOf(
    state: Maintenance,
    name: FeatureName,
    locale: string,
    seconds: number,
    writes: boolean,
  ): RefusalPageContent {
    const { endsAt, notice } = state;
    const messages = messagesFor(locale);
    return {
      locale,
      ...refusalTexts(state, name, messages, writes, locale),
      end:
        endsAt === undefined
          ? undefined
          : { text: timeText(endsAt, locale), instant: new Date(endsAt).toISOString() },
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

  return {
    locales: [...messagesByLocale.keys()],
    async compose(request, state, name, locale = 'en') {
      const instant = now();
      const seconds = secondsToWait(state.endsAt, instant, retryAfter, random);
      const content = contentOf(state, name, locale, seconds, !['GET', 'HEAD'].includes(request.method));
      const headers = {
        'retry-after': retryAfterValue(seconds, instant, retryAfter.format),
        'cache-control': 'no-store',
        vary,
        'x-content-type-options': 'nosniff',
        'content-language': locale,
        ...crossOriginHeaders(request.header('origin'), options),
      };

      function finish(own: RefusalParts['headers'], body: string | Bytes): RefusalParts {
        const { length } = typeof body === 'string' ? new TextEncoder().encode(body) : body;
        return {
          status: 503,
          headers: { ...own, ...headers, 'content-length': String(length) },
          body: request.method === 'HEAD' ? undefined : body,
        };
      }

      const form = negotiateForm(request.header('accept'));
      // Without a charset: Next compares the whole header.
      if (form === 'text') return finish({ 'content-type': 'text/plain' }, detailOf(content));
      if (form === 'problem') {
        const problem = problemDetails(state, messagesFor(locale).problem, detailOf(content));
        return finish({ 'content-type': 'application/problem+json' }, JSON.stringify(problem));
      }
      if (options.page) {
        try {
          const own = await readOwnPage(
            options.page,
            { ...content, state, label: labelIn({ key: '', ...name }, locale) },
            pageTimeoutMs,
          );
          return own.redirect
            ? {
                status: own.redirect,
                headers: { ...own.headers, 'cache-control': 'no-store' },
                body: undefined,
              }
            : finish({ 'content-type': html, ...framePolicy, ...own.headers }, own.body);
        } catch (cause) {
          options.onError?.(
            maintenanceError(
              'page-failed',
              `The page of a refusal could not be made: ${reasonOf(cause)}. The built-in one was sent.`,
              { cause },
            ),
          );
        }
      }
      return finish(
        {
          'content-type': html,
          ...framePolicy,
          'content-security-policy': `${pageContentSecurityPolicy}; frame-ancestors ${frameAncestors.join(' ') || "'none'"}`,
        },
        refusalPage(content),
      );
    },
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

const html = 'text/html; charset=utf-8';

/** A page in a frame can be laid under another one's clicks. `X-Frame-Options` is for all browsers, but cannot name origins. */
function framePolicyOf(ancestors: readonly string[]): Readonly<Record<string, string>> {
  return ancestors.length
    ? { 'content-security-policy': `frame-ancestors ${ancestors.join(' ')}` }
    : { 'x-frame-options': 'DENY' };
}

function detailOf({ title, details, end }: RefusalPageContent): string {
  const sentence = /[.!?\u2026\u3002]$/.test(title) ? title : `${title}.`;
  return [sentence, ...details].join(' ').replaceAll('{end}', () => end?.text ?? '');
}

function dateFormat(locale: string, timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(locale, { ...timeParts, timeZone });
  } catch {
    // A flag may name a locale that only looks like one.
    return new Intl.DateTimeFormat('en', { ...timeParts, timeZone });
  }
}

const timeParts = {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  hour: 'numeric',
  minute: '2-digit',
  timeZoneName: 'short',
} as const;
