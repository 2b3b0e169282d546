import type { Feature } from './defineFeatures.js';
import { findLocale } from './localize.js';

/**
 * Something that depends on the language: the same for all, a map of locales, or a function, which is called anew for each text.
 *
 * @example
 * label: { en: 'Search', fr: 'Recherche' }
 * label: (locale) => i18n.t('search', { lng: locale })
 */
export type ByLocale<T extends string | boolean> =
  T | { readonly [locale: string]: T } | ((locale: string) => T);

/** What people call a feature in a language; its key, where nobody says. */
export function labelIn({ key, label }: Pick<Feature, 'key' | 'label'>, locale: string): string {
  const found = valueIn(label, locale);
  return typeof found === 'string' && found ? found : key;
}

/** Whether that label is of many things. */
export function isPluralIn({ plural }: Pick<Feature, 'plural'>, locale: string): boolean {
  return valueIn(plural, locale) === true;
}

function valueIn<T extends string | boolean>(value: ByLocale<T>, locale: string): T | undefined {
  if (typeof value === 'object') return findLocale(value, locale);
  if (typeof value !== 'function') return value;
  try {
    return value(locale);
  } catch {
    // An app's translations may not be there yet. A page does not fail for want of a name.
    return undefined;
  }
}
