import { maintenanceError, reasonOf, type MaintenanceError } from './errors.js';
import type { FlagSource, SourceStatus } from './FlagSource.js';

/** In place of the value of a flag of which the source can say nothing now. */
export const unanswered: unique symbol = Symbol('unanswered');

interface ConnectionOptions {
  /** When the server read what is known already, in epoch milliseconds; `-Infinity` for nothing. */
  snapshotAt(): number;
  /** A flag changed, or any of them may have. */
  onFlag(flag?: string): void;
  /** The status may have changed. */
  onStatus(): void;
  /** Something threw. The same trouble with another flag has the same cause. */
  onError(error: MaintenanceError, cause: string): void;
}

/** The line to a source that may come late, change, throw or never answer. */
export interface Connection {
  /** Reads from this source from now on; false when it is none, or the one in use. */
  use(source: FlagSource | undefined): boolean;
  /** Listens to the source for these flags. */
  open(flags: Iterable<string>): void;
  close(): void;
  /** Listens for one flag more; true when the connection is open and did not listen for it yet. */
  add(flag: string): boolean;
  /** The value of a flag; `unanswered` when it is not known whether there is such a flag. */
  read(flag: string): unknown;
  /** Asks the source how it fares; true when that changed. */
  readStatus(): boolean;
  /**
   * Asks the source whose flags it reads; true when they are those of somebody else. Another source is taken for that, unless both
   * name the same user, or `sameUser` says so.
   */
  readUser(sameUser: boolean): boolean;
  /** Makes the source forget the flags of the user before. */
  forget(): void;
  status(): SourceStatus;
  /** How far the source's clock is ahead of the visitor's, in milliseconds. */
  clockOffset(): number | undefined;
}

const failed: SourceStatus = { state: 'failed' };

/** Makes a connection that never throws: what a source throws is told to `onError`. */
export function createConnection({ snapshotAt, onFlag, onStatus, onError }: ConnectionOptions): Connection {
  let source: FlagSource | undefined;
  let flags: Set<string> | undefined;
  let status: SourceStatus = { state: 'pending' };
  /** Who was asked last for the user, and what it said last. */
  let told: { readonly by: FlagSource; readonly user: unknown } | undefined;
  /** How to end what is subscribed to now. Each connection has an array of its own: what is heard after its end does not count. */
  let endings: (() => void)[] = [];

  /** What an action returns; `otherwise`, when it throws. */
  function attempt<T>(doing: string, action: () => T, otherwise: T, flag = ''): T {
    try {
      return action();
    } catch (cause) {
      const reason = reasonOf(cause);
      const error = maintenanceError(
        'source-failed',
        `The flag source threw while ${doing}${flag && ` "${flag}"`}: ${reason}. The last state holds.`,
        { cause, ...(flag && { problem: { flag } }) },
      );
      onError(error, `${doing}: ${reason}`);
      return otherwise;
    }
  }

  /** Subscribes to the source, for as long as the connection lasts. */
  function listen(doing: string, subscribe: () => (() => void) | undefined): void {
    const end = attempt(doing, subscribe, undefined);
    if (end) endings.push(end);
  }

  function listenToFlags(to: readonly string[]): void {
    const own = endings;
    listen('subscribing', () =>
      source?.subscribe(to, (flag?: unknown) => {
        // People pass this on to emitters, which hand over events and whatnot.
        if (own === endings) onFlag(typeof flag === 'string' && flags?.has(flag) ? flag : undefined);
      }),
    );
  }

  function connect(): void {
    if (!flags) return;
    const own = endings;
    listenToFlags([...flags]);
    listen('subscribing to its status', () =>
      source?.subscribeStatus?.(() => {
        if (own === endings) onStatus();
      }),
    );
  }

  function disconnect(): void {
    const ended = endings;
    endings = [];
    for (const end of ended) attempt('unsubscribing', end, undefined);
  }

  return {
    use(next) {
      if (!next || next === source) return false;
      disconnect();
      source = next;
      connect();
      return true;
    },
    open(wanted) {
      flags = new Set(wanted);
      connect();
    },
    close() {
      flags = undefined;
      disconnect();
    },
    add(flag) {
      if (!flags || flags.has(flag)) return false;
      flags.add(flag);
      listenToFlags([flag]);
      return true;
    },
    read(flag) {
      // A source that lost its connection before the server took its snapshot knows less than that.
      if (status.state === 'stale' && (status.since ?? Infinity) < snapshotAt()) return unanswered;
      const value = attempt('reading flag', () => source?.get(flag), unanswered, flag);
      return value === undefined && status.state !== 'ready' ? unanswered : value;
    },
    readStatus() {
      const before = status;
      if (source) {
        const reader = source;
        status = reader.status
          ? attempt('telling its status', () => reader.status?.() ?? failed, failed)
          : { state: 'ready' };
      }
      const same =
        status.state === before.state && status.since === before.since && status.error === before.error;
      if (same) status = before;
      return !same;
    },
    readUser(sameUser) {
      if (!source) return false;
      const reader = source;
      const before = told;
      const user = attempt('telling its user', () => reader.user?.(), undefined);
      if (before?.by !== reader) {
        told = { by: reader, user };
        const known = user !== undefined && user !== null;
        return before !== undefined && !sameUser && !(known && Object.is(before.user, user));
      }
      // Unknown again, as while a client starts anew: the last one counts.
      if (user === undefined) return false;
      told = { by: reader, user };
      return before.user !== undefined && !Object.is(before.user, user);
    },
    forget() {
      attempt('forgetting', () => source?.forget?.(), undefined);
    },
    status: () => status,
    clockOffset() {
      const offset = attempt('telling its clock', () => source?.clockOffset?.(), undefined);
      return Number.isFinite(offset) ? offset : undefined;
    },
  };
}
