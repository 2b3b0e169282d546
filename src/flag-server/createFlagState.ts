import { createEdition, type Edition } from './createEdition.js';
import { FlagFileEdited, type FlagFile } from './createFlagFile.js';
import { flagVersion, type FlagConfig } from './FlagConfig.js';
import { parseFlagFile, replaceFlag, type FlagData } from './parseFlagFile.js';
import type { FileTimes } from './representFlag.js';

/** The flags as they are now, and the only way to change them. */
export interface FlagState {
  readonly edition: Edition;
  /** When the file was first read and last changed. */
  readonly times: FileTimes;
  /**
   * Changes a flag: on disk first, then for everyone. Changes wait for each other.
   *
   * @param edit makes the changed flag, or returns the same one to change nothing. What it throws is passed on.
   * @throws FlagFileEdited when the file was edited by hand meanwhile. The edit is kept, the change is not made.
   */
  change: (key: string, edit: (data: FlagData) => FlagConfig) => Promise<FlagConfig>;
  /** Runs a task while no change is under way. */
  between: <T>(task: () => Promise<T>) => Promise<T>;
  close: () => Promise<void>;
}

export interface FlagStateOptions {
  file: FlagFile;
  /** The name of the file in messages. */
  fileName: string;
  /** Called with each new state, before the change that made it is answered. */
  onEdition: (edition: Edition) => Promise<void>;
  onWarning: (message: string) => void;
}

/**
 * Loads the flags of a file, and follows edits made to it by hand. An edit that is broken is told of and not taken.
 *
 * @throws FlagFileError when the file is broken.
 */
export async function createFlagState(options: FlagStateOptions): Promise<FlagState> {
  const { file, fileName, onWarning } = options;
  const parse = (text: string): FlagData => {
    const data = parseFlagFile(text, fileName);
    warnOfUnseen(data, onWarning);
    return data;
  };
  const initial = await parseInitial(file, parse);
  let edition = await createEdition(initial, newestVersion(initial));
  const created = edition.madeAt;
  let last: Promise<unknown> = Promise.resolve();

  const between = <T>(task: () => Promise<T>): Promise<T> => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
  const become = async (next: Edition): Promise<void> => {
    const previous = edition;
    edition = next;
    await options.onEdition(next);
    previous.close();
  };
  const takeEdit = async (): Promise<void> => {
    try {
      const text = await file.read();
      if (text === file.text) return;
      const data = parse(text);
      const next = await createEdition(data, Math.max(edition.revision + 1, newestVersion(data)));
      // Not before: an edit that is not taken must not be overwritten either.
      file.take(text);
      await become(next);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      onWarning(
        `${reason}\nThe flags stay as they were before that edit, and cannot be changed until it is mended.`,
      );
    }
  };
  const stopWatching = watchOrWarn(file, () => void between(takeEdit), onWarning);

  return {
    get edition() {
      return edition;
    },
    get times() {
      return { created, modified: edition.madeAt };
    },
    change: (key, edit) =>
      between(async () => {
        const flag = edit(edition.data);
        if (flag === edition.data.flags.get(key)) return flag;
        const data = replaceFlag(edition.data, flag);
        const next = await createEdition(data, Math.max(edition.revision + 1, flagVersion(flag)));
        try {
          await file.write(serialiseFlags(data));
        } catch (error) {
          next.close();
          if (error instanceof FlagFileEdited) await takeEdit();
          throw error;
        }
        await become(next);
        return flag;
      }),
    between,
    close: () => {
      stopWatching();
      return between(async () => {
        edition.close();
        await file.close();
      });
    },
  };
}

async function parseInitial(file: FlagFile, parse: (text: string) => FlagData): Promise<FlagData> {
  try {
    return parse(file.text);
  } catch (error) {
    await file.close();
    throw error;
  }
}

function watchOrWarn(file: FlagFile, onEdit: () => void, onWarning: (message: string) => void): () => void {
  const warn = (reason: string): void =>
    onWarning(`The flag file cannot be watched (${reason}): edits by hand are seen after a restart only.`);
  try {
    return file.watch(onEdit, warn);
  } catch (error) {
    warn(error instanceof Error ? error.message : String(error));
    return () => undefined;
  }
}

function serialiseFlags(data: FlagData): string {
  return `${JSON.stringify(data.root, null, 2)}\n`;
}

function warnOfUnseen({ flags }: FlagData, onWarning: (message: string) => void): void {
  const unseen = [...flags.values()].filter(
    ({ clientSideAvailability, clientSide }) => clientSideAvailability == null && clientSide == null,
  );
  if (unseen.length === 0) return;
  const keys = unseen.map(({ key }) => key).join(', ');
  onWarning(
    `No browser sees ${keys}. Add "clientSideAvailability": {"usingEnvironmentId": true} to flags that it should see, false to others.`,
  );
}

function newestVersion(data: FlagData): number {
  return Math.max(1, ...[...data.flags.values()].map(flagVersion));
}
