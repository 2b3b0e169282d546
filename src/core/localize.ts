/** A text, or the same text by locale: `{ en: 'Back soon', fr: 'De retour bientôt' }`. */
export type LocalizedText = string | { readonly [locale: string]: string };

/**
 * The text for a locale: the exact locale, then shorter forms of it (RFC 4647 lookup), then English, then the first one there is.
 *
 * @example
 * localize({ en: 'Back soon', fr: 'De retour bientôt' }, 'fr-CA'); // 'De retour bientôt'
 */
export function localize(text: LocalizedText | undefined, locale: string): string | undefined {
  return text === undefined || typeof text === 'string' ? text : findLocale(text, locale);
}

/** The entry of a map of locales for a locale, found in the same order. */
export function findLocale<T>(map: { readonly [locale: string]: T }, locale: string): T | undefined {
  const locales = Object.keys(map);
  for (let range = locale; range; range = range.replace(/(^|-)[^-]*$/, '')) {
    const found = locales.find((candidate) => candidate.toLowerCase() === range.toLowerCase());
    if (found) return map[found];
  }
  return map[locales.find((candidate) => /^en(-|$)/i.test(candidate)) ?? locales[0] ?? ''];
}

/** Whether `Intl` accepts it as a language tag. On some machines `navigator.language` is "C" or "en-US@posix", which `Intl` rejects. */
export function isLocale(value: unknown): value is string {
  try {
    return typeof value === 'string' && Intl.getCanonicalLocales(value).length === 1;
  } catch {
    return false;
  }
}
