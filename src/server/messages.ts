import { type Feature, isPluralIn, labelIn } from '../core/defineFeatures.js';
import type { Maintenance } from '../core/Maintenance.js';

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
