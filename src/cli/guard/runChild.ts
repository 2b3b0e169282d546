import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import { type StartedWork, findWorkers } from './lockFile.js';
import { type ProcessInfo, readProcess } from './processes.js';

/** How commands of one run meet the system. */
interface ChildSurroundings {
  /** Their environment; ours by default. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * Run them in our own process group, so that they can ask on the terminal, which one session alone has. Otherwise each has a session of
   * its own. Only one at a time may run so, as groups tell apart what belongs to whom.
   */
  readonly sharesTerminal?: boolean | undefined;
  /** Whether they ignore SIGHUP, as `nohup` has it. The runtime undoes it for itself and for what it starts. */
  readonly ignoresHangup?: boolean | undefined;
}

export interface ChildOptions extends ChildSurroundings {
  /** `inherit`: the command reads our standard input. Otherwise it reads nothing: it might swallow a list that is not its own. */
  readonly input?: 'inherit' | undefined;
  /** Where its standard output goes; by default to ours. */
  readonly stdout?: 'inherit' | 'stderr' | (() => Writable) | undefined;
  /** Where its standard error goes; by default to ours. */
  readonly stderr?: 'inherit' | (() => Writable) | undefined;
  /** After so long the command is ended, in milliseconds. Time for which we were suspended does not count. */
  readonly timeoutMs?: number | undefined;
  /** How long it may take to end after it was asked to, in milliseconds. Default 10 000. */
  readonly graceMs?: number | undefined;
  /** Aborted with the signal to pass on, as its reason. */
  readonly signal?: AbortSignal;
  /** Told of the process group before the command begins. When it throws, the command does not run. */
  readonly onStart?: ((work: StartedWork) => void) | undefined;
  /** Whether what the command left behind is waited for, after this exit code. Default: after 0. */
  readonly waitsAfter?: ((code: number) => boolean) | undefined;
  /** Told once when it is waited for. */
  readonly onWait?: ((code: number, left: readonly ProcessInfo[]) => void) | undefined;
}

/** How a command ended. */
export interface ChildEnd {
  /** As a shell has it: 128 + n for signal n. */
  readonly code: number;
  /** Why it was ended, when it did not end by itself. */
  readonly ended?: 'timeout' | 'signal';
  /** What it started and left at work, where that was not waited for. */
  readonly left?: readonly ProcessInfo[];
}

const shortestPauseMs = 20;
const longestPauseMs = 500;

/**
 * Runs a command. It has ended when all that it started in its process group (or its session) has: a command that goes into the background
 * has only begun. What ends it ends all of that.
 *
 * @throws the error of `spawn` when it cannot be run at all.
 */
