import { describe } from './errors.js';
import { parseJson } from './interpretFlag.js';

/** The types that OpenFeature is asked for, in this order. */
export type FlagType = 'boolean' | 'object' | 'string';

/** The answer: a value, or an error with a code of OpenFeature's specification. */
export interface TypedAnswer {
  readonly value: unknown;
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
}

export interface TypedFlag {
  readonly value: unknown;
  /** The only type of the flag; `undefined` if it answered to several, or was not asked for all. */
  readonly only: FlagType | undefined;
}

const types: readonly FlagType[] = ['boolean', 'object', 'string'];

// The flag has another type. Some providers report a parse error if a text is not a JSON object.
const refusing = ['TYPE_MISMATCH', 'PARSE_ERROR'];

/**
 * Reads a flag through OpenFeature, where every read names a type. Yields the type to ask for, takes the answer, and returns the value. It is
 * a generator, so that it works with clients that answer at once and with clients that answer later.
 *
 * In Unleash and Flagsmith a toggle is on or off *and* carries a value. The answer for a boolean is then whether the toggle is on. So `false`
 * is off. After `true`, the value is read too: an object takes precedence over a text, and both over `true`. A flag with one type refuses the
 * other two, and is asked only for its type from then on (`only`).
 *
 * @throws the error of OpenFeature, if it gave no value for any type.
 * @example
 * const reading = readTypedFlag('search-maintenance');
 * let step = reading.next();
 * while (!step.done) step = reading.next(ask(step.value));
 * step.value; // { value: 'read-only', only: 'string' }
 */
export function* readTypedFlag(flag: string, only?: FlagType): Generator<FlagType, TypedFlag, TypedAnswer> {
  const answers = new Map<FlagType, unknown>();
  for (const type of only ? [only, ...types.filter((type) => type !== only)] : types) {
    const { value, errorCode, errorMessage } = yield type;
    if (!errorCode) {
      if (type === only) return { value, only };
      if (type === 'boolean' && !value) return { value, only: undefined };
      answers.set(type, value);
    } else if (!answers.size && !refusing.includes(errorCode)) {
      if (errorCode === 'FLAG_NOT_FOUND') return { value: undefined, only: undefined };
      const reason = errorMessage ? `: ${errorMessage}` : '';
      throw new Error(`OpenFeature says ${errorCode} of flag ${describe(flag)}${reason}`);
    }
  }
  const [first] = answers.keys();
  if (first === undefined)
    throw new Error(`flag ${describe(flag)} is neither a boolean nor an object nor a string`);
  return { value: richest(answers) ?? answers.get(first), only: answers.size === 1 ? first : undefined };
}

/** The value that says more than "on"; `undefined` if there is none. */
function richest(answers: ReadonlyMap<FlagType, unknown>): unknown {
  const object = answers.get('object');
  // Some providers pass on JSON without parsing it.
  const parsed = typeof object === 'string' ? (parseJson(object) ?? object) : object;
  if (saysSomething(parsed)) return parsed;
  const text = answers.get('string');
  // A boolean value, from a provider that returns any value as a text.
  if (answers.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return saysSomething(text) ? text : undefined;
}

/** Whether a value is not just the default that was passed in. */
function saysSomething(value: unknown): boolean {
  if (typeof value === 'object') return value !== null && Object.keys(value).length > 0;
  return value !== undefined && value !== '';
}
