import { maintenanceError, type MaintenanceError } from './errors.js';
import type { FlagSource, SourceStatus } from './FlagSource.js';

interface ConnectionListeners {
  /** A flag changed, or any of them may have. */
  onFlag(flag?: string): void;
  onStatus(): void;
  onError(error: MaintenanceError): void;
}

/** The line to a source that may come late, change, throw or never answer. */
export interface Connection {
  /** The source to read from; a source in use is left alone. */
  use(source: FlagSource | undefined): void;
  /** Listens to the source for these flags. */
  open(flags: Iterable<string>): void;
  close(): void;
  /** Listens for one flag more; true when the connection is open and did not listen for it yet. */
  add(flag: string): boolean;
  /** The value of a flag; `undefined` while it is unknown. */
  read(flag: string): unknown;
  status(): SourceStatus;
}

/** Makes a connection that never throws: what a source throws is told to `onError`, and counts as unknown. */
export function createConnection(listeners: ConnectionListeners): Connection {
  let source: FlagSource | undefined;
  let flags: Set<string> | undefined;
  const endings: (() => void)[] = [];
  let status: SourceStatus = { state: 'pending' };

  function attempt<T>(doing: string, action: () => T, flag?: string): T | undefined {
    try {
      return action();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      listeners.onError(
        maintenanceError(
          'source-failed',
          `The flag source threw while ${doing}: ${reason}. The last state holds.`,
          {
            cause,
            ...(flag !== undefined && { problem: { flag } }),
          },
        ),
      );
      return undefined;
    }
  }

  function readStatus(): void {
    const reader = source;
    const next: SourceStatus = !reader
      ? { state: 'pending' }
      : reader.status
        ? (attempt('telling its status', () => reader.status?.()) ?? { state: 'failed' })
        : { state: 'ready' };
    if (next.state === status.state && next.since === status.since && next.error === status.error) return;
    status = next;
    listeners.onStatus();
  }

  function listen(to: readonly string[]): void {
    const current = source;
    if (!current) return;
    const end = attempt('subscribing', () =>
      current.subscribe(to, (flag) => current === source && listeners.onFlag(flag)),
    );
    if (end) endings.push(end);
  }

  function connect(): void {
    if (!flags) return;
    listen([...flags]);
    const end = source && attempt('subscribing to its status', () => source?.subscribeStatus?.(readStatus));
    if (end) endings.push(end);
  }

  function disconnect(): void {
    for (const end of endings.splice(0)) attempt('unsubscribing', end);
  }

  return {
    use(next) {
      if (!next || next === source) return;
      disconnect();
      source = next;
      connect();
      readStatus();
    },
    open(wanted) {
      if (flags) return;
      flags = new Set(wanted);
      connect();
      readStatus();
    },
    close() {
      disconnect();
      flags = undefined;
    },
    add(flag) {
      if (!flags || flags.has(flag)) return false;
      flags.add(flag);
      listen([flag]);
      return true;
    },
    read: (flag) => attempt(`reading flag "${flag}"`, () => source?.get(flag), flag),
    status: () => status,
  };
}