export function runChild(
  command: readonly [string, ...string[]],
  options: ChildOptions = {},
): Promise<ChildEnd> {
  const { input = 'ignore', stdout, stderr, timeoutMs, graceMs = 10_000, signal } = options;
  const { env, sharesTerminal = false, ignoresHangup = false, onStart, onWait } = options;
  const { waitsAfter = (code) => code === 0 } = options;
  const waits = onStart !== undefined && process.platform !== 'win32';
  const [file, ...args] = waits || ignoresHangup ? inShell(command, waits, ignoresHangup) : command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      stdio: [input, stdioOf(stdout), stdioOf(stderr), ...(waits ? ['pipe' as const] : [])],
      detached: !sharesTerminal && process.platform !== 'win32',
      ...(env && { env }),
    });
    const work = workOf(child.pid, sharesTerminal);
    if (typeof stdout === 'function') child.stdout?.pipe(stdout());
    if (typeof stderr === 'function') child.stderr?.pipe(stderr());
    const timers: NodeJS.Timeout[] = [];
    let ended: ChildEnd['ended'];
    let hasExited = false;
    let isWaiting = false;
    let killAt = Infinity;

    /** Gives what is left at work of the command, without itself. */
    const leftovers = (): ProcessInfo[] =>
      work ? findWorkers(work).filter(({ pid }) => pid !== child.pid) : [];

    function kill(name: NodeJS.Signals): void {
      // The group at once, where it is not ours, and those of a shell's job control that have groups of their own.
      if (work && !sharesTerminal) sendSignal(-work.group, name);
      if (!hasExited && (sharesTerminal || !work)) sendSignal(child.pid, name);
      for (const { pid, group } of leftovers()) {
        if (sharesTerminal || group !== work?.group) sendSignal(pid, name);
      }
    }

    function end(reason: 'timeout' | 'signal', name: NodeJS.Signals): void {
      ended ??= reason;
      killAt = Math.min(killAt, performance.now() + graceMs);
      // The terminal has told its whole foreground group itself. Many programs give up at once at a second SIGINT, so that it comes only
      // when the first one did not help, or when it was sent to us alone.
      const isTold = sharesTerminal && (name === 'SIGINT' || name === 'SIGHUP');
      if (isTold) timers.push(setTimeout(() => kill(name), graceMs / 2));
      else kill(name);
      timers.push(setTimeout(() => kill('SIGKILL'), graceMs));
    }

    const passOn = () => end('signal', signal?.reason as NodeJS.Signals);
    signal?.addEventListener('abort', passOn);
    if (timeoutMs !== undefined) {
      timers.push(
        startStopwatch(timeoutMs, () => {
          if (!hasExited || isWaiting) end('timeout', 'SIGTERM');
        }),
      );
    }

    function cleanUp(): void {
      for (const timer of timers) clearTimeout(timer);
      signal?.removeEventListener('abort', passOn);
    }
    child.once('error', (error) => {
      cleanUp();
      reject(error);
    });
    child.once('exit', (code, name) => {
      hasExited = true;
      settle({ code: code ?? codeOfSignal(name) }, shortestPauseMs);
    });
    letBegin();
    if (signal?.aborted) passOn();

    function letBegin(): void {
      // Node's types do not say it: without free file descriptors there is no `stdio`, and the error event follows.
      const pipes = child.stdio as ChildProcess['stdio'] | undefined;
      const gate = pipes?.[3];
      // A command that was ended meanwhile does not read it.
      gate?.on('error', () => {});
      try {
        if (work) onStart?.(work);
        // The pipe at 3 is one that we write to.
        (gate as Writable | undefined)?.end('\n');
      } catch (error) {
        gate?.destroy();
        cleanUp();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    }

    function settle(result: ChildEnd, pauseMs: number): void {
      const left = leftovers();
      const isPatient = ended ? performance.now() < killAt : waitsAfter(result.code);
      if (left.length && isPatient) {
        if (!ended && !isWaiting) onWait?.(result.code, left);
        isWaiting = true;
        setTimeout(() => settle(result, Math.min(pauseMs * 2, longestPauseMs)), pauseMs);
        return;
      }
      if (ended) kill('SIGKILL');
      cleanUp();
      resolve({ ...result, ...(ended && { ended }), ...(!ended && left.length && { left }) });
    }
  });
}

function workOf(pid: number | undefined, sharesTerminal: boolean): StartedWork | undefined {
  if (pid === undefined || process.platform === 'win32') return undefined;
  const ours = readProcess(process.pid);
  const since = readProcess(pid)?.start ?? ours?.start ?? 0;
  return { group: sharesTerminal ? (ours?.group ?? pid) : pid, since };
}

/** Calls back after a time in which this process was running: while it is suspended, so is mostly what it runs. */
function startStopwatch(ms: number, onEnd: () => void): NodeJS.Timeout {
  const tickMs = Math.min(Math.max(ms / 10, 10), 1000);
  let left = ms;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    left -= Math.min(now - last, 2 * tickMs);
    last = now;
    if (left > 0) return;
    clearInterval(timer);
    // An exit that came meanwhile is told of first.
    setImmediate(onEnd);
  }, tickMs);
  return timer;
}

/**
 * Runs a command from a shell, which becomes it. With `waits` the shell first waits for a line at file descriptor 3: when we are killed
 * before we have written down what was started, the pipe ends, and the command never begins.
 */
function inShell(
  command: readonly [string, ...string[]],
  waits: boolean,
  ignoresHangup: boolean,
): [string, ...string[]] {
  const script = [
    ignoresHangup && 'trap "" HUP',
    waits && 'read -r go <&3 || exit 126',
    waits && 'exec 3<&-',
    'exec "$@"',
  ];
  return ['sh', '-c', script.filter(Boolean).join('; '), 'sh', ...command];
}

function stdioOf(target: ChildOptions['stdout']): 'inherit' | 'pipe' | number {
  if (target === 'stderr') return 2;
  return typeof target === 'function' ? 'pipe' : 'inherit';
}

/** 128 + n, as shells have it. */
export function codeOfSignal(name: NodeJS.Signals | null): number {
  return 128 + (name ? constants.signals[name] : 0);
}

function sendSignal(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, name);
  } catch {
    // It is gone, or belongs to another user, as what sudo runs.
  }
}
