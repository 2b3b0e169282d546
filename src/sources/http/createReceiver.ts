import { reasonOf } from '../../core/errors.js';
import { createSource, type FlagSource } from '../../core/FlagSource.js';

/** A source that an app can make ask again. */
export interface RefreshableSource extends FlagSource {
  /** Asks the service again now, and cancels a request that is under way. The known flags hold until the answer. */
  refresh(): void;
  /** Forgets all flags and asks again now: somebody signed in or out. Every store that reads this source drops its state. */
  forget(): void;
}

/** A source that receives its flags, while somebody listens. */
export interface Receiver {
  readonly source: FlagSource & { user(): unknown };
  /** The flags that were subscribed to. */
  readonly wanted: ReadonlySet<string>;
  /** Takes flags: all of them, or only some. Listeners are called for those that changed. */
  receive(flags: Readonly<Record<string, unknown>>, all: boolean): void;
  /** Says that no flags come. The known ones hold. */
  fail(error: unknown): void;
  /** Says that code of the app or of this library threw, not the service. Reading a flag throws that, until flags come. */
  failByFault(error: unknown): void;
  /** Sets how far the clock of the service is ahead, in milliseconds. */
  setClockOffset(offset: number): void;
  /** Forgets everything, for somebody else. */
  forget(): void;
}

/**
 * Makes a receiver. `start` is called when the first listener subscribes, and what it returns when the last one is gone; `onWanted` with
 * the flags of each subscription.
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
  /** Another object for each person. */
  let user = {};
  let fault: { readonly thrown: unknown } | undefined;

  function set(flag: string, value: unknown): void {
    const text = JSON.stringify(value);
    if (known.get(flag)?.text === text) return;
    known.set(flag, { value, text });
    tell(flag);
  }

  function fail(error: unknown): void {
    if (!answered) tell(null, { state: 'failed', error: reasonOf(error) });
    else if (source.status().state !== 'stale') tell(null, { state: 'stale', since: now() });
  }

  return {
    source: {
      ...source,
      get(flag) {
        if (fault) throw fault.thrown;
        return known.get(flag)?.value;
      },
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
      fault = undefined;
      if (all) {
        for (const flag of [...known.keys()]) {
          if (!Object.hasOwn(flags, flag) && known.delete(flag)) tell(flag);
        }
      }
      for (const [flag, value] of Object.entries(flags)) set(flag, value);
      answered = true;
      if (source.status().state !== 'ready') tell(null, { state: 'ready' });
    },
    fail,
    failByFault(error) {
      fault = { thrown: error };
      fail(error);
    },
    setClockOffset(offset) {
      // HTTP names the second only, and an answer takes a while to come.
      if (Math.abs(offset - (clockOffset ?? 0)) < 5_000) return;
      clockOffset = offset;
      // Listeners of the status read the clock too.
      tell(null, { ...source.status() });
    },
    forget() {
      known.clear();
      answered = false;
      fault = undefined;
      user = {};
      tell(undefined, { state: 'pending' });
    },
  };
}

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
