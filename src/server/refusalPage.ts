import { type Feature, isPluralIn, labelIn } from '../core/defineFeatures.js';
import { textDirection } from '../core/localize.js';
import type { Maintenance, Notice } from '../core/Maintenance.js';

/** Texts of a refusal. `{feature}` and `{end}` are replaced. */
export interface RefusalMessages {
  /** Titles, by mode. `downPlural` is for features that are `plural`. If only `down` is set, it is used for all. */
  readonly down: string;
  readonly downPlural: string;
  readonly readOnly: string;
  /** Follow the title if the promised end is in the future. */
  readonly downUntil: string;
  readonly readOnlyUntil: string;
  /** Follows the title if no end was promised. */
  readonly later: string;
  readonly overdue: string;
  /** Tells that the sent data was not saved. */
  readonly notSaved: string;
  /** On a page that checks automatically whether the service is back. */
  readonly returns: string;
  /** The title of all problem details. */
  readonly problem: string;
}

/** The built-in texts. They avoid the word "maintenance", because it does not tell people what they can do. */
export const englishRefusal: RefusalMessages = {
  down: 'Sorry: {feature} is unavailable',
  downPlural: 'Sorry: {feature} are unavailable',
  readOnly: '{feature} can be read, but not changed',
  downUntil: 'You can use it again from {end}.',
  readOnlyUntil: 'Saving works again from {end}.',
  later: 'You will be able to use it later.',
  overdue: 'This is taking longer than planned.',
  notSaved: 'What you sent was not saved. Go back to keep it.',
  returns: 'This page checks automatically and reloads when the service is back.',
  problem: 'Unavailable for now',
};

/** The name of a refused feature. */
export type FeatureName = Pick<Feature, 'label'> & Partial<Pick<Feature, 'key' | 'plural'>>;

/** The texts of a refusal. `{end}` is not replaced yet. */
export interface RefusalTexts {
  readonly title: string;
  readonly details: readonly string[];
}

/** The operator's texts, or the built-in texts if there are none. */
export function refusalTexts(
  { notice, mode, phase, endsAt }: Maintenance,
  { key = '', label: labels, plural: plurals = false }: FeatureName,
  messages: RefusalMessages,
  writes: boolean,
  locale: string,
): RefusalTexts {
  const label = labelIn({ key, label: labels }, locale);
  const plural = isPluralIn({ plural: plurals }, locale);
  const readOnly = mode === 'read-only';
  const down = plural ? messages.downPlural : messages.down;
  const when =
    phase === 'overdue'
      ? messages.overdue
      : endsAt === undefined
        ? messages.later
        : readOnly
          ? messages.readOnlyUntil
          : messages.downUntil;
  return {
    title: notice?.title ?? (readOnly ? messages.readOnly : down).replaceAll('{feature}', () => label),
    details: [
      ...(notice?.message ? [notice.message] : []),
      // The operator's message names the end if it matters. It cannot know that this time has passed.
      ...(notice?.message && phase !== 'overdue' ? [] : [when.replaceAll('{feature}', () => label)]),
      ...(writes ? [messages.notSaved] : []),
    ],
  };
}

/** The content of the page. All of it is text and is escaped here. */
export interface RefusalPageContent {
  readonly locale: string;
  readonly title: string;
  /** Paragraphs. `{end}` is replaced by the promised end. */
  readonly details: readonly string[];
  readonly end: { readonly text: string; readonly instant: string } | undefined;
  readonly link: Notice['link'] | undefined;
  /**
   * The automatic checks: seconds until the first one, the longest time between two, and the text about them. `undefined` if the page must not check
   * automatically.
   */
  readonly looks:
    { readonly seconds: number; readonly mostSeconds: number; readonly text: string } | undefined;
}

