import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FlagSwitch } from '../../switch/FlagSwitch.js';
import { messageOf } from '../text.js';
import { type FileLock, LockTaken, type StartedWork, lockFile, publish } from './lockFile.js';

/** A user, or everyone, in the hands of this guard. */
export interface HeldLease {
  /** Writes down what was started for them, which keeps the lease though this process be killed. */
  startWork: (work: StartedWork) => void;
  /** Whether this guard ends maintenance: `keep` when somebody turned it on by hand meanwhile. From then on it is settled. */
  settleEnd: () => 'off' | 'keep';
  letGo: () => void;
}

/** Makes leases for one flag. */
export interface Leases {
  /**
   * Takes a user, or everyone, for one guard of this machine at a time.
   *
   * @throws LockTaken when another guard has them. An Error where no lease can be made.
   */
  take: (user: string | undefined) => HeldLease;
  /**
   * Takes them for a change by hand. A guard at work is asked to leave maintenance on in the end.
   *
   * @returns `kept` when it will; `ending` when it turns maintenance off already, so that one has to wait for it.
   * @throws as `take`, when it cannot be known whether a guard is at work.
   */
  takeByHand: (user: string | undefined) => HeldLease | 'kept' | 'ending';
}

/**
 * Makes leases for one flag, in a folder that all users of this machine share whatever their TMPDIR. Another machine, and a container
 * with a `/tmp` of its own, has other leases, unless MAINTENANCE_MODE_LEASES names a folder that they share.
 *
 * They are needed as the flag cannot tell two guards apart that start in the same moment: the service takes the changes of both, as the
 * second one asks for what is so already, and neither its version nor its answer says whose change it was.
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
        `No lease can be taken in ${folder}: ${messageOf(error)} Without it two guards may work for one user. Name another folder with MAINTENANCE_MODE_LEASES.`,
        { cause: error },
      );
    }
  }

  function take(user: string | undefined): HeldLease {
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
    // It is another user's, in a folder that all share. Its name is never used again.
  }
}

function decisionOf(file: string, id: string): string {
  return `${file}.${id}.end`;
}

function readDecision(file: string): 'off' | 'keep' {
  try {
    return readFileSync(file, 'utf8') === 'keep' ? 'keep' : 'off';
  } catch {
    // The guard has removed it, and was at its end therefore.
    return 'off';
  }
}

function defaultFolder(): string {
  // Not TMPDIR, which may be another one for each session.
  return join(process.platform === 'win32' ? tmpdir() : '/tmp', 'maintenance-mode-leases');
}

/** Everybody may add to it, and nobody may remove what is another user's. */
function makeFolder(folder: string): void {
  if (mkdirSync(folder, { recursive: true }) !== undefined) chmodSync(folder, 0o1777);
}
