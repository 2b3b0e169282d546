import type { FlagSource, SourceStatus } from './FlagSource.js';

/** A source that holds its flags itself, and can be told to change them. */
export interface MemorySource extends FlagSource {
  status(): SourceStatus;
  subscribeStatus(onStatus: () => void): () => void;
  user(): unknown;
  /** Sets a flag and tells its subscribers; `undefined` makes the flag unknown. */
  set(flag: string, value: unknown): void;
  /** Hands over to somebody else, with these flags and this status. Default: no flags, and the status that there is. */
  setUser(user: unknown, flags?: Readonly<Record<string, unknown>>, status?: SourceStatus): void;
  /** Pretends that the connection fares otherwise: for demos and tests of what people see then. */
  setStatus(status: SourceStatus): void;
}

/**
 * A source with values given in code: for demos, tests and values from an environment.
 *
 * @example
 * const source = memorySource({ 'search-maintenance': true });
 * source.set('search-maintenance', { endsAt: '2026-11-23T15:30:00Z' });
 */
export function memorySource(
  flags: Readonly<Record<string, unknown>> = {},
  initialStatus: SourceStatus = { state: 'ready' },
): MemorySource {
  let values = new Map(Object.entries(flags));
  const listeners = new Set<(flag?: string) => void>();
  const statusListeners = new Set<() => void>();
  let status = initialStatus;
  let user: unknown = null;

  return {
    get: (flag) => values.get(flag),
    subscribe(flags, onChange) {
      // A function of its own per subscription: the same listener may subscribe twice.
      const wanted = new Set(flags);
      const listener = (flag?: string) => (flag === undefined || wanted.has(flag)) && onChange(flag);
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    set(flag, value) {
      values.set(flag, value);
      for (const listener of [...listeners]) listener(flag);
    },
    user: () => user,
    setUser(next, flags = {}, nextStatus = status) {
      user = next;
      values = new Map(Object.entries(flags));
      status = nextStatus;
      for (const listener of [...listeners]) listener();
      for (const listener of [...statusListeners]) listener();
    },
    status: () => status,
    subscribeStatus(onStatus) {
      const listener = () => onStatus();
      statusListeners.add(listener);
      return () => void statusListeners.delete(listener);
    },
    setStatus(next) {
      status = next;
      for (const listener of [...statusListeners]) listener();
    },
  };
}