/**
 * The page of a refusal. It is self-contained, and it reloads when the service is back. Its script requests the same address in the background, so that
 * a person who reads or hears the page keeps their place. Without scripts the page reloads at an interval. The script reloads the page for every
 * status except 503. It does not follow redirects, because it could not read a sign-in page at another origin. A server in front of the app may answer
 * HEAD itself, so the script also sends a GET before it reloads. While the work takes longer than promised, it checks less and less often.
 * `notice` says which texts are the operator's.
 */
export function refusalPage(
  { locale, title, details, end, link, looks }: RefusalPageContent,
  notice: Notice | null,
): string {
  const time = end && `<time datetime="${escape(end.instant)}">${escape(end.text)}</time>`;
  const paragraphs = details.map((text, index) => {
    const html = text
      .split('{end}')
      .map(escape)
      .join(time ?? '');
    return `<p>${index === 0 && notice?.message ? operatorText(html, notice.messageLang) : html}</p>`;
  });
  return `<!doctype html>
<html lang="${escape(locale)}" dir="${textDirection(locale)}"${looks ? ` data-look-every="${looks.seconds}" data-longest-wait="${looks.mostSeconds}"` : ''}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)}</title>
${looks ? `<noscript><meta http-equiv="refresh" content="${looks.seconds}"></noscript>\n` : ''}<style>${pageStyle}</style>
</head>
<body>
<main>
<h1>${notice?.title ? operatorText(escape(title), notice.titleLang) : escape(title)}</h1>
${paragraphs.join('\n')}
${link ? `<p><a href="${escape(link.href)}">${escape(link.text)}</a></p>\n` : ''}${looks ? `<p>${escape(looks.text)}</p>\n` : ''}</main>
<script>${pageScript}</script>
</body>
</html>
`;
}

/** A text that may be in another language than the page, and in another direction. */
function operatorText(html: string, lang: string | undefined): string {
  const marks = lang === undefined ? '' : ` lang="${escape(lang)}" dir="${textDirection(lang)}"`;
  return `<bdi${marks}>${html}</bdi>`;
}

/** The policy of the page. It allows its own style and script and requests to its own server, and nothing else. */
export const pageContentSecurityPolicy: string =
  "default-src 'none'; base-uri 'none'; form-action 'none'; connect-src 'self'; " +
  "style-src 'sha256-2RCbjx7Ev2oPGJEcWPECwAQwS8pXPHOs3IyUMXIBCqE='; script-src 'sha256-bM5EGCNRapu1fvWbtK0pCbG3ClhKW6961TFA/Q2B3Go='";

const pageStyle =
  ':root{font:1.125rem/1.5 system-ui,sans-serif}body{margin:0}main{max-width:36em;margin:0 auto;padding:12vh 1.25rem}' +
  'h1{font-size:1.75rem;line-height:1.2}';

const pageScript = `(() => {
  const { lang, dataset } = document.documentElement;
  for (const time of document.querySelectorAll('time')) {
    const instant = new Date(time.dateTime);
    const today = instant.toDateString() === new Date().toDateString();
    const day = today ? {} : { weekday: 'long', day: 'numeric', month: 'long' };
    const options = { ...day, hour: 'numeric', minute: '2-digit', timeZoneName: 'short' };
    try { time.textContent = new Intl.DateTimeFormat(lang, options).format(instant); } catch {}
  }
  let seconds = Number(dataset.lookEvery);
  if (!seconds) return;
  const ask = async (method) => {
    const signal = globalThis.AbortSignal?.timeout?.(30000) ?? null;
    const headers = { accept: 'text/html' };
    return (await fetch(location.href, { method, headers, cache: 'no-store', redirect: 'manual', signal })).status;
  };
  const look = async () => {
    try {
      if (await ask('HEAD') !== 503 && await ask('GET') !== 503) return location.reload();
    } catch {}
    seconds = Math.min(seconds * 2, Number(dataset.longestWait));
    wait();
  };
  const wait = () => setTimeout(look, seconds * 1000 * (0.75 + Math.random() / 2));
  wait();
})();`;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (found) => entities[found] ?? '');
}
