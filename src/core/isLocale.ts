/** Whether `Intl` takes it for a language: `navigator.language` is "C" or "en-US@posix" on some machines, which throw there. */
export function isLocale(value: unknown): value is string {
  try {
    return typeof value === 'string' && Intl.getCanonicalLocales(value).length === 1;
  } catch {
    return false;
  }
}
