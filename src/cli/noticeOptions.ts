import { type Command, InvalidArgumentError } from 'commander';
import { messageOf } from './text.js';
import { instantPattern, interpretFlag } from '../core/interpretFlag.js';

/** The options of a command that define the notice. */
export interface NoticeOptions {
  readonly endsAt?: Instant;
  readonly title?: string;
  readonly message?: string;
}

/** A point in time, or a duration after another one. */
export type Instant = { readonly at: number } | { readonly afterMs: number };

/** Adds the options of `NoticeOptions` to a command. With `auto`, `--ends-at` also accepts `auto`. */
export function addNoticeOptions(command: Command, { auto = false } = {}): Command {
  return command
    .option(
      '--ends-at <time>',
      `the promised end: 2026-12-01T15:30+01:00, or +90m after the start${auto ? '; "auto" estimates it from how long users took so far' : ''}`,
      (text: string) => (auto && text === 'auto' ? text : parseInstant(text)),
    )
    .option('--title <text>', 'the title of the notice')
    .option('--message <text>', 'the text of the notice');
}

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Parses the time of an option. */
export function parseInstant(text: string): Instant {
  const [, amount, unit = ''] = /^\+(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (amount !== undefined) return { afterMs: Number(amount) * (unitMs[unit] ?? 0) };
  const isDay = new Date(text.slice(0, 10)).getUTCDate() === Number(text.slice(8, 10));
  if (instantPattern.test(text) && isDay) return { at: Date.parse(text) };
  const needsZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text);
  throw new InvalidArgumentError(
    `${needsZone ? 'It has no time zone. ' : ''}It must be a time with its zone, such as 2026-12-01T15:30+01:00 or 2026-12-01T14:30Z, or a duration, such as +90m, +2h or +1d.`,
  );
}

/** Epoch milliseconds. */
export function resolveInstant(instant: Instant, start: number): number {
  return 'at' in instant ? instant.at : start + instant.afterMs;
}

/**
 * The flag value for a maintenance that begins at `start`; `undefined` if no option sets a value.
 *
 * @throws an Error if apps could not use the value.
 */
export function noticeValue(
  { endsAt, title, message }: NoticeOptions,
  start: number,
): Readonly<Record<string, unknown>> | undefined {
  if (endsAt === undefined && title === undefined && message === undefined) return undefined;
  const value = {
    ...(title !== undefined && { title }),
    ...(message !== undefined && { message }),
    ...(endsAt !== undefined && { endsAt: formatIsoTime(resolveInstant(endsAt, start)) }),
  };
  if (endsAt !== undefined && resolveInstant(endsAt, start) <= start) {
    throw new Error(`--ends-at ${value.endsAt} is not after the start, ${formatIsoTime(start)}.`);
  }
  checkValue(value);
  return value;
}

/** The same for a maintenance that begins now. Invalid options are a usage error of the command. */
export function noticeOf(
  options: NoticeOptions,
  command: Command,
): Readonly<Record<string, unknown>> | undefined {
  try {
    return noticeValue(options, Date.now());
  } catch (error) {
    return command.error(`error: ${messageOf(error)}`);
  }
}

/** Refuses values that browsers would ignore. @throws an Error */
export function checkValue(value: object): void {
  const problems: string[] = [];
  interpretFlag(value, { flag: '' }, ({ problem }) => {
    problems.push(`"${problem?.path}" is ${problem?.found}; expected ${problem?.expected}`);
  });
  if (problems.length) throw new Error(`The notice cannot be used: ${problems.join('; ')}.`);
}

/** ISO 8601, in UTC, without milliseconds. */
export function formatIsoTime(ms: number): string {
  return `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}
