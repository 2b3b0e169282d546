import { reasonOf } from '../../core/errors.js';
import { createSource } from '../../core/createSource.js';
import type { FlagSource } from '../../core/FlagSource.js';

/** A source that is fed from somewhere, while somebody listens. */
export interface Receiver {
  readonly source: FlagSource & { user(): unknown };
  /** The flags that somebody wants to know. */
  readonly wanted: ReadonlySet<string>;
  /** Takes flags: all that there are, or only some of them. Only those that differ are told. */
  receive(flags: Readonly<Record<string, unknown>>, all: boolean): void;
  /** Says that nothing comes; what is known holds. */
  fail(error: unknown): void;
  /** Says that code threw, which is no fault of the service: whoever reads a flag is told, until flags come. */
  failByFault(error: unknown): void;
  /** Sets how far the clock of the service is ahead, in milliseconds. */
  setClockOffset(offset: number): void;
  /** Forgets everything, for somebody else. */
  forget(): void;
}

/**
 * Makes a receiver. `start` is called when the first one listens, and what it returns when the last one stops; `onWanted` with the
 * flags that somebody wants to know, each time that there are more.
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
  /** Another one for each person. */
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
      // An answer names the second only, and has been on its way.
      if (Math.abs(offset - (clockOffset ?? 0)) < 5_000) return;
      clockOffset = offset;
      // Whoever listens to the status reads the clock too.
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
