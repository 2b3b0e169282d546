// What an endpoint says of its own trouble, whatever its status code says.
const troubles = ['error', 'errors', 'message', 'detail', 'title', 'status', 'statusCode', 'code'];

/**
 * What an endpoint sent, as flags.
 *
 * @throws when it is no JSON object, or one that tells of an error and of none of the flags that are wanted.
 */
export function readFlags(text: string, wanted?: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  const flags: unknown = JSON.parse(text);
  const isObject = typeof flags === 'object' && flags !== null && !Array.isArray(flags);
  const keys = isObject ? Object.keys(flags) : [];
  const isTrouble =
    wanted && keys.some((key) => troubles.includes(key)) && !keys.some((key) => wanted.has(key));
  if (!isObject || isTrouble) {
    throw new TypeError(`expected a JSON object of flags and their values, and found ${text.slice(0, 60)}`);
  }
  // That is what an object of JSON is.
  return flags as Readonly<Record<string, unknown>>;
}
