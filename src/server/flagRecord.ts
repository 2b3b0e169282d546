/** The values of flags, by key. */
export type Flags = Readonly<Record<string, unknown>>;

/**
 * Checks that a value is an object of flag values by key. A string, HTML, a number, a list, a `Map`, an object of an SDK or an error document
 * contains no flags. It would otherwise be read as "nothing is in maintenance".
 *
 * @throws an `Error` that says what was found and what was expected.
 * @example
 * assertFlagRecord(new Map(), ['search-maintenance']); // throws
 */
export function assertFlagRecord(value: unknown, flags: readonly string[]): asserts value is Flags {
  const found = notFlagRecord(value, flags);
  if (found === undefined) return;
  throw new Error(
    `readFlags returned ${found}. Expected an object of flag values by key, such as { ${JSON.stringify(flags[0] ?? 'flag')}: false }`,
  );
}

/** Describes a value that is not a record of flags. `undefined` for a record. */
function notFlagRecord(value: unknown, flags: readonly string[]): string | undefined {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'string') return `the string ${JSON.stringify(shorten(value))}`;
  if (typeof value !== 'object') return typeof value === 'function' ? 'a function' : String(value);
  if (flags.some((flag) => flag in value)) return undefined;
  // It has none of the flags. That is valid if none of them exists, and invalid if it is not a record at all.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return `a ${nameOf(prototype)}`;
  const names = Object.keys(value).slice(0, 5).join(', ');
  const members: unknown[] = Object.values(value);
  if (members.some((member) => typeof member === 'function')) return `an object with functions (${names})`;
  return isErrorDocument(value) ? `an error document (${names})` : undefined;
}

/** Whether it looks like the error of a service: RFC 9457, JSON:API, GraphQL, OAuth and others. */
function isErrorDocument(value: object): boolean {
  const { error, errors, status, statusCode } = value as Record<string, unknown>;
  return Boolean(error) || Boolean(errors) || isErrorStatus(status) || isErrorStatus(statusCode);
}

function isErrorStatus(status: unknown): boolean {
  return typeof status === 'number' && status >= 400 && status < 600;
}

function nameOf(prototype: unknown): string {
  const { constructor } = prototype as { constructor?: { name?: unknown } };
  const name = constructor?.name;
  return typeof name === 'string' && name ? name : 'class instance';
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
