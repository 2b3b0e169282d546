/**
 * How a source fares. It is kept apart from the state of features, so that nothing renders again when a client becomes
 * ready or reconnects and no flag changed.
 */
export interface SourceStatus {
  /** `pending` before the first answer, `failed` when there was none, `stale` when the connection was lost after one. */
  readonly state: 'pending' | 'ready' | 'failed' | 'stale';
  /** When the connection was lost, in epoch milliseconds; only while `stale`. */
  readonly since?: number;
  readonly error?: unknown;
}

/**
 * Reads flags for the current user and tells of their changes. This is all that a flag service has to give.
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
  /** The value of a flag as it is known now, synchronously; `undefined` while it is unknown. */
  get(flag: string): unknown;
  /**
   * Calls `onChange` with the flag that changed. Anything else, such as nothing or an event, means that any of them may have.
   * Returns the unsubscription.
   */
  subscribe(flags: readonly string[], onChange: (flag?: string) => void): () => void;
  /** Without it the source counts as `ready`. Returns the same object until the status changes. */
  status?(): SourceStatus;
  /** Calls `onStatus` when `status()` changed. Returns the unsubscription. */
  subscribeStatus?(onStatus: () => void): () => void;
  /**
   * Identifies the person whose flags these are: a key, or any other value, compared by `Object.is`; `undefined` while unknown,
   * `null` for nobody in particular.
   * When it returns another one, and `onChange` or `onStatus` was called, the store drops everything that it knew of the person
   * before. Flags of the person before must be `undefined` by then.
   */
  user?(): unknown;
  /** How far the clock of the service is ahead of the visitor's, in milliseconds; `undefined` while unknown. */
  clockOffset?(): number | undefined;
  /** Forgets all flags and asks the service again now: an app said, by `setUser`, that somebody else uses the page. */
  forget?(): void;
}
