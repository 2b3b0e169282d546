import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type FSWatcher, realpathSync, unwatchFile, watch, watchFile } from 'node:fs';
import { lstat, open, readFile, readdir, realpath, rename, stat, unlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

/** The flag file on the disk. `text` is the content that this process last accepted or wrote. */
export interface FlagFile {
  readonly text: string;
  /**
   * Replaces the content durably.
   *
   * @throws FlagFileEdited if the content on the disk is not `text`. The file does not change then.
   */
  write: (text: string) => Promise<void>;
  /** Reads the content that is on the disk now. */
  read: () => Promise<string>;
  /** Sets `text`, so that a write may replace this content. */
  accept: (text: string) => void;
  /** Calls `onEdit` when somebody else may have edited the file. Returns a function that stops watching. */
  watch: (onEdit: () => void) => () => void;
  /** Releases the lock, so that another process can use the file. */
  close: () => Promise<void>;
}

/** The flag file is missing or invalid. The message says where and why. */
export class FlagFileError extends Error {
  override name = 'FlagFileError';
}

/** Another process on this machine serves the flag file. */
export class FlagFileTaken extends FlagFileError {
  override name = 'FlagFileTaken';
}

/** Somebody else edited the file after this process last accepted its content. */
export class FlagFileEdited extends Error {
  override name = 'FlagFileEdited';
}

// An editor writes in several steps, and each step calls the watcher.
const EDIT_SETTLES_MS = 40;
const LOOK_EVERY_MS = 500;

/**
 * Opens a flag file. Symbolic links are resolved again for every operation, because a mounted file is a link whose target changes.
 *
 * @throws FlagFileError if the file cannot be read, or if another process on this machine serves it.
 */
export async function createFlagFile(file: string): Promise<FlagFile> {
  const path = await resolveLinks(file);
  let text = await readFlagText(file);
  const unlock = await lockFlagFile(path, file);
  await removeOldTemporaryFiles(path);

  return {
    get text() {
      return text;
    },
    write: async (next) => {
      // A symbolic link stays a link. Its target is replaced.
      const target = await resolveLinks(file).catch(() => path);
      const refuseEdited = async (): Promise<void> => {
        if ((await readFlagText(file).catch(() => undefined)) !== text) throw new FlagFileEdited(file);
      };
      await refuseEdited();
      await replaceFile(target, next, refuseEdited);
      text = next;
    },
    read: () => readFlagText(file),
    accept: (next) => {
      text = next;
    },
    watch: (onEdit) => watchEdits(file, onEdit),
    close: unlock,
  };
}

/**
 * Locks a flag file for this process, so that no other server on this machine writes it.
 *
 * The lock is a local socket whose name is derived from the path. The system removes it when the process ends in any way. It does not work
 * across containers. There, `write` still refuses to replace content that it has not read.
 *
 * @returns a function that releases the lock.
 * @throws FlagFileTaken if another process has the lock.
 */
async function lockFlagFile(path: string, file: string): Promise<() => Promise<void>> {
  const name = `maintenance-mode-${createHash('sha256').update(path).digest('hex').slice(0, 32)}`;
  const address = addressOf(name);
  const server = createServer((socket) => {
    // Tell every client which process has the lock.
    socket.on('error', () => undefined).end(String(process.pid));
  });
  // The open socket must not keep the process alive.
  server.unref();
  const listen = async (): Promise<boolean> => {
    try {
      server.listen(address);
      await once(server, 'listening');
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
      throw error;
    }
  };
  if (!(await listen())) {
    const owner = await ownerOf(address);
    if (owner === undefined && isSocketFile(address)) await unlink(address).catch(() => undefined);
    if (owner !== undefined || !(await listen())) {
      throw new FlagFileTaken(
        `Another process${owner ? `, ${owner},` : ''} already serves ${file}. Stop it, or use a separate file for each server`,
      );
    }
  }
  return async () => {
    const closed = once(server, 'close');
    server.close();
    await closed;
  };
}

function addressOf(name: string): string {
  if (process.platform === 'linux') return `\0${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return join(tmpdir(), `${name}.sock`);
}

/** Whether the socket is a file, which remains when its process is killed. */
function isSocketFile(address: string): boolean {
  return process.platform !== 'linux' && process.platform !== 'win32' && address.endsWith('.sock');
}

/** The pid of the process that listens there, if there is one. */
async function ownerOf(address: string): Promise<string | undefined> {
  try {
    let text = '';
    for await (const part of connect(address).setEncoding('utf8')) text += String(part);
    return text;
  } catch {
    return undefined;
  }
}

/**
 * Events are quick, but some edits cause none: those of a file that is mounted into a container, or on a network drive. So the file is also looked at
 * regularly.
 */
function watchEdits(file: string, onEdit: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let watchers: FSWatcher[] = [];
  const close = (): void => {
    for (const watcher of watchers.splice(0)) watcher.close();
  };
  const onEvent = (): void => {
    clearTimeout(timer);
    timer = setTimeout(settle, EDIT_SETTLES_MS);
  };
  const open = (): void => {
    close();
    const path = realpathOf(file);
    const isLink = path !== resolve(file);
    try {
      // Watch the folders, not the file, because most editors replace the file by a new one. If the file is reached through links, any name in
      // these folders may be one of the links.
      watchers = [...new Set([dirname(resolve(file)), ...(path === undefined ? [] : [dirname(path)])])].map(
        (folder) =>
          watch(folder, { persistent: false }, (_event, name) => {
            if (name === null || isLink || name === basename(file)) onEvent();
          }).on('error', close),
      );
    } catch {
      // Linux limits the number of watchers. Without events, an edit is noticed a little later.
    }
  };
  const settle = (): void => {
    // A link may point to another folder now.
    open();
    onEdit();
  };
  open();
  watchFile(file, { persistent: false, interval: LOOK_EVERY_MS }, onEvent);
  return () => {
    clearTimeout(timer);
    unwatchFile(file, onEvent);
    close();
  };
}

function realpathOf(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    // The file does not exist now, or a link is broken.
    return undefined;
  }
}

function resolveLinks(file: string): Promise<string> {
  return realpath(file).catch((error: unknown) => refuse(file, error));
}

async function readFlagText(file: string): Promise<string> {
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
    throw new FlagFileError(`${file} is a symbolic link whose target does not exist now`);
  }
  if (code === 'ENOENT') {
    throw new FlagFileError(
      `${file} does not exist. Create it, for example with a flag that is off: {"flagValues": {"search-maintenance": false}}`,
    );
  }
  throw new FlagFileError(
    `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
  );
}

/**
 * Replaces the content of a file atomically: if the process dies, the file has either the old or the new content. When this resolves, the
 * new content is on the disk.
 *
 * @param allow is called directly before the replacement, and prevents it by throwing.
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
    if (!(error instanceof Error && 'code' in error && error.code === 'EBUSY')) throw error;
    throw new FlagFileError(
      `${path} cannot be replaced, because the file itself is mounted, as by a container. Mount the folder that contains it`,
      { cause: error },
    );
  }
  await syncFolder(dirname(path));
}

/** Removes the temporary files of processes that were killed during `replaceFile`. */
async function removeOldTemporaryFiles(path: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`.${basename(path)}.`)) continue;
    const pid = /^\.(\d+)\.[0-9a-f]{8}\.tmp$/.exec(name.slice(basename(path).length + 1))?.[1];
    if (pid === undefined) continue;
    const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: Infinity }));
    // In a container, the killed process may have had the same pid as this one.
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
  // Windows cannot open a folder, and does not need this.
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
