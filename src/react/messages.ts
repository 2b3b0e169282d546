import type { Maintenance, Mode } from '../core/Maintenance.js';

/** A text, or its forms by plural category (CLDR; `Intl.PluralRules`). */
export type Message =
  string | ({ readonly other: string } & { readonly [category in Intl.LDMLPluralRule]?: string });

/**
 * All texts for users. The library fills in the placeholders in braces: `{features}` are labels, and their number selects the plural form;
 * `{start}` and `{end}` are times; `{count}` is a number. Titles have no full stop at the end. All other texts are whole sentences.
 *
 * A time may be "15:30 UTC", "Tuesday, 24 November, 15:30 UTC (in 2 days)" or "midnight EST". In languages other than English, put it after
 * a colon, so that no preposition, article or case has to agree with it. A label may have its own article.
 *
 * @example
 * <MaintenanceProvider messages={{ kept: 'Your draft is safe.' }}>
 */
export interface Messages {
  /**
   * Titles by mode. `...Until`: with a promised end that has not passed. `...From`: the maintenance is scheduled. `...Over`: it is over.
   * `...Prefix` is read before a title that an operator wrote, for people who do not see the icon and the color.
   */
  readonly down: Message;
  readonly downUntil: Message;
  readonly downFrom: Message;
  readonly downOver: Message;
  readonly downPrefix: Message;
  readonly readOnly: Message;
  readonly readOnlyUntil: Message;
  readonly readOnlyFrom: Message;
  readonly readOnlyOver: Message;
  readonly readOnlyPrefix: Message;
  readonly degraded: Message;
  readonly degradedUntil: Message;
  readonly degradedFrom: Message;
  readonly degradedOver: Message;
  readonly degradedPrefix: Message;
  /** Short titles, for a notice on a line with other controls, as in a toolbar. */
  readonly downShort: Message;
  readonly readOnlyShort: Message;
  readonly degradedShort: Message;
  readonly scheduledPrefix: Message;
  /** Sentences after a title. */
  readonly lasts: Message;
  readonly later: Message;
  readonly overdue: Message;
  readonly recovering: Message;
  readonly kept: Message;
  /** Shown by a gate when a form could not be sent because of an invalid field in the gate. */
  readonly notSent: Message;
  /** The texts of the page for the whole site. `pageUntil` follows its title if there is a promised end. */
  readonly pageTitle: Message;
  readonly pageUntil: Message;
  readonly goBack: Message;
  /** The last entry of a list of features that is too long: how many others there are. */
  readonly others: Message;
  /** The button that shows the banner's other notices. */
  readonly more: Message;
  readonly dismiss: Message;
  /** The button that closes a dialog whose other controls are blocked. */
  readonly close: Message;
  /** `{time}` with its distance from now. */
  readonly relative: Message;
  /** `{clock}` is the time of day, such as "16:30". Some languages add a word to it. */
  readonly clock: Message;
  /** Replace "12:00 AM" and "12:00 PM" on a 12-hour clock. */
  readonly midnight: Message;
  readonly noon: Message;
  /** `{date}` with `{time}`, which includes its zone. At midnight, the date is that of the day that begins. */
  readonly dateAndTime: Message;
  readonly dateAndMidnight: Message;
  /** `sentence` makes a sentence from a title. `space` separates two sentences. */
  readonly sentence: Message;
  readonly space: Message;
}

