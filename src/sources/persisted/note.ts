/** What a visit was told, as it is kept for the next one. */
export interface Note {
  readonly user: string;
  /** When it was written, in epoch milliseconds. */
  readonly at: number;
  readonly flags: Readonly<Record<string, unknown>>;
}

/** Where notes are kept. One that throws, or is full, is done without. */
export type NoteStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** The note of the last visit; undefined when there is none, or something else in its place. */
export function readNote(storage: NoteStorage | undefined, key: string): Note | undefined {
  try {
    const note: unknown = JSON.parse((storage ?? browserStorage())?.getItem(key) ?? 'null');
    return isNote(note) ? note : undefined;
  } catch {
    return undefined;
  }
}

export function writeNote(storage: NoteStorage | undefined, key: string, note: Note): void {
  try {
    (storage ?? browserStorage())?.setItem(key, JSON.stringify(note));
  } catch {
    // The next visit waits for its first answer.
  }
}

function browserStorage(): NoteStorage | undefined {
  // Servers may have one too, which all users would share.
  return typeof document === 'undefined' ? undefined : localStorage;
}

function isNote(value: unknown): value is Note {
  // What was parsed may be anything, also null.
  const { user, at, flags } = (value ?? {}) as Partial<Note>;
  return typeof user === 'string' && typeof at === 'number' && typeof flags === 'object' && flags !== null;
}
