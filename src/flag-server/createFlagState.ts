import { FlagFileEdited, type FlagFile } from './createFlagFile.js';
import { createRevision, type FlagRevision } from './createRevision.js';
import { flagVersion, type FlagConfig } from './FlagConfig.js';
import { parseFlagFile, replaceFlag, type FlagData } from './parseFlagFile.js';
import type { FileTimes } from './representFlag.js';

/** The present flags. All changes go through it. */
export interface FlagState {
  readonly current: FlagRevision;
  /** When the file was first read and last changed. */
  readonly times: FileTimes;
  /**
   * Changes a flag, first on the disk and then for everyone. Changes are made one after another.
   *
   * @param edit returns the changed flag, or the same object to change nothing. Its errors are passed on.
   * @throws FlagFileEdited if somebody edited the file in the meantime. The edit is kept, and the change is not made.
   */
  change: (key: string, edit: (data: FlagData) => FlagConfig) => Promise<FlagConfig>;
  /** Runs a task while no change is in progress. */
  runExclusively: <T>(task: () => Promise<T>) => Promise<T>;
  close: () => Promise<void>;
}

export interface FlagStateOptions {
  file: FlagFile;
  /** The name that messages use for the file. */
  fileName: string;
  /** Called with each new revision, before `change` resolves. */
  onRevision: (revision: FlagRevision) => Promise<void>;
  onWarning: (message: string) => void;
}

/**
 * Loads the flags of a file, and loads them again when somebody edits the file. An invalid edit is reported and ignored.
 *
 * @throws FlagFileError if the file is invalid.
 */
export async function createFlagState(options: FlagStateOptions): Promise<FlagState> {
  const { file, fileName, onWarning } = options;
  const parse = (text: string): FlagData => {
    const data = parseFlagFile(text, fileName);
    warnOfHiddenFlags(data, onWarning);
    return data;
  };
  const initial = await parseInitial(file, parse);
  let current = await createRevision(initial, newestVersion(initial));
  const created = current.loadedAt;
  let last: Promise<unknown> = Promise.resolve();

  const runExclusively = <T>(task: () => Promise<T>): Promise<T> => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
  const publish = async (next: FlagRevision): Promise<void> => {
    const previous = current;
    current = next;
    await options.onRevision(next);
    previous.close();
  };
  const loadEdit = async (): Promise<void> => {
    try {
      const text = await file.read();
      if (text === file.text) return;
      const data = parse(text);
      const next = await createRevision(data, Math.max(current.number + 1, newestVersion(data)));
      // Only now: a later change must not overwrite an edit that could not be loaded.
      file.accept(text);
      await publish(next);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      onWarning(
        `${reason}\nThe server keeps the flags from before that edit. They cannot be changed until the file is corrected.`,
      );
    }
  };
  const stopWatching = watchOrWarn(file, () => void runExclusively(loadEdit), onWarning);

  return {
    get current() {
      return current;
    },
    get times() {
      return { created, modified: current.loadedAt };
    },
    change: (key, edit) =>
      runExclusively(async () => {
        const flag = edit(current.data);
        if (flag === current.data.flags.get(key)) return flag;
        const data = replaceFlag(current.data, flag);
        const next = await createRevision(data, Math.max(current.number + 1, flagVersion(flag)));
        try {
          await file.write(serializeFlags(data));
        } catch (error) {
          next.close();
          if (error instanceof FlagFileEdited) await loadEdit();
          throw error;
        }
        await publish(next);
        return flag;
      }),
    runExclusively,
    close: () => {
      stopWatching();
      return runExclusively(async () => {
        current.close();
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
    onWarning(
      `The flag file cannot be watched (${reason}). The server will not notice edits until it is restarted.`,
    );
  try {
    return file.watch(onEdit, warn);
  } catch (error) {
    warn(error instanceof Error ? error.message : String(error));
    return () => undefined;
  }
}

function serializeFlags(data: FlagData): string {
  return `${JSON.stringify(data.root, null, 2)}\n`;
}

function warnOfHiddenFlags({ flags }: FlagData, onWarning: (message: string) => void): void {
  const hidden = [...flags.values()].filter(
    ({ clientSideAvailability, clientSide }) => clientSideAvailability == null && clientSide == null,
  );
  if (hidden.length === 0) return;
  const keys = hidden.map(({ key }) => key).join(', ');
  onWarning(
    `No browser sees ${keys}. Add "clientSideAvailability": {"usingEnvironmentId": true} to flags that browsers should see, and false to the others.`,
  );
}

function newestVersion(data: FlagData): number {
  return Math.max(1, ...[...data.flags.values()].map(flagVersion));
}
