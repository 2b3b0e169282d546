import type { FlagSource, SourceStatus } from '../../core/FlagSource.js';
import { readNote, writeNote, type Note, type NoteStorage } from './note.js';

export interface PersistedSourceOptions {
  /** Whose flags these are: nobody is shown what another was told. A function, where people sign in without a reload. */
  readonly user: string | (() => string);
  /** Default: the browser's `localStorage`. */
  readonly storage?: NoteStorage | undefined;
  /**
   * Where in the storage. Default `react-maintenance-mode:flags`. Apps that share an origin need one each, or each forgets what the
   * others wrote.
   */
  readonly storageKey?: string | undefined;
  /** For how long it is remembered, in milliseconds. Default 3,600,000: an hour. */
  readonly maxAgeMs?: number | undefined;
}

const ready: SourceStatus = { state: 'ready' };

/**
 * Remembers what a source said, for the moments of the next visit before its first answer, or in place of one: what was closed
 * is closed from the first moment on. Until the answer the status is `stale`, since the last visit. A `snapshot` that is newer
 * counts for more.
 *
 * What the source says is filed under the user for whom it said it. When `user` names another one, a source that can be asked again
 * (`forget`) is; of one that says whose flags it reads nothing is written until it speaks of somebody else too.
 *
 * @example
 * const source = persistedSource(pollingSource('/flags'), { user: user.key });
 */
export function persistedSource(source: FlagSource, options: PersistedSourceOptions): FlagSource {
  const { storage, storageKey = 'react-maintenance-mode:flags', maxAgeMs = 3_600_000 } = options;
  const wanted = new Set<string>();
  let note = readNote(storage, storageKey);
  let answered = false;
  let scheduled = false;
  /** The status while the note counts, and that of the source for which it was made. */
  let stale: { readonly for: SourceStatus; readonly status: SourceStatus } | undefined;

  const statusOf = (): SourceStatus => source.status?.() ?? ready;
  const userOf = (): string => (typeof options.user === 'function' ? options.user() : options.user);

  /** Whom `user` named, and whose flags the source said that it reads, when the two were last known to be the same person. */
  let pair = { named: userOf(), spoken: source.user?.() ?? undefined };
  /** The last of each; another object each time that one of them changed. */
  let latest = pair;

  /** Notices that somebody else uses the page. Whether the source is known to speak of whom `user` names. */
  function isPaired(): boolean {
    const named = userOf();
    // While it cannot say, whoever it was counts.
    const spoken = source.user?.() ?? latest.spoken;
    if (named !== latest.named || !Object.is(spoken, latest.spoken)) {
      const isFirst = latest.spoken === undefined && named === latest.named;
      latest = { named, spoken };
      if (isFirst || (named !== pair.named && !Object.is(spoken, pair.spoken))) pair = latest;
      if (!isFirst) {
        answered = false;
        note = readNote(storage, storageKey);
      }
    }
    return named === pair.named && Object.is(spoken, pair.spoken);
  }

  /** Has the source ask for whom `user` names now: afterwards, since this may be noticed while React renders. */
  function askAnew(): void {
    const before = latest;
    queueMicrotask(() => {
      if (latest === before && Object.is(latest.spoken, pair.spoken)) source.forget?.();
    });
  }

  /** What counts as long as there is no answer. */
  function valid(): Note | undefined {
    const before = latest;
    if (!isPaired() && latest !== before) askAnew();
    answered ||= ['ready', 'stale'].includes(statusOf().state);
    if (answered || !note || note.user !== userOf()) return undefined;
    const age = Date.now() - note.at;
    return age >= 0 && age <= maxAgeMs ? note : undefined;
  }

  /** Writes what the source says, once for all that changed in this moment. */
  function remember(): void {
    if (scheduled || statusOf().state !== 'ready') return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      if (!isPaired() || statusOf().state !== 'ready') return;
      const flags = Object.fromEntries([...wanted].map((flag) => [flag, read(flag)]));
      writeNote(storage, storageKey, { user: pair.named, at: Date.now(), flags });
    });
  }

  /** The value of a flag; undefined, too, when the source throws: the store tells of that. */
  function read(flag: string): unknown {
    try {
      return source.get(flag);
    } catch {
      return undefined;
    }
  }

  return {
    get(flag) {
      const value = source.get(flag);
      if (value !== undefined) return value;
      const flags = valid()?.flags ?? {};
      return Object.hasOwn(flags, flag) ? flags[flag] : undefined;
    },
    subscribe(flags, onChange) {
      for (const flag of flags) wanted.add(flag);
      let waiting = valid() !== undefined;
      const endings = [
        source.subscribe(flags, (flag) => {
          // Of a source that never says whose flags it reads, what comes from now on is taken for theirs.
          if (!isPaired() && latest.spoken === undefined) pair = latest;
          remember();
          onChange(flag);
        }),
        source.subscribeStatus?.(() => {
          remember();
          if (!waiting || valid()) return;
          waiting = false;
          // What was remembered does not count from now on, also where the source says nothing.
          onChange();
        }),
      ];
      remember();
      return () => endings.forEach((end) => end?.());
    },
    status() {
      const own = statusOf();
      const counting = valid();
      if (!counting) return own;
      if (stale?.for !== own) {
        const { error } = own;
        const status = { state: 'stale', since: counting.at, ...(error !== undefined && { error }) } as const;
        stale = { for: own, status };
      }
      return stale.status;
    },
    user() {
      isPaired();
      // What identifies the person to others is the pair; alone, the key does.
      return source.user ? latest : latest.named;
    },
    clockOffset: () => source.clockOffset?.(),
    forget: () => source.forget?.(),
    subscribeStatus: (onStatus) => source.subscribeStatus?.(onStatus) ?? (() => undefined),
  };
}
