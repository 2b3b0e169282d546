import { reasonOf } from '../../core/errors.js';
import type { FlagSource } from '../../core/FlagSource.js';
import { memorySource } from '../../core/memorySource.js';

/** A source that is fed from somewhere, while somebody listens. */
export interface Receiver {
  readonly source: FlagSource;
  /** Takes flags: all that there are, or only some of them. Only those that differ are told. */
  receive(flags: Readonly<Record<string, unknown>>, all: boolean): void;
  /** Says that nothing comes; what is known holds. */
  fail(error: unknown): void;
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
  let listening = 0;
  let stop: (() => void) | undefined;
  let answered = false;

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

  return {
    source: {
      get: memory.get,
      subscribe(flags, onChange) {
        onWanted(flags);
        return listen(memory.subscribe(flags, onChange));
      },
      status: () => memory.status?.() ?? { state: 'pending' },
      subscribeStatus: (onStatus) => listen(memory.subscribeStatus?.(onStatus) ?? (() => {})),
    },
    receive(flags, all) {
      if (all) {
        for (const flag of [...known.keys()]) if (!Object.hasOwn(flags, flag)) set(flag, undefined);
      }
      for (const [flag, value] of Object.entries(flags)) set(flag, value);
      answered = true;
      if (memory.status?.().state !== 'ready') memory.setStatus({ state: 'ready' });
    },
    fail(error) {
      const { state } = memory.status?.() ?? {};
      if (!answered) memory.setStatus({ state: 'failed', error: reasonOf(error) });
      else if (state !== 'stale') memory.setStatus({ state: 'stale', since: now() });
    },
  };
}
