import type { Maintenance, Mode } from '../core/Maintenance.js';

/** A text, or its forms by the plural category of what is counted in it (CLDR; `Intl.PluralRules`). */
export type Message =
  string | ({ readonly other: string } & { readonly [category in Intl.LDMLPluralRule]?: string });

/**
 * Every text that people can meet. What stands in braces is filled in: `{features}`, labels whose number decides the
 * plural; `{start}` and `{end}`, times; `{count}`. Titles have no full stop at their end, everything else is whole sentences.
 *
 * A time may be "15:30 UTC", "Tuesday, 24 November, 15:30 UTC (in 2 days)" or "midnight EST": outside of English it stands after a
 * colon, where no preposition, article or case has to agree with it. A label may come with an article of its own.
 *
 * @example
 * <MaintenanceProvider messages={{ kept: 'Your draft is safe.' }}>
 */
export interface Messages {
  /**
   * Titles by mode: of what is under way, the same with an end that was promised and is still ahead, of what is still to come, and
   * of what is over. `...Prefix` stands before a title that an operator wrote, for those who see neither icon nor colour.
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
  /** In one line among others, as in a toolbar. */
  readonly downShort: Message;
  readonly readOnlyShort: Message;
  readonly degradedShort: Message;
  readonly scheduledPrefix: Message;
  /** What follows a title. */
  readonly lasts: Message;
  readonly later: Message;
  readonly overdue: Message;
  readonly recovering: Message;
  readonly kept: Message;
  /** What a gate says when a form around it could not be sent because of what is in it. */
  readonly notSent: Message;
  /** The page for the whole site. `pageUntil` follows its title when an end was promised. */
  readonly pageTitle: Message;
  readonly pageUntil: Message;
  readonly goBack: Message;
  /** The last entry of a list of features that names only some of them. */
  readonly others: Message;
  /** The button that shows the banner's other notices. */
  readonly more: Message;
  readonly dismiss: Message;
  /** The button that closes a dialog in which nothing else works. */
  readonly close: Message;
  /** `{time}` with how far away it is. */
  readonly relative: Message;
  /** `{clock}` is hour and minute, as "16:30": for a language that adds a word to them. */
  readonly clock: Message;
  /** In place of "12:00 AM" and "12:00 PM", where the clock has twelve hours. */
  readonly midnight: Message;
  readonly noon: Message;
  /** `{date}` with `{time}`, which has its zone. On midnight, the date is of the day that begins. */
  readonly dateAndTime: Message;
  readonly dateAndMidnight: Message;
  /** A title as a sentence, and what stands between two sentences. */
  readonly sentence: Message;
  readonly space: Message;
}

/** The built-in texts. They name what does not work and when it will, which a word like "maintenance" does not. */
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
