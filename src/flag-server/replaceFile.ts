import { randomBytes } from 'node:crypto';
import { open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces the content of a file so that, whenever the process dies, either the old or the new content is there whole,
 * and the new one is on the disk once this resolves.
 *
 * @param allow called last before the replacement; it prevents it by throwing.
 */
export async function replaceFile(path: string, text: string, allow: () => Promise<void>): Promise<void> {
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
export async function removeOldTemporaryFiles(path: string): Promise<void> {
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
