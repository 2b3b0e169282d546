import { reasonOf } from '../../core/errors.js';
import { createSource, type FlagSource } from '../../core/FlagSource.js';

/** A source with methods that ask the service again. */
export interface RefreshableSource extends FlagSource {
  /** Asks the service again now, and cancels a running request. The known flags stay until the answer. */
  refresh(): void;
  /** Forgets all flags and asks again now. Call it when a user signs in or out. Every store that reads this source drops its state. */
  forget(): void;
}

/** A source that receives its flags while it has listeners. */
export interface Receiver {
  readonly source: FlagSource & { user(): unknown };
  /** The flags that were subscribed to so far. */
  readonly wanted: ReadonlySet<string>;
  /** Stores flags: all of them, or only some. Calls the listeners of those that changed. */
  receive(flags: Readonly<Record<string, unknown>>, all: boolean): void;
  /** Reports that no flags came. The known ones stay. */
  fail(error: unknown): void;
  /** Sets how far the clock of the service is ahead, in milliseconds. */
  setClockOffset(offset: number): void;
  /** Forgets everything, because the user changed. */
  forget(): void;
}

/**
 * Creates a receiver. Calls `start` when the first listener subscribes, and what it returned when the last one is gone. Calls `onWanted`
 * with the flags of each subscription.
 */
export function createReceiver(
  start: () => () => void,
  now: () => number,
  onWanted: (flags: readonly string[]) => void = () => {},
): Receiver {
  const { source, tell } = createSource({ state: 'pending' }, start);
  const known = new Map<string, { readonly value: unknown; readonly text: string }>();
  const wanted = new Set<string>();
  let answered = false;
  let clockOffset: number | undefined;
  /** A new object for each user. */
  let user = {};

  function set(flag: string, value: unknown): void {
    const text = JSON.stringify(value);
    if (known.get(flag)?.text === text) return;
    known.set(flag, { value, text });
    tell(flag);
  }

  return {
    source: {
      ...source,
      get: (flag) => known.get(flag)?.value,
      subscribe(flags, onChange) {
        for (const flag of flags) wanted.add(flag);
        onWanted(flags);
        return source.subscribe(flags, onChange);
      },
      user: () => user,
      clockOffset: () => clockOffset,
    },
    wanted,
    receive(flags, all) {
      if (all) {
        for (const flag of [...known.keys()]) {
          if (!Object.hasOwn(flags, flag) && known.delete(flag)) tell(flag);
        }
      }
      for (const [flag, value] of Object.entries(flags)) set(flag, value);
      answered = true;
      if (source.status().state !== 'ready') tell(null, { state: 'ready' });
    },
    fail(error) {
      if (!answered) tell(null, { state: 'failed', error: reasonOf(error) });
      else if (source.status().state !== 'stale') tell(null, { state: 'stale', since: now() });
    },
    setClockOffset(offset) {
      // HTTP dates are precise to the second, and an answer takes time to arrive.
      if (Math.abs(offset - (clockOffset ?? 0)) < 5_000) return;
      clockOffset = offset;
      // Listeners of the status also read the clock.
      tell(null, { ...source.status() });
    },
    forget() {
      known.clear();
      answered = false;
      user = {};
      tell(undefined, { state: 'pending' });
    },
  };
}

/** A number of milliseconds, or its default. A missing environment variable gives 0 or NaN, which would ask the service without a pause. */
export function positive(given: number | undefined, byDefault: number): number {
  return given && given > 0 ? given : byDefault;
}

// The members with which endpoints describe an error, even with status 200.
const errorMembers = ['error', 'errors', 'message', 'detail', 'title', 'status', 'statusCode', 'code'];

/**
 * Parses the flags in the answer of an endpoint.
 *
 * @throws if it is not a JSON object, or if it describes an error and has none of the wanted flags.
 */
export function readFlags(text: string, wanted?: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  const flags: unknown = JSON.parse(text);
  const isObject = typeof flags === 'object' && flags !== null && !Array.isArray(flags);
  const keys = isObject ? Object.keys(flags) : [];
  const isErrorDocument =
    wanted && keys.some((key) => errorMembers.includes(key)) && !keys.some((key) => wanted.has(key));
  if (!isObject || isErrorDocument) {
    throw new TypeError(`expected a JSON object of flag values by key, found ${text.slice(0, 60)}`);
  }
  // Checked above.
  return flags as Readonly<Record<string, unknown>>;
}
