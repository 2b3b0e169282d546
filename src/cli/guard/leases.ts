import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FlagSwitch } from '../../switch/FlagSwitch.js';
import { messageOf } from '../text.js';
import { type FileLock, LockTaken, type StartedWork, lockFile, publish } from './lockFile.js';

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
