import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { messageOf } from './messageOf.js';

/** A process that lives has the lock. */
export class LockTaken extends Error {}

/**
 * Takes a lock for this process, also one that a process left behind that is no more. Gives what lets go of it.
 *
 * @throws LockTaken when another process has it.
 */
export function lockFile(file: string): () => void {
  if (!take(file)) {
    const owner = Number(readFileSync(file, 'utf8'));
    if (owner !== process.pid && isAlive(owner)) {
      throw new LockTaken(
        `Process ${owner} is at work with it. If that is not so, remove ${file} and run again.`,
      );
    }
    rmSync(file, { force: true });
    if (!take(file)) throw new LockTaken(`Another process took ${file} at the same moment. Run again.`);
  }
  return () => rmSync(file, { force: true });
}

function take(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new Error(`${file} cannot be written: ${messageOf(error)}.`, { cause: error });
  }
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
