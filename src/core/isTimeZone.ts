/** Whether `Intl` knows this time zone: some machines say that theirs is "Etc/Unknown", and old browsers do not know new ones. */
export function isTimeZone(value: unknown): value is string {
  try {
    return typeof value === 'string' && Boolean(new Intl.DateTimeFormat('en', { timeZone: value }));
  } catch {
    return false;
  }
}
