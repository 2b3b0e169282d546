/**
 * What an endpoint sent, as flags.
 *
 * @throws when it is no JSON object.
 */
export function readFlags(text: string): Readonly<Record<string, unknown>> {
  const flags: unknown = JSON.parse(text);
  if (typeof flags !== 'object' || flags === null || Array.isArray(flags)) {
    throw new TypeError(`expected a JSON object of flags and their values, and found ${text.slice(0, 60)}`);
  }
  // That is what an object of JSON is.
  return flags as Readonly<Record<string, unknown>>;
}
