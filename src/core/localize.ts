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
 * Chooses the value for a locale: the exact locale, then shorter forms of it (RFC 4647 lookup), then English, then the first one.
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
  try {
    const chosen = new Intl.Locale(chooseLocale(text, locale));
    const [has, wants] = [chosen.maximize(), new Intl.Locale(locale).maximize()];
    return has.language === wants.language && has.script === wants.script ? undefined : chosen.toString();
  } catch {
    // An operator's key may not be a language tag, for example "en_US".
    return undefined;
  }
}

function chooseLocale(map: { readonly [locale: string]: unknown }, locale: string): string {
  const locales = Object.keys(map);
  for (let range = locale; range; range = range.replace(/(^|-)[^-]*$/, '')) {
    const found = locales.find((candidate) => candidate.toLowerCase() === range.toLowerCase());
    if (found) return found;
  }
  return locales.find((candidate) => /^en(-|$)/i.test(candidate)) ?? locales[0] ?? '';
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
