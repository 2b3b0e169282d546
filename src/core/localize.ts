/** A text, or the same text by locale: `{ en: 'Back soon', fr: 'De retour bientôt' }`. */
export type LocalizedText = string | { readonly [locale: string]: string };

/**
 * A value that may depend on the language: one value, a map by locale, or a function that is called for each text.
 *
 * @example
 * label: { en: 'Search', fr: 'Recherche' }
 * label: (locale) => i18n.t('search', { lng: locale })
 */
export type ByLocale<T extends string | boolean> =
  T | { readonly [locale: string]: T } | ((locale: string) => T);

/**
 * Chooses the value for a locale: the exact locale, then shorter forms of it (RFC 4647 lookup), then another one of the same language and
 * script, then English, then the first one.
 *
 * @example
 * localize({ en: 'Back soon', fr: 'De retour bientôt' }, 'fr-CA'); // 'De retour bientôt'
 */
export function localize<T extends string | boolean>(
  value: ByLocale<T> | undefined,
  locale: string,
): T | undefined {
  if (typeof value === 'object') return value[chooseLocale(value, locale)];
  if (typeof value !== 'function') return value;
  try {
    return value(locale);
  } catch {
    // The translations of the app may not be loaded yet. A missing name must not break the page.
    return undefined;
  }
}

/**
 * The language tag of the text that `localize` returns, if that text is in another language or script than `locale`. It is `undefined`
 * when they are the same, or unknown.
 *
 * @example
 * foreignLanguageOf({ en: 'Back soon' }, 'ja'); // 'en'
 */
export function foreignLanguageOf(text: LocalizedText | undefined, locale: string): string | undefined {
  if (typeof text !== 'object') return undefined;
  const chosen = chooseLocale(text, locale);
  const [has, wants] = [languageOf(chosen), languageOf(locale)];
  return has && wants && has !== wants ? new Intl.Locale(chosen).toString() : undefined;
}

function chooseLocale(map: { readonly [locale: string]: unknown }, locale: string): string {
  const locales = Object.keys(map);
  for (let range = locale; range; range = range.replace(/(^|-)[^-]*$/, '')) {
    const found = locales.find((candidate) => candidate.toLowerCase() === range.toLowerCase());
    if (found) return found;
  }
  const inLanguage = (language: string | undefined) =>
    locales.find((candidate) => languageOf(candidate) === language);
  return inLanguage(languageOf(locale)) ?? inLanguage('en-Latn') ?? locales[0] ?? '';
}

/**
 * The language and script of a tag: the same for `zh-CN` and `zh-Hans`, and for `pt` and `pt-BR`. `undefined` if it is not a tag: an operator's
 * key may be "en_US".
 */
export function languageOf(tag: string): string | undefined {
  try {
    const { language, script = '' } = new Intl.Locale(tag).maximize();
    return `${language}-${script}`;
  } catch {
    return undefined;
  }
}

/** Whether `Intl` accepts it as a language tag. On some machines `navigator.language` is "C" or "en-US@posix", which `Intl` rejects. */
export function isLocale(value: unknown): value is string {
  try {
    return typeof value === 'string' && Intl.getCanonicalLocales(value).length === 1;
  } catch {
    return false;
  }
}

/**
 * The direction of a language's script, by its BCP 47 tag. The script decides, not `Intl.Locale`'s `textInfo`: it is missing in some
 * browsers, and that of Node 20 takes `ku-Arab` for left to right.
 */
export function textDirection(locale: string): 'ltr' | 'rtl' {
  try {
    const { script = '' } = new Intl.Locale(locale).maximize();
    return /^(Adlm|Arab|Hebr|Mand|Mend|Nkoo|Rohg|Samr|Syrc|Thaa)$/.test(script) ? 'rtl' : 'ltr';
  } catch {
    // A flag may name a locale that only looks like one.
    return 'ltr';
  }
}
