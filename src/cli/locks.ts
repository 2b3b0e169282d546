import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  linkSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FlagSwitch } from '../switch/FlagSwitch.js';
import { messageOf } from './text.js';
import {
  type PidSpace,
  type ProcessInfo,
  listProcesses,
  mayBeAlive,
  readPidSpace,
  readProcess,
} from './processes.js';

/** The right of this guard to work on a user, or on everyone. */
export interface Lease {
  /** Records what was started for them. The lease then lasts even if this process is killed. */
  startWork: (work: StartedWork) => void;
  /** Decides whether this guard ends maintenance: `keep` when somebody turned it on by hand in the meantime. The decision is final. */
  settleEnd: () => 'off' | 'keep';
  letGo: () => void;
}

/** Creates leases for one flag. */
export interface Leases {
  /**
   * Takes the lease on a user, or on everyone. One guard per machine can hold it.
   *
   * @throws LockTaken when another guard holds it. An Error when no lease can be created.
   */
  take: (user: string | undefined) => Lease;
  /**
   * Takes the lease for a change by hand. A guard that is at work is asked to leave maintenance on when it ends.
   *
   * @returns `kept` when it will; `ending` when it is already turning maintenance off: wait for it then.
   * @throws the errors of `take`, when it is not known whether a guard is at work.
   */
  takeByHand: (user: string | undefined) => Lease | 'kept' | 'ending';
}

/**
 * Creates leases for one flag, in a folder that all users of this machine share, whatever their TMPDIR. Another machine, or a container
 * with its own `/tmp`, has other leases, unless MAINTENANCE_MODE_LEASES names a shared folder.
 *
 * Leases are needed because the flag cannot tell two guards apart that start at the same moment: the service accepts the changes of both,
 * since the second one changes nothing, and neither version nor answer says whose change it was.
 */
export function createLeases(
  { service, scope = {} }: Pick<FlagSwitch, 'service' | 'scope'>,
  flag: string,
  env: Readonly<Record<string, string | undefined>>,
): Leases {
  const folder = env['MAINTENANCE_MODE_LEASES'] || defaultFolder();

  function fileOf(user: string | undefined): string {
    const subject = JSON.stringify([service, scope, flag, user ?? null]);
    return join(folder, `${createHash('sha256').update(subject).digest('hex')}.lock`);
  }

  function lock(file: string): FileLock {
    try {
      makeFolder(folder);
      return lockFile(file);
    } catch (error) {
      if (error instanceof LockTaken) throw error;
      throw new Error(
        `No lease can be taken in ${folder}: ${messageOf(error)} Without a lease, two guards could work for the same user. Set another folder with MAINTENANCE_MODE_LEASES.`,
        { cause: error },
      );
    }
  }

  function take(user: string | undefined): Lease {
    const file = fileOf(user);
    const held = lock(file);
    const decision = decisionOf(file, held.id);
    return {
      startWork: held.startWork,
      settleEnd() {
        makeFolder(folder);
        return publish(decision, 'off') ? 'off' : readDecision(decision);
      },
      letGo() {
        removeDecision(decision);
        held.release();
      },
    };
  }

  return {
    take,
    takeByHand(user) {
      try {
        return take(user);
      } catch (error) {
        if (!(error instanceof LockTaken) || !error.owner) throw error;
        const decision = decisionOf(fileOf(user), error.owner.id);
        return publish(decision, 'keep') || readDecision(decision) === 'keep' ? 'kept' : 'ending';
      }
    },
  };
}

function removeDecision(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // The file belongs to another user, in a shared folder. Its name is never used again.
  }
}

function decisionOf(file: string, id: string): string {
  return `${file}.${id}.end`;
}

function readDecision(file: string): 'off' | 'keep' {
  try {
    return readFileSync(file, 'utf8') === 'keep' ? 'keep' : 'off';
  } catch {
    // The guard has removed it, so it was at its end.
    return 'off';
  }
}

function defaultFolder(): string {
  // Not TMPDIR, which may differ between sessions.
  return join(process.platform === 'win32' ? tmpdir() : '/tmp', 'maintenance-mode-leases');
}

/** Everybody may create files, and nobody may remove the files of another user. */
function makeFolder(folder: string): void {
  if (mkdirSync(folder, { recursive: true }) !== undefined) chmodSync(folder, 0o1777);
}

/** The work that the owner of a lock has started. It may continue after the owner was killed. */
export interface StartedWork {
  /** Its process group or session. */
  readonly group: number;
  /** The start time of its first process. Older processes in the same group do not belong to it. */
  readonly since: number;
}

/** The content of a lock file. It is complete from the moment that the file exists. */
export interface LockRecord extends PidSpace {
  /** Identifies this acquisition of the lock. */
  readonly id: string;
  readonly pid: number;
  /** The start of the process, as `ProcessInfo.start`. */
  readonly start: number;
  /** When it was taken, ISO 8601. */
  readonly at: string;
  readonly work?: StartedWork;
}

/** A lock that this process holds. */
export interface FileLock {
  readonly id: string;
  /** Records what this process has started. The lock then lasts as long as that work, even without its owner. */
  startWork: (work: StartedWork) => void;
  /** Releases the lock, unless the started work is still running: then the file stays until the work has ended. */
  release: () => void;
}

/** Another process holds the lock, or may hold it. */
export class LockTaken extends Error {
  override name = 'LockTaken';

  constructor(
    message: string,
    /** The lock of a living process. */
    readonly owner?: LockRecord,
  ) {
    super(message);
  }
}

