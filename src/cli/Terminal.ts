import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline/promises';
import { isatty } from 'node:tty';
import { exitCodes } from './exitCodes.js';
import { readProcess } from './processes.js';
import { escapeText } from './text.js';

/** The surroundings of a command: output, input, signals. Commands print, read and exit only through it. */
export interface Terminal {
  /** Writes a line to standard output: the result that was asked for. Control characters are escaped, newlines too. */
  print: (line: string) => void;
  /** Writes a line to standard error: everything else. Control characters are escaped, newlines too. */
  warn: (line: string) => void;
  /** Resolves when the reader of standard output has caught up or is gone, so that lines do not pile up in memory. */
  flushed: () => Promise<void>;
  /** Whether standard output still has a reader, as far as writing to it has shown. */
  isRead: () => boolean;
  /** Asks a question. Absent when there is no terminal to ask on. */
  ask?: ((question: string) => Promise<string>) | undefined;
  env: Readonly<Record<string, string | undefined>>;
  /** Opens and returns standard input. */
  input: () => Readable;
  /** Standard error, if it is a terminal that can show a progress bar. */
  screen: NodeJS.WriteStream | undefined;
  /** The width of standard output in columns, if it is a terminal. */
  columns?: number | undefined;
  /** Whether standard output is a terminal as well. */
  stdoutIsScreen: boolean;
  /** Whether this process is in the foreground of a terminal, so that its commands may ask questions there. */
  ownsTerminal: boolean;
  /** Whether this process should survive the closing of its terminal, as with `nohup`. */
  ignoresHangup: boolean;
  /** As `process.platform`. */
  platform: NodeJS.Platform;
  /**
   * Aborted at the first SIGINT, SIGTERM, SIGHUP or SIGQUIT, with the name of the signal as its reason. After this call these signals no longer end
   * the process by themselves. SIGHUP is ignored if the process was started to ignore it.
   */
  interruption: () => AbortSignal;
  /** Calls the listener with each of these signals after the first one. Returns a function that stops it. */
  onLaterSignal: (listener: (name: NodeJS.Signals) => void) => () => void;
  /**
   * Calls the listener with errors that nothing handles, such as a lost connection in the pool of a database, and keeps the process running. Only the
   * first call has an effect.
   */
  onStrayError: (listener: (error: unknown) => void) => void;
  /** Sets the exit code for when the process ends. */
  exitWith: (code: number) => void;
  /** Ends the process when all output is written, even if a connection of a switch is still open. */
  end: () => Promise<void>;
}

/** Creates the terminal of this process. Call it once. */
export function createTerminal(): Terminal {
  let isReaderGone = false;
  const isHangupIgnored = ignoresHangup(process.env);
  const laterListeners = new Set<(name: NodeJS.Signals) => void>();
  const terminal: Terminal = {
    print: (line) => void process.stdout.write(`${escapeText(line)}\n`),
    warn: (line) => void process.stderr.write(`${escapeText(line)}\n`),
    flushed: () => untilFlushed(process.stdout),
    isRead: () => !isReaderGone,
    // Not process.stdin, which makes a pipe non-blocking for every process that shares it.
    ask: isatty(0) && process.stderr.isTTY ? ask : undefined,
    env: process.env,
    input: () => process.stdin,
    screen:
      process.stderr.isTTY && process.stderr.rows > 0 && process.env['TERM'] !== 'dumb'
        ? process.stderr
        : undefined,
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    stdoutIsScreen: process.stdout.isTTY,
    ownsTerminal: ownsTerminal(),
    ignoresHangup: isHangupIgnored,
    platform: process.platform,
    interruption: () => {
      const controller = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) {
        process.on(signal, () => {
          if (signal === 'SIGHUP' && isHangupIgnored) return;
          if (controller.signal.aborted) for (const listener of laterListeners) listener(signal);
          else controller.abort(signal);
        });
      }
      return controller.signal;
    },
    onLaterSignal(listener) {
      laterListeners.add(listener);
      return () => void laterListeners.delete(listener);
    },
    onStrayError(listener) {
      if (process.listenerCount('uncaughtException') === 0) process.on('uncaughtException', listener);
    },
    exitWith: (code) => {
      process.exitCode = code;
    },
    async end() {
      await Promise.all([process.stdout, process.stderr].map(untilWritten));
      process.exit();
    },
  };

  // The reader of our output may go away (`| head`, a closed terminal). The work continues.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    isReaderGone = true;
    if (error.code === 'EPIPE' || process.exitCode) return;
    process.exitCode = exitCodes.failed;
    terminal.warn(`maintenance-mode: Standard output could not be written: ${error.message}`);
  });
  process.stderr.on('error', () => {});
  return terminal;
}

/** Waits for a reader that is slower than we are. It does not wait for a reader that is gone. */
async function untilFlushed(stream: NodeJS.WriteStream): Promise<void> {
  if (!stream.writableNeedDrain || stream.destroyed) return;
  const waiting = new AbortController();
  const { signal } = waiting;
  const ends = ['drain', 'close'].map((event) => once(stream, event, { signal }));
  // An error also ends the wait. Unused listeners are removed.
  await Promise.race(ends).catch(() => {});
  waiting.abort();
  await Promise.allSettled(ends);
}

/** Waits until everything is written, or cannot be written any more. */
function untilWritten(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

/** The question goes to standard error. The end of input counts as an empty answer. */
async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const closed = once(lines, 'close').then(() => '');
  try {
    return await Promise.race([lines.question(escapeText(question)), closed]);
  } finally {
    lines.close();
  }
}

/** Whether this process is in the foreground of a terminal, so that its commands may ask questions there. */
function ownsTerminal(): boolean {
  const self = readProcess(process.pid);
  return self !== undefined && self.foregroundGroup > 0 && self.foregroundGroup === self.group;
}

/**
 * Whether this process was started to ignore SIGHUP, as with `nohup`. Node.js resets the ignored signal before our code runs, so this looks for
 * traces. Shells put the name of the program into `_`. A parent that ignores SIGHUP passes that on. If standard input is a terminal, `nohup`
 * replaces it by a write-only null device. If standard output is a terminal, `nohup` replaces it by `nohup.out`.
 */
function ignoresHangup(env: Readonly<Record<string, string | undefined>>): boolean {
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
 * Whether this process has a terminal, but neither reads from it nor writes to it. There is no other trace of `nohup` in a script of sh that runs
 * in the background with its output in a file.
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
