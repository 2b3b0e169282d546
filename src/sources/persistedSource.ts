import type { FlagSource, SourceStatus } from '../core/FlagSource.js';

/** What a source said on one visit, as it is stored for the next. */
interface Note {
  readonly user: string;
  /** When it was written, in epoch milliseconds. */
  readonly at: number;
  readonly flags: Readonly<Record<string, unknown>>;
}

/** One that throws, or is full, is done without. */
type NoteStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** Whose flags are stored, where, and for how long. */
export interface PersistedSourceOptions {
  /** Whose flags these are: nobody gets the flags of somebody else. A function, when people sign in without a reload. */
  readonly user: string | (() => string);
  /** Default: the browser's `localStorage`. */
  readonly storage?: NoteStorage | undefined;
  /**
   * Where in the storage. Default `react-maintenance-mode:flags`. Apps that share an origin need one each, or they overwrite each
   * other's flags.
   */
  readonly storageKey?: string | undefined;
  /** For how long stored flags count, in milliseconds. Default 3,600,000: an hour. */
  readonly maxAgeMs?: number | undefined;
}

const ready: SourceStatus = { state: 'ready' };

/**
 * Stores the flags of a source for the next visit, where they count until the first answer, or instead of one: what was closed is closed from
 * the first moment. Until the answer the status is `stale` since the last visit. A newer `snapshot` takes precedence.
 *
 * Flags are stored under the user whose flags they are. When `user` names somebody else, the source is asked again if it can be
 * (`forget`). If the source says whose flags it has, nothing is stored until it names somebody else, too.
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
  /** The status while the note counts, and the status of the source for which it was made. */
  let stale: { readonly for: SourceStatus; readonly status: SourceStatus } | undefined;

  const statusOf = (): SourceStatus => source.status?.() ?? ready;
  const userOf = (): string => (typeof options.user === 'function' ? options.user() : options.user);

  /** The user that `user` named and the user that the source named, when both were last known to be the same person. */
  let pair = { named: userOf(), spoken: source.user?.() ?? undefined };
  /** The latest of each; another object each time that one of them changes. */
  let latest = pair;

  /** Finds out whether somebody else uses the page. Returns whether the source is known to have the flags of the user that `user` names. */
  function isPaired(): boolean {
    const named = userOf();
    // While the source does not know, its last user counts.
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

  /** Makes the source ask for the new user. Not at once, since React may be rendering. */
  function askAnew(): void {
    const before = latest;
    queueMicrotask(() => {
      if (latest === before && Object.is(latest.spoken, pair.spoken)) source.forget?.();
    });
  }

  /** The note that counts as long as there is no answer. */
  function valid(): Note | undefined {
    const before = latest;
    if (!isPaired() && latest !== before) askAnew();
    answered ||= ['ready', 'stale'].includes(statusOf().state);
    if (answered || !note || note.user !== userOf()) return undefined;
    const age = Date.now() - note.at;
    return age >= 0 && age <= maxAgeMs ? note : undefined;
  }

  /** Stores the flags of the source, once for all changes of this moment. */
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

  /** The value of a flag. `undefined` also when the source throws, which the store reports. */
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
          // A source that never names its user: what it says from now on is taken for the new user's.
          if (!isPaired() && latest.spoken === undefined) pair = latest;
          remember();
          onChange(flag);
        }),
        source.subscribeStatus?.(() => {
          remember();
          if (!waiting || valid()) return;
          waiting = false;
          // The note no longer counts, even if the source has no flags.
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
      // The person is identified by both names, or by the one that there is.
      return source.user ? latest : latest.named;
    },
    clockOffset: () => source.clockOffset?.(),
    forget: () => source.forget?.(),
    subscribeStatus: (onStatus) => source.subscribeStatus?.(onStatus) ?? (() => undefined),
  };
}

/** The note of the last visit; `undefined` when there is none, or something else in its place. */
function readNote(storage: NoteStorage | undefined, key: string): Note | undefined {
  try {
    const note: unknown = JSON.parse((storage ?? browserStorage())?.getItem(key) ?? 'null');
    return isNote(note) ? note : undefined;
  } catch {
    return undefined;
  }
}

function writeNote(storage: NoteStorage | undefined, key: string, note: Note): void {
  try {
    (storage ?? browserStorage())?.setItem(key, JSON.stringify(note));
  } catch {
    // The next visit waits for its first answer.
  }
}

function browserStorage(): NoteStorage | undefined {
  // A server may have a `localStorage` too, which all users would share.
  return typeof document === 'undefined' ? undefined : localStorage;
}

function isNote(value: unknown): value is Note {
  // JSON may hold anything, `null` included.
  const { user, at, flags } = (value ?? {}) as Partial<Note>;
  return typeof user === 'string' && typeof at === 'number' && typeof flags === 'object' && flags !== null;
}
