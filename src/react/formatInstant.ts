/** How times are written. */
export interface TimeFormat {
  readonly locale: string;
  /** An IANA zone; `undefined` for the viewer's own. */
  readonly timeZone: string | undefined;
}

/** An instant as text with its zone, and with its date unless that is the day of `now`. */
export function formatInstant(instant: number, { locale, timeZone }: TimeFormat, now?: number): string {
  const today = now !== undefined && !daysBetween(now, instant, timeZone);
  return (
    // `dateStyle` and `timeStyle` throw next to `timeZoneName`.
    new Intl.DateTimeFormat(locale, {
      ...(!today && { weekday: 'long', day: 'numeric', month: 'long' }),
      hour: 'numeric',
      minute: '2-digit',
      timeZoneName: 'short',
      timeZone,
    })
      .format(instant)
      // Node and browsers put different narrow spaces into the same time.
      .replace(/[\u2009\u202f]/g, ' ')
  );
}

/** How far an instant is away: minutes, hours, or days of the calendar. Empty when it has come. */
export function formatDistance(instant: number, { locale, timeZone }: TimeFormat, now: number): string {
  // As the clock shows them: seconds are not written.
  const minutes = Math.floor(instant / 60_000) - Math.floor(now / 60_000);
  if (minutes <= 0) return '';
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  if (minutes <= 90) return format.format(minutes, 'minute');
  const hours = Math.round(minutes / 60);
  if (hours < 24) return format.format(hours, 'hour');
  return format.format(daysBetween(now, instant, timeZone), 'day');
}

function daysBetween(from: number, to: number, timeZone: string | undefined): number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone });
  return Math.round((Date.parse(format.format(to)) - Date.parse(format.format(from))) / 86_400_000);
}
