import { maintenanceError, reasonOf, type MaintenanceError } from './errors.js';
import type { FlagSource, SourceStatus } from './FlagSource.js';

/** In place of the value of a flag that the source does not know now. */
export const unanswered: unique symbol = Symbol('unanswered');

interface SubscriptionOptions {
  /** When the server read what is known already, in epoch milliseconds; `-Infinity` for never. */
  snapshotAt(): number;
  /** This flag changed, or, without one, any of them may have changed. */
  onFlag(flag?: string): void;
  /** The status may have changed. */
  onStatus(): void;
  /** The source threw. Errors with the same `cause` have the same reason, for another flag. */
  onError(error: MaintenanceError, cause: string): void;
}

/** Subscribes to a source that may be missing, replaced, slow or broken. Never throws: what a source throws goes to `onError`. */
export interface Subscription {
  /** Reads from this source from now on; returns false when there is none, or it is in use already. */
  use(source: FlagSource | undefined): boolean;
  /** Subscribes to the source for these flags. */
  open(flags: Iterable<string>): void;
  close(): void;
  /** Subscribes for one more flag; returns false when the subscription is closed or has the flag. */
  add(flag: string): boolean;
  /** The value of a flag; `unanswered` when it is not known whether there is such a flag. */
  read(flag: string): unknown;
  status(): SourceStatus;
  /** Reads the status of the source; returns whether it changed. */
  readStatus(): boolean;
  /**
   * Reads whose flags the source has; returns whether they are somebody else's. Another source counts as somebody else's, unless both
   * name the same user, or `sameUser` is true.
   */
  readUser(sameUser: boolean): boolean;
  /** Tells the source to forget the flags of the user before. */
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
  /** The source that was asked for its user last, and its answer. */
  let lastUser: { readonly of: FlagSource; readonly user: unknown } | undefined;
  /** Unsubscribes from all. Each connection has an array of its own, so that calls after its end are ignored. */
  let endings: (() => void)[] = [];

  /** What an action returns, or `otherwise` when it throws. */
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

  /** Subscribes to something of the source, until the connection ends. */
  function listen(doing: string, subscribe: () => (() => void) | undefined): void {
    const end = attempt(doing, subscribe, undefined);
    if (end) endings.push(end);
  }

  function listenToFlags(wanted: readonly string[]): void {
    const own = endings;
    listen('subscribing', () =>
      source?.subscribe(wanted, (flag?: unknown) => {
        // People pass this function to emitters, which call it with events and other things.
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
      // A source that lost its connection before the server took its snapshot knows less than the snapshot.
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
      // Unknown again, for example while a client restarts: the last user counts.
      if (user === undefined) return false;
      lastUser = { of: reader, user };
      return before.user !== undefined && !Object.is(before.user, user);
    },
    forget() {
      attempt('forgetting', () => source?.forget?.(), undefined);
    },
    clockOffset() {
      const offset = attempt('telling its clock', () => source?.clockOffset?.(), undefined);
      return Number.isFinite(offset) ? offset : undefined;
    },
  };
}
