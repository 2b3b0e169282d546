import { maintenanceError } from '../core/errors.js';
import type { Maintenance } from '../core/Maintenance.js';
import { labelIn } from '../core/labels.js';
import { problemDocument } from '../core/problemDocument.js';
import { crossOriginHeaders, preflightHeaders } from './crossOrigin.js';
import { negotiateForm } from './negotiate.js';
import { englishRefusal, refusalTexts, type FeatureName, type RefusalMessages } from './refusalMessages.js';
import { pageContentSecurityPolicy, refusalPage, type RefusalPageContent } from './refusalPage.js';
import type { OwnPageContent, RefusalOptions } from './RefusalOptions.js';
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
  readonly body: string | undefined;
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
  ): RefusalParts | Promise<RefusalParts>;
  /** The answer to a preflight: it lets the refusal be read. */
  preflight(request: RefusedRequest, requestedMethod: string): RefusalParts;
}

export function createRefusalComposer(
  options: RefusalOptions = {},
  now: () => number = Date.now,
  random: () => number = Math.random,
): RefusalComposer {
  const { retryAfter = {}, timeZone = 'UTC', lookEverySeconds = 30 } = options;
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
      looks: writes ? undefined : { seconds: Math.min(seconds, lookEverySeconds), text: messages.returns },
    };
  }

  return {
    locales: [...messagesByLocale.keys()],
    compose(request, state, name, locale = 'en') {
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
      const finish = (own: Readonly<Record<string, string>>, body: string): RefusalParts => ({
        status: 503,
        headers: { ...headers, ...own, 'content-length': String(new TextEncoder().encode(body).length) },
        body: request.method === 'HEAD' ? undefined : body,
      });
      if (negotiateForm(request.header('accept')) === 'problem') {
        const problem = problemDocument(state, messagesFor(locale).problem, detailOf(content));
        return finish({ 'content-type': 'application/problem+json' }, JSON.stringify(problem));
      }
      const builtIn = (): RefusalParts => finish(pageHeaders, refusalPage(content));
      if (!options.page) return builtIn();
      return ownPage(
        options.page,
        { ...content, state, label: labelIn({ key: '', ...name }, locale) },
        finish,
      ).catch((cause: unknown) => {
        options.onError?.(
          maintenanceError('page-failed', 'The page of a refusal threw. The built-in one was sent.', {
            cause,
          }),
        );
        return builtIn();
      });
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

const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': pageContentSecurityPolicy,
};

async function ownPage(
  page: NonNullable<RefusalOptions['page']>,
  content: OwnPageContent,
  finish: (headers: Readonly<Record<string, string>>, body: string) => RefusalParts,
): Promise<RefusalParts> {
  const answer = await page(content);
  if (typeof answer === 'string') return finish({ 'content-type': 'text/html; charset=utf-8' }, answer);
  const parts = finish({ 'content-type': 'text/html; charset=utf-8' }, await answer.text());
  const own = Object.fromEntries(answer.headers);
  // A redirect is a choice; 200 would be an error in every cache and search engine.
  return answer.status >= 300 && answer.status < 400
    ? { status: answer.status, headers: { ...own, 'cache-control': 'no-store' }, body: undefined }
    : {
        ...parts,
        headers: {
          ...own,
          ...parts.headers,
          ...(own['content-type'] && { 'content-type': own['content-type'] }),
        },
      };
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
