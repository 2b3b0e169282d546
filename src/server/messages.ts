import { type Feature, isPluralIn, labelIn } from '../core/defineFeatures.js';
import type { Maintenance } from '../core/Maintenance.js';

/** Texts of a refusal. `{feature}` and `{end}` are replaced. */
export interface RefusalMessages {
  /** Titles, by mode. `downPlural` is for a feature that is `plural`; where only `down` is given, that is for all. */
  readonly down: string;
  readonly downPlural: string;
  readonly readOnly: string;
  /** What follows them, when an end was promised and is still ahead. */
  readonly downUntil: string;
  readonly readOnlyUntil: string;
  /** When no end was promised. */
  readonly later: string;
  readonly overdue: string;
  /** Says that what was sent was not saved. */
  readonly notSaved: string;
  /** On the page, which checks by itself whether the service is back. */
  readonly returns: string;
  /** The title of every problem document. */
  readonly problem: string;
}

/** The built-in texts. They never say "maintenance", which tells people nothing about what they can do. */
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

/** What a refused feature is called. */
export type FeatureName = Pick<Feature, 'label'> & Partial<Pick<Feature, 'key' | 'plural'>>;

/** What a refusal says, with `{end}` still to be filled in. */
export interface RefusalTexts {
  readonly title: string;
  readonly details: readonly string[];
}

/** The operator's words where there are some, else the built-in ones. */
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
      // The operator's message says when it ends, if that matters. It cannot say that this time has passed.
      ...(notice?.message && phase !== 'overdue' ? [] : [when.replaceAll('{feature}', () => label)]),
      ...(writes ? [messages.notSaved] : []),
    ],
  };
}
