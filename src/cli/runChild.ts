import { spawn } from 'node:child_process';
import { constants } from 'node:os';

export interface ChildOptions {
  /** Whether the command may read our standard input. Otherwise it reads nothing: it might swallow a list that is not its own. */
  readonly inheritInput?: boolean;
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

/**
 * Runs a command with our output and environment. What ends it ends all that it started: it has a process group of its own.
 *
 * @throws the error of `spawn` when it cannot be run at all.
 */
export function runChild(
  [file, ...args]: readonly [string, ...string[]],
  options: ChildOptions = {},
): Promise<ChildEnd> {
  const { inheritInput = false, timeoutMs, graceMs = 10_000, signal } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      stdio: [inheritInput ? 'inherit' : 'ignore', 'inherit', 'inherit'],
      detached: process.platform !== 'win32',
    });
    const timers: NodeJS.Timeout[] = [];
    let ended: ChildEnd['ended'];

    function end(reason: 'timeout' | 'signal', name: NodeJS.Signals): void {
      ended ??= reason;
      kill(child.pid, name);
      timers.push(setTimeout(() => kill(child.pid, 'SIGKILL'), graceMs));
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
    child.once('exit', (code, name) => {
      cleanUp();
      resolve({ code: code ?? codeOfSignal(name), ...(ended && { ended }) });
    });
    if (signal?.aborted) passOn();
  });
}

/** 128 + n, as shells have it. */
export function codeOfSignal(name: NodeJS.Signals | null): number {
  return 128 + (name ? constants.signals[name] : 0);
}

function kill(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, name);
  } catch {
    // It was gone already.
  }
}
