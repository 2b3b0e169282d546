import { randomBytes } from 'node:crypto';
import { type FSWatcher, realpathSync, watch } from 'node:fs';
import { lstat, open, readFile, readdir, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { FlagFileError } from './FlagFileError.js';
import { lockFlagFile } from './lockFlagFile.js';

/** The flag file on disk, and the content of it that this process last took or wrote. */
export interface FlagFile {
  readonly text: string;
  /**
   * Replaces the content, durably.
   *
   * @throws FlagFileEdited when the file holds anything but `text`; it is then left alone.
   */
  write: (text: string) => Promise<void>;
  /** What is on the disk now. */
  read: () => Promise<string>;
  /** Makes content that was read the content that a write may replace. */
  take: (text: string) => void;
  /** Calls back when the file may have been edited by someone else, until the returned function is called. */
  watch: (onEdit: () => void, onFailure: (reason: string) => void) => () => void;
  /** Lets another process have the file. */
  close: () => Promise<void>;
}

/** The file was edited by someone else since it was last taken. */
export class FlagFileEdited extends Error {
  override name = 'FlagFileEdited';
}

// An editor writes in several steps; a watcher hears of each.
const EDIT_SETTLES_MS = 40;

/**
 * Opens a flag file. Its path is followed anew at every step: a mounted file is a link that is turned to another file.
 *
 * @throws FlagFileError when it cannot be read, or when another process of this machine serves it.
 */
export async function createFlagFile(file: string): Promise<FlagFile> {
  const path = await resolveLinks(file);
  let text = await readText(file);
  const unlock = await lockFlagFile(path, file);
  await removeOldTemporaryFiles(path);

  return {
    get text() {
      return text;
    },
    write: async (next) => {
      // A link to a file stays a link: what it points at is replaced.
      const target = await resolveLinks(file).catch(() => path);
      const refuseEdited = async (): Promise<void> => {
        if ((await readText(file).catch(() => undefined)) !== text) throw new FlagFileEdited(file);
      };
      await refuseEdited();
      await replaceFile(target, next, refuseEdited);
      text = next;
    },
    read: () => readText(file),
    take: (read) => {
      text = read;
    },
    watch: (onEdit, onFailure) => watchFile(file, onEdit, onFailure),
    close: unlock,
  };
}

function watchFile(file: string, onEdit: () => void, onFailure: (reason: string) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let watchers: FSWatcher[] = [];
  const close = (): void => {
    for (const watcher of watchers.splice(0)) watcher.close();
  };
  const open = (): void => {
    close();
    const path = realpathOf(file);
    const isLink = path !== resolve(file);
    // The folders are watched, not the file: most editors put a new file in the old one's place. Where links lead to it, any name in
    // their folders may be one of them.
    watchers = [...new Set([dirname(resolve(file)), ...(path === undefined ? [] : [dirname(path)])])].map(
      (folder) =>
        watch(folder, { persistent: false }, (_event, name) => {
          if (name !== null && !isLink && name !== basename(file)) return;
          clearTimeout(timer);
          timer = setTimeout(settle, EDIT_SETTLES_MS);
        }).on('error', (error) => onFailure(error.message)),
    );
  };
  const settle = (): void => {
    try {
      // A link may lead to another folder by now.
      open();
    } catch (error) {
      onFailure(error instanceof Error ? error.message : String(error));
    }
    onEdit();
  };
  open();
  return () => {
    clearTimeout(timer);
    close();
  };
}

function realpathOf(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    // It is not there now, or a link leads nowhere.
    return undefined;
  }
}

function resolveLinks(file: string): Promise<string> {
  return realpath(file).catch((error: unknown) => refuse(file, error));
}

async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: unknown) => refuse(file, error));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FlagFileError(`${file}: the file is not UTF-8 text`);
  }
}

async function refuse(file: string, error: unknown): Promise<never> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const isLink = await lstat(file).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
  if (code === 'ENOENT' && isLink) {
    throw new FlagFileError(`${file} is a symbolic link that leads to no file now`);
  }
  if (code === 'ENOENT') {
    throw new FlagFileError(
      `${file} does not exist. Make one, with a flag that is off for example: {"flagValues": {"search-maintenance": false}}`,
    );
  }
  throw new FlagFileError(
    `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
  );
}

/**
 * Replaces the content of a file so that, whenever the process dies, either the old or the new content is there whole,
 * and the new one is on the disk once this resolves.
 *
 * @param allow called last before the replacement; it prevents it by throwing.
 */
async function replaceFile(path: string, text: string, allow: () => Promise<void>): Promise<void> {
  const unique = randomBytes(4).toString('hex');
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${unique}.tmp`);
  const { mode } = await stat(path);
  try {
    await writeDurably(temporary, text, mode);
    await allow();
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Removes what processes that were killed in the middle of `replaceFile` have left. */
async function removeOldTemporaryFiles(path: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`.${basename(path)}.`)) continue;
    const pid = /^\.(\d+)\.[0-9a-f]{8}\.tmp$/.exec(name.slice(basename(path).length + 1))?.[1];
    if (pid === undefined) continue;
    const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: Infinity }));
    // In a container the killed process may have had the number that this one has.
    const isOurs = Number(pid) === process.pid && mtimeMs >= performance.timeOrigin;
    if (isOurs || (Number(pid) !== process.pid && isAlive(Number(pid)))) continue;
    await unlink(join(folder, name)).catch(() => undefined);
  }
}

async function writeDurably(path: string, text: string, mode: number): Promise<void> {
  const handle = await open(path, 'w', mode);
  try {
    await handle.writeFile(text);
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows can neither open a folder nor needs it synchronised.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
