import type { FlagSource, SourceStatus } from '../../core/FlagSource.js';
import { readNote, writeNote, type Note, type NoteStorage } from './note.js';

export interface RememberedSourceOptions {
  /** Whose flags these are: nobody is shown what another was told. A function, where people sign in without a reload. */
  readonly user: string | (() => string);
  /** Default: the browser's `localStorage`. */
  readonly storage?: NoteStorage | undefined;
  /** For how long it is remembered, in milliseconds. Default 3,600,000: an hour. */
  readonly maxAgeMs?: number | undefined;
}

const ready: SourceStatus = { state: 'ready' };

/**
 * Remembers what a source said, for the moments of the next visit before its first answer, or in place of one: what was closed
 * is closed from the first moment on. Until the answer the status is `stale`, since the last visit. A `snapshot` that is newer
 * counts for more.
 *
 * @example
 * const source = rememberedSource(pollingSource('/flags'), { user: user.key });
 */
export function rememberedSource(source: FlagSource, options: RememberedSourceOptions): FlagSource {
  const { storage, maxAgeMs = 3_600_000 } = options;
  const wanted = new Set<string>();
  const note = readNote(storage);
  let answered = false;
  let scheduled = false;
  /** The status while the note counts, and that of the source for which it was made. */
  let stale: { readonly for: SourceStatus; readonly status: SourceStatus } | undefined;

  const statusOf = (): SourceStatus => source.status?.() ?? ready;
  const userOf = (): string => (typeof options.user === 'function' ? options.user() : options.user);

  /** What counts as long as there is no answer. */
  function valid(): Note | undefined {
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
      const flags = Object.fromEntries([...wanted].map((flag) => [flag, read(flag)]));
      writeNote(storage, { user: userOf(), at: Date.now(), flags });
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
      return value === undefined ? valid()?.flags[flag] : value;
    },
    subscribe(flags, onChange) {
      for (const flag of flags) wanted.add(flag);
      let waiting = valid() !== undefined;
      const endings = [
        source.subscribe(flags, (flag) => {
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
    subscribeStatus: (onStatus) => source.subscribeStatus?.(onStatus) ?? (() => undefined),
  };
}
