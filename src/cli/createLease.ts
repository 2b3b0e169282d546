import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFile, LockTaken } from './lockFile.js';
import type { SwitchOptions } from './switchOptions.js';

/**
 * Takes a user, or everyone, for one guard of this machine at a time; gives what lets go again.
 *
 * @throws LockTaken when another guard has them.
 */
export type Lease = (user: string | undefined) => () => void;

/**
 * Makes leases for one flag. The flag cannot tell two guards apart that start in the same moment: the service takes the changes of both,
 * as the second one asks for what is so already, and neither its version nor its answer says whose change it was.
 */
export function createLease(options: Omit<SwitchOptions, 'user'>): Lease {
  const { baseUri, project, environment, flag, contextKind } = options;
  // Users of this machine cannot lock each other out by it.
  const folder = join(tmpdir(), `maintenance-mode-${process.getuid?.() ?? 'leases'}`);
  return (user) => {
    const subject = JSON.stringify([baseUri, project, environment, flag, contextKind, user ?? null]);
    const name = createHash('sha256').update(subject).digest('hex');
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return lockFile(join(folder, `${name}.lock`));
    } catch (error) {
      if (error instanceof LockTaken) throw error;
      // A machine without a folder for temporary files still has the flag, which refuses all but the same moment.
      return () => {};
    }
  };
}
