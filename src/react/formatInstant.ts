import { fillMessage, isUntranslated, plain, type Wording } from './fillMessage.js';

/** How times are written. */
export interface TimeFormat extends Wording {
  /** An IANA zone; `undefined` for the viewer's own. */
  readonly timeZone: string | undefined;
}

/**
 * Formats an instant with its time zone. The date is left out if it is the day of `now`, and the year if it is the year of `now`.
 */
export function formatInstant(instant: number, format: TimeFormat, now?: number): string {
  const { locale, timeZone } = format;
  const days = now === undefined ? undefined : daysBetween(now, instant, timeZone);
  const written = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone });
  // `dateStyle` and `timeStyle` throw next to `timeZoneName`.
  const dateOptions: Intl.DateTimeFormatOptions = { weekday: 'long', day: 'numeric', month: 'long' };
  if (now === undefined || yearOf(now, timeZone) !== yearOf(instant, timeZone)) dateOptions.year = 'numeric';

  function text(): string {
    if (isUntranslated(format, 'dateAndTime')) {
      // Without messages in this language, the browser joins date and time.
      return written({ ...(days !== 0 && dateOptions), ...timeOptions }).format(instant);
    }
    const { time, isMidnight } = timeOf(written(timeOptions), instant, format);
    // "Midnight" alone means the next one.
    if (days === 0 || (isMidnight && days === 1)) return time;
    const date = written(dateOptions).format(instant);
    const key = isMidnight ? 'dateAndMidnight' : 'dateAndTime';
    return fillMessage(format, key, { date: () => plain(date), time: () => plain(time) }).text;
  }

  // Node and browsers put different narrow spaces into the same time.
  return text().replace(/[\u2009\u202f]/g, ' ');
}

/** Formats the distance to an instant in minutes, hours, calendar days, and so on. Empty if it has passed. */
export function formatDistance(
  instant: number,
  { locale, timeZone }: Pick<TimeFormat, 'locale' | 'timeZone'>,
  now: number,
): string {
  // As a clock without seconds shows them.
  const minutes = Math.floor(instant / 60_000) - Math.floor(now / 60_000);
  if (minutes <= 0) return '';
  const format = (value: number, unit: Intl.RelativeTimeFormatUnit, numeric: 'auto' | 'always' = 'always') =>
    new Intl.RelativeTimeFormat(locale, { numeric }).format(value, unit);
  if (minutes <= 90) return format(minutes, 'minute');
  // To half an hour, so that it is at most a quarter of an hour off.
  if (minutes < 6 * 60) return format(Math.round(minutes / 30) / 2, 'hour');
  if (minutes < 23.5 * 60) return format(Math.round(minutes / 60), 'hour');
  const days = daysBetween(now, instant, timeZone);
  if (days < 14) return format(days, 'day', 'auto');
  if (days < 60) return format(Math.round(days / 7), 'week');
  if (days < 700) return format(Math.round(days / 30.44), 'month');
  return format(Math.round(days / 365.25), 'year');
}

const timeOptions = { hour: 'numeric', minute: '2-digit', timeZoneName: 'short' } as const;

/** The time of day with its zone. On a 12-hour clock, "12:00 AM" and "12:00 PM" become words, because they are often confused. */
function timeOf(
  written: Intl.DateTimeFormat,
  instant: number,
  format: TimeFormat,
): { readonly time: string; readonly isMidnight: boolean } {
  const parts = written.formatToParts(instant);
  const ofClock = ({ type }: Intl.DateTimeFormatPart) => /^(hour|minute|dayPeriod)$/.test(type);
  const from = parts.findIndex(ofClock);
  const to = parts.findLastIndex(ofClock) + 1;
  const join = (some: readonly Intl.DateTimeFormatPart[]) => some.map(({ value }) => value).join('');
  const word = parts.some(({ type }) => type === 'dayPeriod') && twelveOClock(instant, format.timeZone);
  const clock = word
    ? fillMessage(format, word).text
    : fillMessage(format, 'clock', { clock: () => plain(join(parts.slice(from, to))) }).text;
  return {
    time: join(parts.slice(0, from)) + clock + join(parts.slice(to)),
    isMidnight: word === 'midnight',
  };
}

function twelveOClock(instant: number, timeZone: string | undefined): 'midnight' | 'noon' | undefined {
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone });
  return ({ '00:00': 'midnight', '24:00': 'midnight', '12:00': 'noon' } as const)[time.format(instant)];
}

function daysBetween(from: number, to: number, timeZone: string | undefined): number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone });
  return Math.round((Date.parse(format.format(to)) - Date.parse(format.format(from))) / 86_400_000);
}

function yearOf(instant: number, timeZone: string | undefined): string {
  return new Intl.DateTimeFormat('en-US', { year: 'numeric', timeZone }).format(instant);
}
