/**
 * Whether a source works. It is not part of the state of features. So nothing renders again when a client becomes ready or reconnects and
 * no flag has changed.
 */
export interface SourceStatus {
  /** `pending` before the first answer, `failed` when there was none, `stale` when the connection was lost after one. */
  readonly state: 'pending' | 'ready' | 'failed' | 'stale';
  /** When the connection was lost, in epoch milliseconds; only while `stale`. */
  readonly since?: number;
  readonly error?: unknown;
}

/**
 * Reads flags for the current user and reports their changes. Implement it to support a flag service.
 *
 * @example
 * const source: FlagSource = {
 *   get: (flag) => client.variation(flag),
 *   subscribe(flags, onChange) {
 *     client.on('change', onChange);
 *     return () => client.off('change', onChange);
 *   },
 * };
 */
export interface FlagSource {
  /** The present value of a flag, synchronously; `undefined` while it is unknown. */
  get(flag: string): unknown;
  /**
   * Calls `onChange` with the flag that changed. Any other argument, such as none or an event, means that any flag may have changed.
   * Returns the unsubscription.
   */
  subscribe(flags: readonly string[], onChange: (flag?: string) => void): () => void;
  /** The status. Must return the same object until it changes. Without this method the source counts as `ready`. */
  status?(): SourceStatus;
  /** Calls `onStatus` when `status()` changed. Returns the unsubscription. */
  subscribeStatus?(onStatus: () => void): () => void;
  /**
   * Identifies the person whose flags these are: a key, or any other value, compared by `Object.is`; `undefined` while unknown,
   * `null` for nobody in particular.
   * When it returns another value after `onChange` or `onStatus` was called, the store drops everything that it knew of the person before.
   * The flags of that person must be `undefined` by then.
   */
  user?(): unknown;
  /** How far the clock of the service is ahead of the visitor's, in milliseconds; `undefined` while unknown. */
  clockOffset?(): number | undefined;
  /** Forgets all flags and asks the service again now. Called when an app says, with `setUser`, that somebody else uses the page. */
  forget?(): void;
}

/** The listeners and the status of a source. */
export interface SourceBase {
  readonly source: Required<Pick<FlagSource, 'subscribe' | 'subscribeStatus' | 'status'>>;
  /**
   * Calls the listeners of a flag; without a flag, those of all flags; with `null`, none. If a status is given, sets it first, and calls the
   * listeners of the status if it is a different object.
   */
  readonly tell: (flag?: string | null, status?: SourceStatus) => void;
}

/** Creates the part that all sources share. Calls `start` when the first listener subscribes, and its result when the last one is gone. */
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
      // A listener may remove another one, which must not be called then.
      for (const listener of [...listeners]) if (listeners.has(listener)) listener(flag);
    },
  };
}
