import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { readProcess } from './guard/processes.js';

/** Whether this process is in the foreground of a terminal, so that what it starts may ask there. */
export function ownsTerminal(): boolean {
  const self = readProcess(process.pid);
  return self !== undefined && self.foregroundGroup > 0 && self.foregroundGroup === self.group;
}

/**
 * Whether this process was started to ignore SIGHUP, as by `nohup`. The runtime undoes that before any code of ours runs, so that it is
 * told by its traces: shells leave the name of what they run in `_`, a parent that ignores it hands it down, and `nohup` gives up a
 * terminal as standard input for a null device that can only be written, and one as standard output for `nohup.out`.
 */
export function ignoresHangup(env: Readonly<Record<string, string | undefined>>): boolean {
  if (process.platform === 'win32') return false;
  return (
    basename(env['_'] ?? '') === 'nohup' ||
    parentIgnoresHangup() ||
    isWriteOnlyNull() ||
    [1, 2].some((fd) => basename(linkOf(fd)) === 'nohup.out')
  );
}

function parentIgnoresHangup(): boolean {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${process.ppid}/status`, 'utf8'))?.[1];
    return (BigInt(`0x${mask ?? '0'}`) & 1n) === 1n;
  } catch {
    return false;
  }
}

function isWriteOnlyNull(): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync('/proc/self/fdinfo/0', 'utf8'))?.[1] ?? '0';
    return linkOf(0) === '/dev/null' && (Number.parseInt(flags, 8) & 3) === 1;
  } catch {
    return false;
  }
}

function linkOf(fd: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}
