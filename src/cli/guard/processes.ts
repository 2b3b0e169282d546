import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process of this machine, as far as this process can see. */
export interface ProcessInfo {
  readonly pid: number;
  readonly group: number;
  /** 0 where the system does not tell. */
  readonly session: number;
  /** The process group that the controlling terminal listens to; 0 or less when there is none. */
  readonly foregroundGroup: number;
  /** Ended, and only waits for its parent to take note. */
  readonly isZombie: boolean;
  /** A number that grows with the time of its start. With the pid it names one process, as pids are used again. */
  readonly start: number;
  readonly name: string;
}

/** Where a pid has a meaning. Two processes can ask for each other only where all of it is equal. */
export interface PidSpace {
  readonly host: string;
  /** The boot of the system; empty where the system does not tell. */
  readonly boot: string;
  /** The pid namespace, which each container has of its own; empty where there are none. */
  readonly namespace: string;
}

/** Where pids of this process have a meaning. */
export function readPidSpace(): PidSpace {
  return {
    host: hostname(),
    boot: attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? '',
    namespace: attempt(() => readlinkSync('/proc/self/ns/pid')) ?? '',
  };
}

/** A process by its pid; `undefined` when there is none, or none that may be seen. */
export function readProcess(pid: number): ProcessInfo | undefined {
  if (process.platform === 'linux') return readStat(String(pid));
  return listByPs(['-p', String(pid)])[0];
}

/** All processes that can be seen; none on Windows. */
export function listProcesses(): ProcessInfo[] {
  if (process.platform !== 'linux') return listByPs(['-A']);
  return (attempt(() => readdirSync('/proc')) ?? []).flatMap((name) =>
    /^\d+$/.test(name) ? (readStat(name) ?? []) : [],
  );
}

/** Whether a process takes signals, or exists but belongs to somebody else. */
export function mayBeAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // What `kill` throws is always an error of the system.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field numbers are those of proc(5), from the third on, as the name before it may hold anything. */
function readStat(pid: string): ProcessInfo | undefined {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  if (text === undefined) return undefined;
  const [state = '', ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 4]);
  return {
    pid: Number(pid),
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
  const { stdout } = spawnSync('ps', [...selection, '-o', 'pid=,pgid=,tpgid=,stat=,lstart=,comm='], {
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    encoding: 'utf8',
  });
  return (stdout ?? '').split('\n').flatMap((line) => {
    const found = /^\s*(\d+)\s+(\d+)\s+(-?\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\d{4})\s+(.*)$/.exec(line);
    if (!found) return [];
    const [, pid, group, foregroundGroup, state = '', started, name = ''] = found;
    return {
      pid: Number(pid),
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