/** The built-in texts. They say what does not work and until when. The word "maintenance" would not tell users that. */
export const english: Messages = {
  down: isOrAre('unavailable'),
  downUntil: isOrAre('unavailable until {end}'),
  downFrom: '{features} will be unavailable from {start}',
  downOver: isOrAre('available again'),
  downPrefix: 'Unavailable:',
  readOnly: '{features} can be read, but not changed',
  readOnlyUntil: '{features} can be read, but not changed, until {end}',
  readOnlyFrom: '{features} can only be read from {start}',
  readOnlyOver: '{features} can be changed again',
  readOnlyPrefix: 'Read only:',
  degraded: isOrAre('slower or less complete than usual'),
  degradedUntil: isOrAre('slower or less complete than usual until {end}'),
  degradedFrom: '{features} will be slower or less complete than usual from {start}',
  degradedOver: isOrAre('back to normal'),
  degradedPrefix: 'Limited:',
  downShort: '{features}: unavailable',
  readOnlyShort: '{features}: read only',
  degradedShort: '{features}: limited',
  scheduledPrefix: 'Upcoming:',
  lasts: 'This will last until {end}.',
  later: 'There is no end time yet. We will tell you here when this is over.',
  overdue: 'This is taking longer than planned. We will tell you here when it is over.',
  recovering: 'This is nearly over.',
  kept: 'What you have typed is kept.',
  notSent: 'The form was not sent, because this part of it cannot be completed now.',
  pageTitle: { one: 'Sorry: {features} is unavailable', other: 'Sorry: {features} are unavailable' },
  pageUntil: 'You can use it again from {end}.',
  goBack: 'Go back to {features}',
  others: '{count} more',
  more: { one: 'and {count} more notice', other: 'and {count} more notices' },
  dismiss: 'Dismiss',
  close: 'Close',
  relative: '{time} ({relative})',
  clock: '{clock}',
  midnight: 'midnight',
  noon: 'noon',
  dateAndTime: '{date} at {time}',
  dateAndMidnight: '{time} at the start of {date}',
  sentence: '{text}.',
  space: ' ',
};

function isOrAre(what: string): Message {
  return { one: `{features} is ${what}`, other: `{features} are ${what}` };
}

/** A state. `ended` is the mode of a maintenance that was shown and is over. */
export interface Described {
  readonly state: Maintenance;
  readonly ended?: Mode | undefined;
}

/** The message for the title of a state. */
export function titleOf({ state, ended }: Described): keyof Messages {
  const { phase, endsAt } = state;
  const kind = kindOf(state);
  if (ended) return `${kind}Over`;
  if (phase === 'scheduled') return `${kind}From`;
  return phase === 'active' && endsAt !== undefined ? `${kind}Until` : kind;
}

/** The message for the short title, as in a toolbar. */
export function shortTitleOf(state: Maintenance): keyof Messages {
  return `${kindOf(state)}Short`;
}

/** The message before a title that an operator wrote. */
export function prefixOf(state: Maintenance): keyof Messages {
  return state.phase === 'scheduled' ? 'scheduledPrefix' : `${kindOf(state)}Prefix`;
}

/** The messages after the title. `keeps`: whether typed text is kept. */
export function detailsOf({ state, ended }: Described, keeps: boolean): (keyof Messages)[] {
  if (ended) return [];
  const { phase, endsAt } = state;
  const kept = keeps && kindOf(state) !== 'degraded' ? (['kept'] as const) : [];
  if (phase === 'overdue' || phase === 'recovering') return [phase, ...kept];
  if (phase === 'scheduled') return endsAt === undefined ? [...kept] : ['lasts', ...kept];
  return endsAt === undefined ? ['later', ...kept] : [...kept];
}

/** Identifies a state of a maintenance. Announcements and dismissals apply to one state. */
export function keyOf(state: Maintenance): string {
  return `${state.windowId} ${state.phase} ${kindOf(state)}`;
}

/** The attributes of notices, pages and banner items for stylesheets. */
export function attributesOf({ state, ended }: Described): object {
  return {
    'data-maintenance-mode': ended ? 'none' : state.mode,
    'data-maintenance-phase': ended ? 'over' : state.phase,
  };
}

function kindOf({ mode, upcomingMode }: Maintenance): 'down' | 'readOnly' | 'degraded' {
  const which = upcomingMode ?? mode;
  return which === 'read-only' ? 'readOnly' : which === 'degraded' ? which : 'down';
}
