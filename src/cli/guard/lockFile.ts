import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { messageOf } from '../text.js';
import {
  type PidSpace,
  type ProcessInfo,
  listProcesses,
  mayBeAlive,
  readPidSpace,
  readProcess,
} from './processes.js';

/** What the owner of a lock has started, and what goes on though the owner was killed. */
export interface StartedWork {
  /** The process group, or the session, that it is in. */
  readonly group: number;
  /** The start of its first process. What is older in the same group is none of it. */
  readonly since: number;
}

/** What a lock file holds, from the first moment on that it is there. */
export interface LockRecord extends PidSpace {
  /** Names this taking of the lock. */
  readonly id: string;
  readonly pid: number;
  /** The start of the process, as `ProcessInfo.start`. */
  readonly start: number;
  /** When it was taken, ISO 8601. */
  readonly at: string;
  readonly work?: StartedWork;
}

/** A lock that this process has. */
export interface FileLock {
  readonly id: string;
  /** Writes down what this process has started, so that the lock outlives its owner as long as that does. */
  startWork: (work: StartedWork) => void;
  /** Lets go of it, unless what was started is still at work: then the file stays until that has ended. */
  release: () => void;
}

/** Somebody else has the lock, or may have it. */
export class LockTaken extends Error {
  override name = 'LockTaken';

  constructor(
    message: string,
    /** The lock of a process that lives. */
    readonly owner?: LockRecord,
  ) {
    super(message);
  }
}

/**
 * Takes a lock for this process, also one whose owner is no more, when nothing of what the owner started is left.
 *
 * A lock is a file that is written whole under another name and then linked, so that it is never empty, and only one can link. The lock
 * of a dead owner is removed only by who holds a lock on that removal, named after the id of the dead one: a late remover finds another id.
 *
 * @throws LockTaken when another process has it, or when it cannot be known whether one has. An Error when it cannot be made.
 */
export function lockFile(file: string): FileLock {
  const record: LockRecord = {
    id: randomBytes(8).toString('hex'),
    pid: process.pid,
    start: readProcess(process.pid)?.start ?? 0,
    at: new Date().toISOString(),
    ...readPidSpace(),
  };
  // Whoever loses a race against others that come and go tries again; each try has a winner.
  for (let tried = 0; tried < 100; tried += 1) {
    if (publish(file, JSON.stringify(record))) return createLock(file, record);
    const found = readLock(file);
    if (found === 'absent') continue;
    if (found === 'foreign') {
      throw new LockTaken(`${file} is no lock of ours. If nobody is at work, remove it and run again.`);
    }
    refuseUnlessDead(file, found);
    if (!removeDead(file, found)) pause(5);
  }
  throw new LockTaken(`Many others want ${file} at the same moment. Run again.`);
}

/** Makes a file with its content at once. Gives whether it did, and not somebody else before. */
export function publish(file: string, text: string): boolean {
  const draft = writeDraft(file, text);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw new Error(`${file} cannot be made: ${messageOf(error)}.`, { cause: error });
  } finally {
    removeQuietly(draft);
  }
}

function createLock(file: string, record: LockRecord): FileLock {
  let current = record;
  const isOurs = (): boolean => {
    const found = readLock(file);
    return typeof found === 'object' && found.id === record.id;
  };
  return {
    id: record.id,
    startWork(work) {
      current = { ...record, work };
      if (!isOurs()) return;
      // A reader gets the old record or the new one.
      renameSync(writeDraft(file, JSON.stringify(current)), file);
    },
    release() {
      // Somebody may have removed it by hand, and somebody else may have taken it then.
      if (isOurs() && !membersOf(current).length) removeQuietly(file);
    },
  };
}

