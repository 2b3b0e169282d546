import { createSource, type FlagSource, type SourceStatus } from './FlagSource.js';

/** A source whose flags are set in code. */
export interface MemorySource extends FlagSource {
  status(): SourceStatus;
  subscribeStatus(onStatus: () => void): () => void;
  user(): unknown;
  /** Sets a flag and calls its listeners. `undefined` makes the flag unknown. */
  set(flag: string, value: unknown): void;
  /** Changes the user, with their flags and the status. Default: no flags, and the present status. */
  setUser(user: unknown, flags?: Readonly<Record<string, unknown>>, status?: SourceStatus): void;
  /** Sets the status of the connection, for demos and tests of what people see then. */
  setStatus(status: SourceStatus): void;
}

/**
 * Creates a source whose flags are set in code, for demos, tests, and flags from environment variables.
 *
 * @example
 * const source = memorySource({ 'search-maintenance': true });
 * source.set('search-maintenance', { endsAt: '2026-11-23T15:30:00Z' });
 */
export function memorySource(
  flags: Readonly<Record<string, unknown>> = {},
  initialStatus: SourceStatus = { state: 'ready' },
): MemorySource {
  const { source, tell } = createSource(initialStatus);
  let values = new Map(Object.entries(flags));
  let user: unknown = null;

  return {
    ...source,
    get: (flag) => values.get(flag),
    set(flag, value) {
      values.set(flag, value);
      tell(flag);
    },
    user: () => user,
    setUser(next, flags = {}, status = source.status()) {
      user = next;
      values = new Map(Object.entries(flags));
      tell(undefined, status);
    },
    setStatus: (status) => tell(null, status),
  };
}