/**
 * Takes a lock for this process. A lock whose owner is dead can be taken when nothing of its work is left.
 *
 * The file is written completely under another name and then linked, so that it is never empty and only one process can link it. Removing
 * the lock of a dead owner takes a second lock, which is named after the id of the dead lock: a late remover finds another id.
 *
 * @throws LockTaken when another process holds it, or when this cannot be known. An Error when it cannot be created.
 */
export function lockFile(file: string): FileLock {
  const record: LockRecord = {
    id: randomBytes(8).toString('hex'),
    pid: process.pid,
    start: readProcess(process.pid)?.start ?? 0,
    at: new Date().toISOString(),
    ...readPidSpace(),
  };
  // A process that loses a race tries again. Every round has a winner.
  for (let tried = 0; tried < 100; tried += 1) {
    if (publish(file, JSON.stringify(record))) return createLock(file, record);
    const found = readLock(file);
    if (found === 'absent') continue;
    if (found === 'foreign') {
      throw new LockTaken(
        `${file} is not a lock of this command. If nobody is at work, remove it and run again.`,
      );
    }
    refuseUnlessDead(file, found);
    if (!removeDead(file, found)) pause(5);
  }
  throw new LockTaken(`Many processes want ${file} at the same time. Run again.`);
}

/** Creates a file together with its content. Returns whether this process was the first. */
function publish(file: string, text: string): boolean {
  const draft = writeDraft(file, text);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    // NFS may send the request twice, and report the second one. A draft with two names was linked.
    if (codeOf(error) === 'EEXIST') return statSync(draft).nlink > 1;
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
      // A reader gets either the old or the new record.
      renameSync(writeDraft(file, JSON.stringify(current)), file);
    },
    release() {
      // A person may have removed the file, and another process may have taken the lock since.
      if (isOurs() && !membersOf(current).length) removeQuietly(file);
    },
  };
}

function refuseUnlessDead(file: string, record: LockRecord): void {
  const state = stateOfOwner(record);
  const whose = `process ${record.pid}${record.host ? ` on ${record.host}` : ''}, since ${record.at}`;
  if (state === 'unknown') {
    throw new LockTaken(
      `${file} belongs to ${whose}. That is another machine or container, so this one cannot know whether the process is at work. If it is not, remove the file and run again.`,
    );
  }
  if (state === 'alive') {
    throw new LockTaken(
      `Process ${record.pid} has been at work since ${record.at}. If it is not at work, remove ${file} and run again.`,
      record,
    );
  }
  const members = membersOf(record);
  if (!members.length) return;
  throw new LockTaken(
    `Process ${record.pid} has ended, but processes that it started are still at work: ${describeProcesses(members)}. Wait for them, or end them.`,
  );
}

/** A text such as `process 4711 (rsync)`. */
export function describeProcesses(processes: readonly ProcessInfo[]): string {
  return processes.map(({ pid, name }) => `process ${pid} (${name})`).join(', ');
}

/** The processes of some work that have not ended. */
export function findWorkers({ group, since }: StartedWork): ProcessInfo[] {
  const members = new Map(
    listProcesses().flatMap((found) =>
      found.group === group || found.session === group ? [[found.pid, found]] : [],
    ),
  );
  return [...members.values()].filter(
    (found) =>
      found.start >= since &&
      !found.isZombie &&
      found.pid !== process.pid &&
      !descendsFromOlder(found, members, since),
  );
}

/**
 * Whether a process belongs to an older member of the same group. On a terminal, the whole script or pipeline of which this command is a part is one
 * group. A process whose parent has ended has the parent 1, which may be in the group, too, in a container.
 */
function descendsFromOlder(
  { parent }: ProcessInfo,
  members: ReadonlyMap<number, ProcessInfo>,
  since: number,
): boolean {
  let found = members.get(parent);
  for (let depth = 0; found && depth < members.size; depth += 1) {
    if (found.pid === process.pid || found.pid === 1) return false;
    if (found.start < since) return true;
    found = members.get(found.parent);
  }
  return false;
}

function membersOf({ work, pid }: LockRecord): ProcessInfo[] {
  return work ? findWorkers(work).filter((found) => found.pid !== pid) : [];
}

function stateOfOwner(record: LockRecord): 'alive' | 'dead' | 'unknown' {
  const here = readPidSpace();
  if (record.boot !== here.boot) return record.host === here.host ? 'dead' : 'unknown';
  if (record.namespace !== here.namespace || (!here.boot && record.host !== here.host)) return 'unknown';
  const found = readProcess(record.pid);
  // Some systems hide the processes of other users, but tell that they exist.
  if (!found) return mayBeAlive(record.pid) ? 'alive' : 'dead';
  return found.isZombie || found.start !== record.start ? 'dead' : 'alive';
}

/**
 * Removes a dead lock. Only one process may remove a given lock, and only while the file still is that lock. Returns `false` while another
 * process is removing it.
 */
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
      `${file} was left behind by process ${pid}, which has ended. It cannot be removed (${messageOf(error)}). Ask its owner to remove it.`,
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
  // Every field is checked below.
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
  // Every field is checked below.
  const { group, since } = found as Partial<Record<keyof StartedWork, unknown>>;
  return Number.isFinite(group) && Number.isFinite(since);
}

function writeDraft(file: string, text: string): string {
  const draft = `${file}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    writeFileSync(draft, text, { flag: 'wx', mode: 0o644, flush: true });
  } catch (error) {
    removeQuietly(draft);
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
    // The file is already gone, or belongs to another user in the shared folder.
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
