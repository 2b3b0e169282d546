import type { FlagSource, SourceStatus } from './FlagSource.js';

/** What all sources have in common: their listeners and their status. */
export interface SourceBase {
  readonly source: Required<Pick<FlagSource, 'subscribe' | 'subscribeStatus' | 'status'>>;
  /**
   * Calls the listeners of a flag; without a flag, those of all flags; with `null`, of none. Sets the status, if one is given, before, and
   * calls the listeners of the status when it is a new one.
   */
  readonly tell: (flag?: string | null, status?: SourceStatus) => void;
}

/** Makes the base of a source. `start` is called when the first listener subscribes, and what it returns when the last one is gone. */
export function createSource(status: SourceStatus, start?: () => () => void): SourceBase {
  const listeners = new Set<(flag?: string | null) => void>();
  let stop: (() => void) | undefined;

  function listen(listener: (flag?: string | null) => void): () => void {
    stop ??= start?.();
    listeners.add(listener);
    return () => {
      if (!listeners.delete(listener) || listeners.size) return;
      stop?.();
      stop = undefined;
    };
  }

  return {
    source: {
      subscribe(flags, onChange) {
        const wanted = new Set<unknown>(flags);
        return listen((flag) => {
          if (flag === undefined || wanted.has(flag)) onChange(flag ?? undefined);
        });
      },
      subscribeStatus(onStatus) {
        let told = status;
        return listen(() => {
          const before = told;
          told = status;
          if (before !== status) onStatus();
        });
      },
      status: () => status,
    },
    tell(flag, next = status) {
      status = next;
      // A listener may end another one, which is not called any more.
      for (const listener of [...listeners]) if (listeners.has(listener)) listener(flag);
    },
  };
}
