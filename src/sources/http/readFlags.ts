// The members in which endpoints describe an error of theirs, also with status 200.
const errorMembers = ['error', 'errors', 'message', 'detail', 'title', 'status', 'statusCode', 'code'];

/**
 * Reads flags from the answer of an endpoint.
 *
 * @throws when it is no JSON object, or one that describes an error and has none of the wanted flags.
 */
export function readFlags(text: string, wanted?: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  const flags: unknown = JSON.parse(text);
  const isObject = typeof flags === 'object' && flags !== null && !Array.isArray(flags);
  const keys = isObject ? Object.keys(flags) : [];
  const isErrorDocument =
    wanted && keys.some((key) => errorMembers.includes(key)) && !keys.some((key) => wanted.has(key));
  if (!isObject || isErrorDocument) {
    throw new TypeError(`expected a JSON object of flags and their values, and found ${text.slice(0, 60)}`);
  }
  // A JSON object is that.
  return flags as Readonly<Record<string, unknown>>;
}
