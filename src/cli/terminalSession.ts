import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { readProcess } from './guard/processes.js';

/** Whether this process is in the foreground of a terminal, so that its commands may ask questions there. */
export function ownsTerminal(): boolean {
  const self = readProcess(process.pid);
  return self !== undefined && self.foregroundGroup > 0 && self.foregroundGroup === self.group;
}

/**
 * Whether this process was started to ignore SIGHUP, as by `nohup`. Node.js resets the ignored signal before our code runs, so this looks
 * for traces: shells put the name of the program into `_`, a parent that ignores SIGHUP passes that on, and `nohup` replaces a terminal as
 * standard input by a write-only null device, and as standard output by `nohup.out`.
 */
export function ignoresHangup(env: Readonly<Record<string, string | undefined>>): boolean {
  if (process.platform === 'win32') return false;
  return (
    basename(env['_'] ?? '') === 'nohup' ||
    parentIgnoresHangup() ||
    isWriteOnlyNull() ||
    [1, 2].some((fd) => basename(linkOf(fd)) === 'nohup.out') ||
    isDetached()
  );
}

/**
 * Whether nothing connects this process with its terminal, though it has one. A script of sh that runs `nohup` in the background with its output in a
 * file leaves no other trace.
 */
function isDetached(): boolean {
  const hasTerminal = (readProcess(process.pid)?.foregroundGroup ?? 0) > 0;
  const isOnTerminal = [1, 2].some((fd) => /^(\/dev\/(pts\/|tty|console)|$)/.test(linkOf(fd)));
  return hasTerminal && linkOf(0) === '/dev/null' && !isOnTerminal;
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
