import { Fragment, createElement, type ReactNode } from 'react';
import type { MaintenanceStore } from '../core/MaintenanceStore.js';
import type { FeatureKey } from '../core/Register.js';
import type { Message, Messages } from './messages.js';

/** What decides how a message reads. */
export interface Wording {
  readonly messages: Messages;
  readonly locale: string;
}

/** What a sentence is about. */
export interface Subject {
  readonly labels: readonly string[];
  /** What the verb agrees with: a label of many things counts as two. */
  readonly count: number;
}

/** What is said of features, which an app named. */
export type Names = Pick<MaintenanceStore<FeatureKey>, 'labelOf' | 'isPlural'>;

/** Features as what a sentence is about. */
export function subjectOf(features: readonly FeatureKey[], { labelOf, isPlural }: Names): Subject {
  const [first] = features;
  const count = features.length === 1 && first !== undefined && isPlural(first) ? 2 : features.length;
  return { labels: features.map((feature) => labelOf(feature)), count };
}

type Values<V> = Readonly<Record<string, V>>;

/** A message with what stands in braces filled in, which may be elements. `count` decides the plural. */
export function fillMessage(
  wording: Wording,
  key: keyof Messages,
  values: Values<ReactNode> = {},
  count = 1,
): ReactNode {
  return createElement(Fragment, null, ...partsOf(wording, key, values, count));
}

/** The same as plain text. */
export function fillText(
  wording: Wording,
  key: keyof Messages,
  values: Values<string> = {},
  count = 1,
): string {
  return partsOf(wording, key, values, count).join('');
}

/** The labels of features as one text: at most three by name, the rest as a number. */
export function listFeatures(wording: Wording, labels: readonly string[]): string {
  const named = labels.slice(0, 3);
  const others = labels.length - named.length;
  if (others) named.push(fillText(wording, 'others', {}, others));
  return new Intl.ListFormat(wording.locale).format(named);
}

function partsOf<V>(
  { messages, locale }: Wording,
  key: keyof Messages,
  values: Values<V>,
  count: number,
): (V | string | undefined)[] {
  const parts = formOf(messages[key], locale, count).split(/\{(\w+)\}/);
  return parts.map((part, index) =>
    index % 2 ? (part === 'count' ? count.toLocaleString(locale) : values[part]) : part,
  );
}

function formOf(message: Message, locale: string, count: number): string {
  if (typeof message === 'string') return message;
  return message[new Intl.PluralRules(locale).select(count)] ?? message.other;
}
