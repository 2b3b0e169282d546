import { Fragment, createElement, type ReactNode } from 'react';
import type { MaintenanceStore } from '../core/createMaintenanceStore.js';
import type { FeatureKey } from '../core/defineFeatures.js';
import { textDirection } from '../core/localize.js';
import { english, type Message, type Messages } from './messages.js';

/** The messages and the language of a text. */
export interface Wording {
  /** The messages that the app gave. The built-in English ones stand in for the others. */
  readonly messages: Partial<Messages>;
  readonly locale: string;
}

/**
 * A text, and the same text as React nodes, with elements for times and for words in another language.
 *
 * An element that shows a line has its text as `key`, so that React replaces the whole element and never changes anything inside. A
 * translator may have moved, replaced or removed everything inside (react#11538).
 */
export interface Line extends Spoken {
  readonly node: ReactNode;
}

/** A text, and its language if that is not the one of the page. */
export interface Spoken {
  readonly text: string;
  readonly lang?: string | undefined;
}

/** The subject of a sentence. */
export interface Subject {
  readonly labels: readonly string[];
  /** The number that the verb agrees with. A label that is a plural counts as two. */
  readonly count: number;
}

/** The labels of the app's features. */
export type Names = Pick<MaintenanceStore<FeatureKey>, 'labelOf' | 'isPlural'>;

/** The values of placeholders, in the language of the sentence around them. */
export type Values = Readonly<Record<string, (wording: Wording) => Line>>;

/** Features as the subject of a sentence. */
export function subjectOf(
  features: readonly FeatureKey[],
  { labelOf, isPlural }: Names,
  locale: string,
): Subject {
  const [first] = features;
  const count = features.length === 1 && first !== undefined && isPlural(first, locale) ? 2 : features.length;
  return { labels: features.map((feature) => labelOf(feature, locale)), count };
}

/** A text without elements. */
export function plain(text: string): Line {
  return { text, node: text };
}

export function concatenate(lines: readonly Line[]): Line {
  const [lang, ...langs] = new Set(lines.filter(({ text }) => text.trim()).map((line) => line.lang));
  return {
    lang: langs.length ? undefined : lang,
    text: lines.map(({ text }) => text).join(''),
    node: createElement(Fragment, null, ...lines.map(({ node }) => node)),
  };
}

/**
 * Fills in the placeholders of a message. `count` selects the plural form. An English message in a page of another language gets a `lang`
 * attribute (WCAG 3.1.2).
 */
export function fillMessage(wording: Wording, key: keyof Messages, values: Values = {}, count = 1): Line {
  const own = isUntranslated(wording, key) ? inEnglish : wording;
  const parts = formOf(own.messages[key] ?? english[key], own.locale, count).split(/\{(\w+)\}/);
  const line = concatenate(
    parts.map((part, index) => {
      if (index % 2 === 0) return plain(part);
      if (part === 'count') return plain(count.toLocaleString(own.locale));
      return values[part]?.(own) ?? plain('');
    }),
  );
  if (own === wording || !line.text.trim()) return line;
  const { text } = line;
  const { locale: lang } = own;
  return { text, lang, node: createElement('span', languageMarks({ lang }), line.node) };
}

/** The attributes of an element for a text in another language than the page (WCAG 3.1.2). */
export function languageMarks({ lang }: Pick<Spoken, 'lang'>): { lang?: string; dir?: string } {
  return lang ? { lang, dir: textDirection(lang) } : {};
}

/** Lists labels: at most three by name, and the number of the others. */
export function listFeatures(wording: Wording, labels: readonly string[]): string {
  const named = labels.slice(0, 3);
  const others = labels.length - named.length;
  if (others) named.push(fillMessage(wording, 'others', {}, others).text);
  return new Intl.ListFormat(wording.locale).format(named);
}

/** Whether a message is in English because the app has none in the language of the page. */
export function isUntranslated({ messages, locale }: Wording, key: keyof Messages): boolean {
  return messages[key] === undefined && !/^en(-|$)/i.test(locale);
}

const inEnglish: Wording = { messages: {}, locale: 'en' };

function formOf(message: Message, locale: string, count: number): string {
  if (typeof message === 'string') return message;
  return message[new Intl.PluralRules(locale).select(count)] ?? message.other;
}
