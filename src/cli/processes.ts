import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process of this machine, as far as this process can see. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** 0 when the system does not tell. */
  readonly session: number;
  /** The foreground process group of the controlling terminal; 0 or less when there is no terminal. */
  readonly foregroundGroup: number;
  /** A zombie: it has ended, and its parent has not waited for it yet. */
  readonly isZombie: boolean;
  /** The start time as a growing number. Together with the pid it identifies one process, because pids are reused. */
  readonly start: number;
  readonly name: string;
}

/** The scope of a pid. Two processes can look each other up only if all of this is equal. */
export interface PidSpace {
  readonly host: string;
  /** The boot id of the system; empty when the system does not tell. */
  readonly boot: string;
  /** The pid namespace: each container has its own. Empty where there are none. */
  readonly namespace: string;
}

/** The scope of the pids that this process sees. */
export function readPidSpace(): PidSpace {
  return {
    host: hostname(),
    boot: attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? '',
    namespace: attempt(() => readlinkSync('/proc/self/ns/pid')) ?? '',
  };
}

/** Looks up a process by its pid. Returns `undefined` when there is none or it is hidden. */
export function readProcess(pid: number): ProcessInfo | undefined {
  if (process.platform === 'linux') return readStat(String(pid));
  return listByPs(['-p', String(pid)])[0];
}

/** All visible processes; none on Windows. */
export function listProcesses(): ProcessInfo[] {
  if (process.platform !== 'linux') return listByPs(['-A']);
  return (attempt(() => readdirSync('/proc')) ?? []).flatMap((name) =>
    /^\d+$/.test(name) ? (readStat(name) ?? []) : [],
  );
}

/** Whether a process exists, even if it belongs to another user. */
export function mayBeAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // `kill` only throws system errors.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field numbers are those of proc(5). Parsing starts at the third field, because the name before it may contain anything. */
function readStat(pid: string): ProcessInfo | undefined {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  if (text === undefined) return undefined;
  const [state = '', ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 4]);
  return {
    pid: Number(pid),
    parent: field(4),
    group: field(5),
    session: field(6),
    foregroundGroup: field(8),
    isZombie: /[ZXx]/.test(state),
    start: field(22),
    name: text.slice(text.indexOf('(') + 1, text.lastIndexOf(')')),
  };
}

function listByPs(selection: readonly string[]): ProcessInfo[] {
  if (process.platform === 'win32') return [];
  const { stdout } = spawnSync('ps', [...selection, '-o', 'pid=,ppid=,pgid=,tpgid=,stat=,lstart=,comm='], {
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    encoding: 'utf8',
  });
  return (stdout ?? '').split('\n').flatMap((line) => {
    const found =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(-?\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\d{4})\s+(.*)$/.exec(line);
    if (!found) return [];
    const [, pid, parent, group, foregroundGroup, state = '', started, name = ''] = found;
    return {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      session: 0,
      foregroundGroup: Number(foregroundGroup),
      isZombie: state.startsWith('Z'),
      start: Date.parse(`${started} UTC`) / 1000,
      name,
    };
  });
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