function refuseUnlessDead(file: string, record: LockRecord): void {
  const state = stateOf(record);
  const whose = `process ${record.pid}${record.host ? ` on ${record.host}` : ''}, since ${record.at}`;
  if (state === 'unknown') {
    throw new LockTaken(
      `${file} belongs to ${whose}: another machine or container, of which this one cannot know whether it is at work. If it is not, remove the file and run again.`,
    );
  }
  if (state === 'alive') {
    throw new LockTaken(
      `Process ${record.pid} is at work with it, since ${record.at}. If that is not so, remove ${file} and run again.`,
      record,
    );
  }
  const members = membersOf(record);
  if (!members.length) return;
  throw new LockTaken(
    `Process ${record.pid}, which had it, is no more, but what it started is still at work: ${describeProcesses(members)}. Wait for that, or end it.`,
  );
}

/** Such as `process 4711 (rsync)`. */
export function describeProcesses(processes: readonly ProcessInfo[]): string {
  return processes.map(({ pid, name }) => `process ${pid} (${name})`).join(', ');
}

/** The processes of a piece of work that have not ended. */
export function findWorkers({ group, since }: StartedWork): ProcessInfo[] {
  return listProcesses().filter(
    (found) =>
      (found.group === group || found.session === group) &&
      found.start >= since &&
      !found.isZombie &&
      found.pid !== process.pid,
  );
}

function membersOf({ work, pid }: LockRecord): ProcessInfo[] {
  return work ? findWorkers(work).filter((found) => found.pid !== pid) : [];
}

function stateOf(record: LockRecord): 'alive' | 'dead' | 'unknown' {
  const here = readPidSpace();
  if (record.boot !== here.boot) return record.host === here.host ? 'dead' : 'unknown';
  if (record.namespace !== here.namespace || (!here.boot && record.host !== here.host)) return 'unknown';
  const found = readProcess(record.pid);
  // Some systems hide the processes of other users, but tell that they are there.
  if (!found) return mayBeAlive(record.pid) ? 'alive' : 'dead';
  return found.isZombie || found.start !== record.start ? 'dead' : 'alive';
}

/** Only one may remove a certain lock, and only while it is that one. Gives `false` while another process is about it. */
function removeDead(file: string, { id, pid }: LockRecord): boolean {
  let removal: FileLock;
  try {
    removal = lockFile(`${file}.${id}`);
  } catch (error) {
    if (error instanceof LockTaken && error.owner) return false;
    throw error;
  }
  try {
    const found = readLock(file);
    if (typeof found === 'object' && found.id === id) unlinkSync(file);
    return true;
  } catch (error) {
    throw new LockTaken(
      `${file} was left behind by process ${pid}, which is no more, and cannot be removed (${messageOf(error)}): have it removed by who owns it.`,
    );
  } finally {
    removal.release();
  }
}

function readLock(file: string): LockRecord | 'absent' | 'foreign' {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'absent';
    throw new Error(`${file} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
  try {
    const found: unknown = JSON.parse(text);
    return isLockRecord(found) ? found : 'foreign';
  } catch {
    return 'foreign';
  }
}

function isLockRecord(found: unknown): found is LockRecord {
  if (typeof found !== 'object' || found === null) return false;
  // Every field is looked at before it is believed.
  const { id, pid, start, at, host, boot, namespace, work } = found as Partial<
    Record<keyof LockRecord, unknown>
  >;
  return (
    [id, at, host, boot, namespace].every((value) => typeof value === 'string') &&
    [pid, start].every((value) => Number.isFinite(value)) &&
    (work === undefined || isWork(work))
  );
}

function isWork(found: unknown): boolean {
  if (typeof found !== 'object' || found === null) return false;
  // As above.
  const { group, since } = found as Partial<Record<keyof StartedWork, unknown>>;
  return Number.isFinite(group) && Number.isFinite(since);
}

function writeDraft(file: string, text: string): string {
  const draft = `${file}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    writeFileSync(draft, text, { flag: 'wx', mode: 0o644, flush: true });
  } catch (error) {
    throw new Error(`${file} cannot be written: ${messageOf(error)}.`, { cause: error });
  }
  return draft;
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function removeQuietly(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // It was gone already, or belongs to another user of a folder that all share.
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
