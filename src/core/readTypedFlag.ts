import { describe } from './errors.js';
import { parseJson } from './interpretFlag.js';

/** What OpenFeature can be asked about a flag, in the order in which it is asked. */
export type FlagType = 'boolean' | 'object' | 'string';

/** What came back: a value, or an error by its code in OpenFeature's specification. */
export interface TypedAnswer {
  readonly value: unknown;
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
}

export interface TypedFlag {
  readonly value: unknown;
  /** The one type that the flag has; `undefined` when it answered to several, or was not asked for all. */
  readonly only: FlagType | undefined;
}

const types: readonly FlagType[] = ['boolean', 'object', 'string'];

// The flag has another type. A text that is no JSON is no object either, which some call a parse error.
const refusing = ['TYPE_MISMATCH', 'PARSE_ERROR'];

/**
 * Reads a flag through OpenFeature, which makes one ask for its type. Yields the type to ask for; give it the answer, and it returns the
 * value. A generator, so that it serves clients that answer at once and those that answer later.
 *
 * Where a toggle is on or off *and* carries a value, as with Unleash and Flagsmith, the question for a boolean is answered
 * by "enabled", whatever the value is. So "off" is off, and after "on" the value is asked for too: an object counts before a text, and both
 * before `true`. A flag that has one type refuses the other two, and is asked for that one from then on (`only`).
 *
 * @throws with what OpenFeature said, when no question was answered.
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

/** The value that says more than "on"; `undefined` when there is none. */
function richest(answers: ReadonlyMap<FlagType, unknown>): unknown {
  const object = answers.get('object');
  // Some providers hand JSON over as they got it.
  const parsed = typeof object === 'string' ? (parseJson(object) ?? object) : object;
  if (saysSomething(parsed)) return parsed;
  const text = answers.get('string');
  // A value that is a boolean, where every value can be read as a text.
  if (answers.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return saysSomething(text) ? text : undefined;
}

/** Not the default that was handed in, which stands for no value at all. */
function saysSomething(value: unknown): boolean {
  if (typeof value === 'object') return value !== null && Object.keys(value).length > 0;
  return value !== undefined && value !== '';
}
