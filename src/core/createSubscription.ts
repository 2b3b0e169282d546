import { maintenanceError, reasonOf, type MaintenanceError } from './errors.js';
import type { FlagSource, SourceStatus } from './FlagSource.js';

/** Stands for the value of a flag that the source does not know now. */
export const unanswered: unique symbol = Symbol('unanswered');

interface SubscriptionOptions {
  /** When the server took the snapshot, in epoch milliseconds; `-Infinity` without one. */
  snapshotAt(): number;
  /** Called when a flag changed. Without an argument, any flag may have changed. */
  onFlag(flag?: string): void;
  /** Called when the status may have changed. */
  onStatus(): void;
  /** Called when the source threw. Errors with the same `cause` differ only in the flag. */
  onError(error: MaintenanceError, cause: string): void;
}

/** Subscribes to a source that may be missing, replaced, slow or broken. Never throws: what a source throws goes to `onError`. */
export interface Subscription {
  /** Reads from this source from now on. Returns false if there is none, or if it is in use already. */
  use(source: FlagSource | undefined): boolean;
  /** Subscribes to the source for these flags. */
  open(flags: Iterable<string>): void;
  close(): void;
  /** Subscribes to one more flag. Returns false if the subscription is closed or has the flag already. */
  add(flag: string): boolean;
  /** The value of a flag; `unanswered` if it is unknown. */
  read(flag: string): unknown;
  status(): SourceStatus;
  /** Reads the status of the source; returns whether it changed. */
  readStatus(): boolean;
  /**
   * Reads the user of the source. Returns whether the user has changed. Another source counts as another user, unless both name the same
   * user, or `sameUser` is true.
   */
  readUser(sameUser: boolean): boolean;
  /** Tells the source to forget the flags of the previous user. */
  forget(): void;
  /** How far the source's clock is ahead of the visitor's, in milliseconds. */
  clockOffset(): number | undefined;
}

const failed: SourceStatus = { state: 'failed' };

export function createSubscription({
  snapshotAt,
  onFlag,
  onStatus,
  onError,
}: SubscriptionOptions): Subscription {
  let source: FlagSource | undefined;
  let flags: Set<string> | undefined;
  let status: SourceStatus = { state: 'pending' };
  /** The last answer to who the user is, and the source that gave it. */
  let lastUser: { readonly of: FlagSource; readonly user: unknown } | undefined;
  /** What unsubscribes. Each connection has its own array, so that calls after its end are ignored. */
  let endings: (() => void)[] = [];

  /** Returns the result of an action, or `otherwise` if it throws. */
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

  /** Subscribes until the connection ends. */
  function listen(doing: string, subscribe: () => (() => void) | undefined): void {
    const end = attempt(doing, subscribe, undefined);
    if (end) endings.push(end);
  }

  function listenToFlags(wanted: readonly string[]): void {
    const own = endings;
    listen('subscribing', () =>
      source?.subscribe(wanted, (flag?: unknown) => {
        // Apps pass this function to event emitters, which call it with events and other arguments.
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
      // If the source lost its connection before the server took the snapshot, the snapshot is newer.
      if (status.state === 'stale' && (status.since ?? Infinity) < snapshotAt()) return unanswered;
      const value = attempt('reading flag', () => source?.get(flag), unanswered, flag);
      return value === undefined && status.state !== 'ready' ? unanswered : value;
    },
    status: () => status,
    readStatus() {
      if (!source) return false;
      const before = status;
      const reader = source;
      status = reader.status
        ? attempt('telling its status', () => reader.status?.() ?? failed, failed)
        : { state: 'ready' };
      const same =
        status.state === before.state && status.since === before.since && status.error === before.error;
      if (same) status = before;
      return !same;
    },
    readUser(sameUser) {
      if (!source) return false;
      const reader = source;
      const before = lastUser;
      const user = attempt('telling its user', () => reader.user?.(), undefined);
      if (before?.of !== reader) {
        lastUser = { of: reader, user };
        const known = user !== undefined && user !== null;
        return before !== undefined && !sameUser && !(known && Object.is(before.user, user));
      }
      // Unknown again, for example while a client restarts: the last user is assumed.
      if (user === undefined) return false;
      lastUser = { of: reader, user };
      return before.user !== undefined && !Object.is(before.user, user);
    },
    forget() {
      attempt('forgetting', () => source?.forget?.(), undefined);
    },
    clockOffset: () => attempt('telling its clock', () => source?.clockOffset?.(), undefined),
  };
}
