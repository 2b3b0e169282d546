import { accessSync, closeSync, constants as fsConstants, openSync, readSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { exitCodes } from './exitCodes.js';
import type { Terminal } from './Terminal.js';
import { type StartedWork, findWorkers } from './locks.js';
import { type ProcessInfo, readProcess } from './processes.js';

/** Checks before anything is changed whether a command can be run at all. Returns the reason when it cannot. */
export function refuseCommand(
  file: string,
  { env, platform }: Pick<Terminal, 'env' | 'platform'>,
): { readonly code: number; readonly message: string } | undefined {
  if (platform === 'win32') {
    return {
      code: exitCodes.notExecutable,
      message:
        'guard and each do not run on Windows, because it has no process groups and signals to end a command together with the processes that it started. Run them in WSL. on, off, status and serve work on Windows.',
    };
  }
  const found = findExecutable(file, env['PATH'] ?? defaultPath);
  if (typeof found === 'object') {
    const problem = findScriptProblem(found.path);
    return problem === undefined
      ? undefined
      : { code: exitCodes.notExecutable, message: `"${file}" cannot be run: ${problem}` };
  }
  if (found === 'missing') return { code: exitCodes.notFound, message: `"${file}" was not found.` };
  return { code: exitCodes.notExecutable, message: `"${file}" is not executable.` };
}

/** Where systems look when there is no PATH, as under `env -i`. */
const defaultPath = '/usr/bin:/bin';

/** The file that a command runs, as a shell would search for it. */
function findExecutable(file: string, path: string): { readonly path: string } | 'forbidden' | 'missing' {
  const candidates = file.includes('/')
    ? [file]
    : path.split(delimiter).map((folder) => join(folder || '.', file));
  const files = candidates.filter(isFile);
  if (!files.length) return 'missing';
  const runnable = files.find(mayRun);
  return runnable === undefined ? 'forbidden' : { path: runnable };
}

/** Why the first line of a script (`#!/bin/sh`) does not work. */
function findScriptProblem(path: string): string | undefined {
  const [line, interpreter = ''] = /^#![ \t]*([^ \t\r\n]*)[^\n]*/.exec(firstBytes(path)) ?? [];
  if (line === undefined) return undefined;
  if (line.endsWith('\r'))
    return 'its first line ends with a carriage return. Save it with Unix line endings.';
  return interpreter.startsWith('/') && !isFile(interpreter)
    ? `its first line names "${interpreter}", which was not found.`
    : undefined;
}

function firstBytes(path: string): string {
  try {
    const file = openSync(path, 'r');
    const bytes = Buffer.alloc(256);
    const length = readSync(file, bytes);
    closeSync(file);
    return bytes.toString('latin1', 0, length);
  } catch {
    // It may be executable and not readable.
    return '';
  }
}

function isFile(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function mayRun(file: string): boolean {
  try {
    accessSync(file, fsConstants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The surroundings of the commands of one run. */
interface ChildSurroundings {
  /** Their environment. Default: ours. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * Run them in our own process group, so that they can ask on the terminal: a terminal belongs to one session. Otherwise each command
   * gets a session of its own. Only one command at a time may run this way, because process groups tell which process belongs to which
   * command.
   */
  readonly sharesTerminal?: boolean | undefined;
  /** Whether they ignore SIGHUP, as with `nohup`. Node.js resets it for itself and for its child processes. */
  readonly ignoresHangup?: boolean | undefined;
  /** Calls the listener with signals to pass on after the first one, which `signal` has. Returns a function that stops it. */
  readonly onLaterSignal?: ((listener: (name: NodeJS.Signals) => void) => () => void) | undefined;
}

export interface ChildOptions extends ChildSurroundings {
  /**
   * `inherit`: the command reads our standard input. Otherwise it reads nothing, so that it cannot consume a list that is not meant for
   * it.
   */
  readonly input?: 'inherit' | undefined;
  /** Where its standard output goes. Default: ours. */
  readonly stdout?: 'inherit' | 'stderr' | (() => Writable) | undefined;
  /** Where its standard error goes. Default: ours. */
  readonly stderr?: 'inherit' | (() => Writable) | undefined;
  /** The time after which the command is ended, in milliseconds. Time during which this process was suspended does not count. */
  readonly timeoutMs?: number | undefined;
  /** How long the command may take to end after a signal, in milliseconds, before it is killed. Default 10 000. */
  readonly graceMs?: number | undefined;
  /** Aborted with the signal to pass on as the reason. */
  readonly signal?: AbortSignal;
  /** Called with the process group before the command begins. When it throws, the command does not run. */
  readonly onStart?: ((work: StartedWork) => void) | undefined;
  /** Whether to wait for the processes that the command left behind, given its exit code. Default: after 0. */
  readonly waitsAfter?: ((code: number) => boolean) | undefined;
  /** Called once when the wait begins. */
  readonly onWait?: ((code: number, left: readonly ProcessInfo[]) => void) | undefined;
}

/** How a command ended. */
export interface ChildEnd {
  /** The exit code as in a shell: 128 + n for signal n. */
  readonly code: number;
  /** Why it was ended, if it did not end by itself. */
  readonly ended?: 'timeout' | 'signal';
  /** The processes that it left running, if the guard did not wait for them. */
  readonly left?: readonly ProcessInfo[];
}

const shortestPauseMs = 20;
const longestPauseMs = 500;

/**
 * Runs a command. It has ended when every process in its process group (or session) has: a command that goes into the background has only
 * begun. Ending it ends all of these processes.
 *
 * @throws the error of `spawn` when it cannot be run at all.
 */
export function runChild(
  command: readonly [string, ...string[]],
  options: ChildOptions = {},
): Promise<ChildEnd> {
  const { input = 'ignore', stdout, stderr, timeoutMs, graceMs = 10_000, signal } = options;
  const { env, sharesTerminal = false, ignoresHangup = false, onStart, onWait, onLaterSignal } = options;
  const { waitsAfter = (code) => code === 0 } = options;
  const waits = onStart !== undefined;
  const [file, ...args] = waits || ignoresHangup ? inShell(command, waits, ignoresHangup) : command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      stdio: [input, stdioOf(stdout), stdioOf(stderr), ...(waits ? ['pipe' as const] : [])],
      detached: !sharesTerminal,
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

    /** Returns the processes that the command left running, without the command itself. */
    const leftovers = (): ProcessInfo[] =>
      work ? findWorkers(work).filter(({ pid }) => pid !== child.pid) : [];

    function kill(name: NodeJS.Signals): void {
      // Signal the whole group, if it is not ours, and the groups that the job control of a shell created.
      if (work && !sharesTerminal) sendSignal(-work.group, name);
      if (!hasExited && (sharesTerminal || !work)) sendSignal(child.pid, name);
      for (const { pid, group } of leftovers()) {
        if (sharesTerminal || group !== work?.group) sendSignal(pid, name);
      }
    }

    /** Whether the terminal has sent this signal to the command, too. */
    function isTold(name: NodeJS.Signals): boolean {
      return sharesTerminal && ['SIGINT', 'SIGHUP', 'SIGQUIT'].includes(name);
    }

    function end(reason: 'timeout' | 'signal', name: NodeJS.Signals): void {
      ended ??= reason;
      killAt = Math.min(killAt, performance.now() + graceMs);
      // The terminal itself signals its whole foreground group. Many programs quit at a second SIGINT, so send one only when the first did
      // not help or was sent to us alone.
      if (isTold(name)) timers.push(setTimeout(() => kill(name), graceMs / 2));
      else kill(name);
      timers.push(setTimeout(() => kill('SIGKILL'), graceMs));
    }

    const passOn = () => end('signal', signal?.reason as NodeJS.Signals);
    signal?.addEventListener('abort', passOn);
    const stopListening = onLaterSignal?.((name) => {
      if (!isTold(name)) kill(name);
    });
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
      stopListening?.();
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
      // Missing in Node's types: without free file descriptors `stdio` is undefined, and an error event follows.
      const pipes = child.stdio as ChildProcess['stdio'] | undefined;
      const gate = pipes?.[3];
      // A command that was ended in the meantime does not read the line.
      gate?.on('error', () => {});
      try {
        if (work) onStart?.(work);
        // File descriptor 3 is a pipe that we write to.
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
      const end = { ...result, ...(ended && { ended }), ...(!ended && left.length && { left }) };
      void Promise.all([child.stdout, child.stderr].map(untilRead)).then(() => resolve(end));
    }
  });
}

/**
 * Waits until everything is read that processes wrote before they ended. The stream itself may last longer, because a daemon that they started may have
 * it open.
 */
async function untilRead(stream: Readable | null): Promise<void> {
  let isIdle = false;
  const onData = (): void => {
    isIdle = false;
  };
  stream?.on('data', onData);
  // Between two callbacks of setImmediate, Node.js reads what is there. The second one gives the end of the stream the time to be noticed.
  for (let idle = 0; stream && !stream.closed && idle < 2; idle = isIdle ? idle + 1 : 0) {
    isIdle = true;
    await setImmediate();
  }
  stream?.off('data', onData);
}

function workOf(pid: number | undefined, sharesTerminal: boolean): StartedWork | undefined {
  if (pid === undefined) return undefined;
  const ours = readProcess(process.pid);
  const since = readProcess(pid)?.start ?? ours?.start ?? 0;
  return { group: sharesTerminal ? (ours?.group ?? pid) : pid, since };
}

/**
 * Calls back after this process has been running for a time. Suspended time does not count, because the command usually is suspended too.
 */
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
    // Let an exit event that is already pending come first.
    void setImmediate().then(onEnd);
  }, tickMs);
  return timer;
}

/**
 * Starts a shell that replaces itself by the command (`exec`). With `waits` the shell first waits for a line on file descriptor 3. If we
 * are killed before the lease has recorded the process, the pipe closes and the command never begins.
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

/** 128 + n, as in shells. */
export function codeOfSignal(name: NodeJS.Signals | null): number {
  return 128 + (name ? constants.signals[name] : 0);
}

function sendSignal(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, name);
  } catch {
    // The process has ended, or belongs to another user, as with sudo.
  }
}
