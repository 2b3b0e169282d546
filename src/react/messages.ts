/** Texts of notices. What stands in braces is filled in: `{feature}`, `{start}`, `{end}`, `{count}`. */
export interface Messages {
  /** Titles, by mode. Those with an end are used when one was promised and is still ahead. */
  readonly down: string;
  readonly downUntil: string;
  readonly readOnly: string;
  readonly readOnlyUntil: string;
  readonly degraded: string;
  readonly degradedUntil: string;
  /** Titles of a maintenance that is only scheduled. */
  readonly scheduledDown: string;
  readonly scheduledReadOnly: string;
  readonly scheduledDegraded: string;
  /** What follows a title. */
  readonly scheduledUntil: string;
  readonly later: string;
  readonly overdue: string;
  readonly kept: string;
  readonly over: string;
  readonly more: string;
  readonly dismiss: string;
}

/** The built-in texts. They never say "maintenance", which tells people nothing about what they can do. */
export const english: Messages = {
  down: '{feature} is unavailable',
  downUntil: '{feature} is unavailable until {end}',
  readOnly: '{feature} can be read, but not changed',
  readOnlyUntil: '{feature} can be read, but not changed, until {end}',
  degraded: '{feature} is slower or less complete than usual',
  degradedUntil: '{feature} is slower or less complete than usual until {end}',
  scheduledDown: '{feature} will be unavailable from {start}',
  scheduledReadOnly: '{feature} can only be read from {start}',
  scheduledDegraded: '{feature} will be slower or less complete than usual from {start}',
  scheduledUntil: 'You can use it again from {end}.',
  later: 'You will be able to use it later.',
  overdue: 'This is taking longer than planned.',
  kept: 'What you have typed is kept.',
  over: '{feature} is available again',
  more: 'and {count} more',
  dismiss: 'Dismiss',
};
