import { reasonOf } from '../../core/errors.js';
import type { FlagSource } from '../../core/FlagSource.js';
import { memorySource } from '../../core/memorySource.js';

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
  const memory = memorySource({}, { state: 'pending' });
  const known = new Map<string, string>();
  const wanted = new Set<string>();
  let listening = 0;
  let stop: (() => void) | undefined;
  let answered = false;
  let clockOffset: number | undefined;
  /** Another one for each person. */
  let user = {};
  let fault: { readonly thrown: unknown } | undefined;

  function listen(end: () => void): () => void {
    listening += 1;
    stop ??= start();
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      end();
      listening -= 1;
      if (listening) return;
      stop?.();
      stop = undefined;
    };
  }

  function set(flag: string, value: unknown): void {
    const text = JSON.stringify(value);
    if (known.get(flag) === text) return;
    if (value === undefined) known.delete(flag);
    else known.set(flag, text);
    memory.set(flag, value);
  }

  function fail(error: unknown): void {
    const { state } = memory.status();
    if (!answered) memory.setStatus({ state: 'failed', error: reasonOf(error) });
    else if (state !== 'stale') memory.setStatus({ state: 'stale', since: now() });
  }

  return {
    source: {
      get(flag) {
        if (fault) throw fault.thrown;
        return memory.get(flag);
      },
      subscribe(flags, onChange) {
        for (const flag of flags) wanted.add(flag);
        onWanted(flags);
        return listen(memory.subscribe(flags, onChange));
      },
      status: memory.status,
      subscribeStatus: (onStatus) => listen(memory.subscribeStatus(onStatus)),
      user: () => user,
      clockOffset: () => clockOffset,
    },
    wanted,
    receive(flags, all) {
      fault = undefined;
      if (all) {
        for (const flag of [...known.keys()]) if (!Object.hasOwn(flags, flag)) set(flag, undefined);
      }
      for (const [flag, value] of Object.entries(flags)) set(flag, value);
      answered = true;
      if (memory.status().state !== 'ready') memory.setStatus({ state: 'ready' });
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
      memory.setStatus(memory.status());
    },
    forget() {
      known.clear();
      answered = false;
      fault = undefined;
      user = {};
      memory.setUser(user, {}, { state: 'pending' });
    },
  };
}
