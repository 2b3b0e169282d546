import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Writable } from 'node:stream';

export interface ChildOptions {
  /** `inherit`: the command reads our standard input. Otherwise it reads nothing: it might swallow a list that is not its own. */
  readonly input?: 'inherit' | undefined;
  /** Where its standard output goes; by default to ours. */
  readonly stdout?: 'inherit' | 'stderr' | (() => Writable) | undefined;
  /** Where its standard error goes; by default to ours. */
  readonly stderr?: 'inherit' | (() => Writable) | undefined;
  /** After so long the command is ended, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** How long it may take to end after it was asked to, in milliseconds. Default 10 000. */
  readonly graceMs?: number | undefined;
  /** Aborted with the signal to pass on, as its reason. */
  readonly signal?: AbortSignal;
}

/** How a command ended. */
export interface ChildEnd {
  /** As a shell has it: 128 + n for signal n. */
  readonly code: number;
  /** Why it was ended, when it did not end by itself. */
  readonly ended?: 'timeout' | 'signal';
}

const groupPauseMs = 20;

/**
 * Runs a command with our environment. What ends it ends all that it started: it has a process group of its own.
 *
 * @throws the error of `spawn` when it cannot be run at all.
 */
export function runChild(
  [file, ...args]: readonly [string, ...string[]],
  options: ChildOptions = {},
): Promise<ChildEnd> {
  const { input = 'ignore', stdout, stderr, timeoutMs, graceMs = 10_000, signal } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      stdio: [input, stdioOf(stdout), stdioOf(stderr)],
      detached: process.platform !== 'win32',
    });
    if (typeof stdout === 'function') child.stdout?.pipe(stdout());
    if (typeof stderr === 'function') child.stderr?.pipe(stderr());
    const timers: NodeJS.Timeout[] = [];
    let ended: ChildEnd['ended'];
    let killAt = Infinity;

    function end(reason: 'timeout' | 'signal', name: NodeJS.Signals): void {
      ended ??= reason;
      killGroup(child.pid, name);
      killAt = Math.min(killAt, performance.now() + graceMs);
      timers.push(setTimeout(() => killGroup(child.pid, 'SIGKILL'), graceMs));
    }

    const passOn = () => end('signal', signal?.reason as NodeJS.Signals);
    signal?.addEventListener('abort', passOn);
    if (timeoutMs !== undefined) timers.push(setTimeout(() => end('timeout', 'SIGTERM'), timeoutMs));

    function cleanUp(): void {
      for (const timer of timers) clearTimeout(timer);
      signal?.removeEventListener('abort', passOn);
    }
    child.once('error', (error) => {
      cleanUp();
      reject(error);
    });
    child.once('exit', (code, name) => settle({ code: code ?? codeOfSignal(name) }));
    if (signal?.aborted) passOn();

    /** After an end that we asked for, what the command started may take its time as well. */
    function settle(end: ChildEnd): void {
      if (ended && killGroup(child.pid, 0) && performance.now() < killAt) {
        setTimeout(() => settle(end), groupPauseMs);
        return;
      }
      if (ended) killGroup(child.pid, 'SIGKILL');
      cleanUp();
      resolve({ ...end, ...(ended && { ended }) });
    }
  });
}

function stdioOf(target: ChildOptions['stdout']): 'inherit' | 'pipe' | number {
  if (target === 'stderr') return 2;
  return typeof target === 'function' ? 'pipe' : 'inherit';
}

/** 128 + n, as shells have it. */
export function codeOfSignal(name: NodeJS.Signals | null): number {
  return 128 + (name ? constants.signals[name] : 0);
}

/** Sends a signal to a command and all that it started; 0 only asks. Gives whether anybody was there. */
function killGroup(pid: number | undefined, name: NodeJS.Signals | 0): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(process.platform === 'win32' ? pid : -pid, name);
  } catch {
    return false;
  }
}
