import type { FlagSource, SourceStatus } from '../core/FlagSource.js';

/** The flags of a source, as they are stored for the next visit. */
interface Note {
  readonly user: string;
  /** When it was written, in epoch milliseconds. */
  readonly at: number;
  readonly flags: Readonly<Record<string, unknown>>;
}

/** If it throws or is full, nothing is stored. */
type NoteStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** Whose flags are stored, where, and for how long. */
export interface PersistedSourceOptions {
  /** The user whose flags are stored, so that nobody gets the flags of another user. A function, if users sign in without a reload. */
  readonly user: string | (() => string);
  /** Default: the browser's `localStorage`. */
  readonly storage?: NoteStorage | undefined;
  /**
   * The key in the storage. Default `react-maintenance-mode:flags`. Apps on the same origin need different keys, or they overwrite each
   * other's flags.
   */
  readonly storageKey?: string | undefined;
  /** How long stored flags are used, in milliseconds. Default 3,600,000: an hour. */
  readonly maxAgeMs?: number | undefined;
}

const ready: SourceStatus = { state: 'ready' };

/**
 * Stores the flags of a source for the next visit. There they are used until the first answer, or if none comes, so that a feature that was
 * closed is closed at the first render. Until the answer the status is `stale` since the last visit. A newer `snapshot` takes precedence.
 *
 * Flags are stored for one user. When `user` names another one, the source is made to ask again if it has `forget`. If the source also
 * names its user, nothing is stored until the source, too, has named another one.
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
  /** The status while the note is used, and the status of the source that it was made for. */
  let stale: { readonly for: SourceStatus; readonly status: SourceStatus } | undefined;

  const statusOf = (): SourceStatus => source.status?.() ?? ready;
  const userOf = (): string => (typeof options.user === 'function' ? options.user() : options.user);

  /** The user that `user` named and the user that the source named, when both were last known to be the same person. */
  let pair = { named: userOf(), spoken: source.user?.() ?? undefined };
  /** The latest user of each. It is a different object after each change. */
  let latest = pair;

  /** Checks whether the user has changed. Returns whether the source is known to have the flags of the user that `user` names. */
  function isPaired(): boolean {
    const named = userOf();
    // While the source does not know its user, its last one is assumed.
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

  /** The note, as long as it is used in place of an answer. */
  function valid(): Note | undefined {
    const before = latest;
    if (!isPaired() && latest !== before) askAnew();
    answered ||= ['ready', 'stale'].includes(statusOf().state);
    if (answered || !note || note.user !== userOf()) return undefined;
    const age = Date.now() - note.at;
    return age >= 0 && age <= maxAgeMs ? note : undefined;
  }

  /** Stores the flags of the source, once for changes that come together. */
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

  /** The value of a flag; `undefined` if the source throws. The store reports that. */
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
          // A source that never names its user: from now on its flags are taken for the new user's.
          if (!isPaired() && latest.spoken === undefined) pair = latest;
          remember();
          onChange(flag);
        }),
        source.subscribeStatus?.(() => {
          remember();
          if (!waiting || valid()) return;
          waiting = false;
          // The note is no longer used, even if the source has no flags.
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
      if (stale?.for !== own) stale = { for: own, status: { ...own, state: 'stale', since: counting.at } };
      return stale.status;
    },
    user() {
      isPaired();
      // The user is identified by both names, or by the only one.
      return source.user ? latest : latest.named;
    },
    clockOffset: () => source.clockOffset?.(),
    forget: () => source.forget?.(),
    subscribeStatus: (onStatus) => source.subscribeStatus?.(onStatus) ?? (() => undefined),
  };
}

/** The note of the last visit; `undefined` if there is none or it is not valid. */
function readNote(storage: NoteStorage | undefined, key: string): Note | undefined {
  try {
    const note: unknown = JSON.parse((storage ?? browserStorage())?.getItem(key) ?? 'null');
    return isNote(note) ? note : undefined;
  } catch {
    return undefined;
  }
}

function writeNote(storage: NoteStorage | undefined, key: string, note: Note): void {
  // If there is no room for the note, an older one must not stay: the next visit would use it.
  for (const text of [JSON.stringify(note), '']) {
    try {
      return (storage ?? browserStorage())?.setItem(key, text);
    } catch {
      // The next visit waits for its first answer.
    }
  }
}

function browserStorage(): NoteStorage | undefined {
  // A server may have a `localStorage`, which all users would share.
  return typeof document === 'undefined' ? undefined : localStorage;
}

function isNote(value: unknown): value is Note {
  // JSON may contain anything, including `null`.
  const { user, at, flags } = (value ?? {}) as Partial<Note>;
  return typeof user === 'string' && typeof at === 'number' && typeof flags === 'object' && flags !== null;
}
