import { memorySource, type FlagSource, type MemorySource } from 'react-maintenance-mode/core';

/** A source that counts what is asked of it. */
export interface CountingSource extends FlagSource, Pick<MemorySource, 'set' | 'setStatus'> {
  /** How often each flag was read. */
  readonly reads: Map<string, number>;
  /** How many subscriptions there are now, and how many there ever were, each with those to the status. */
  readonly live: number;
  readonly opened: number;
}

export function countingSource(flags: Record<string, unknown> = {}): CountingSource {
  const source = memorySource(flags);
  const reads = new Map<string, number>();
  let live = 0;
  let opened = 0;
  const count = (end: (() => void) | undefined) => {
    live += 1;
    opened += 1;
    return () => {
      live -= 1;
      end?.();
    };
  };
  return {
    get(flag) {
      reads.set(flag, (reads.get(flag) ?? 0) + 1);
      return source.get(flag);
    },
    subscribe: (keys, onChange) => count(source.subscribe(keys, onChange)),
    status: () => source.status?.() ?? { state: 'ready' },
    subscribeStatus: (onStatus) => count(source.subscribeStatus?.(onStatus)),
    set: source.set,
    setStatus: source.setStatus,
    reads,
    get live() {
      return live;
    },
    get opened() {
      return opened;
    },
  };
}
