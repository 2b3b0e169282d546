import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

/** A command that runs as a process of its own. */
export interface RunningCommand {
  process: ChildProcessByStdio<Writable, Readable, Readable>;
  stdout: () => string;
  stderr: () => string;
  /** Resolves with the exit code, `null` after a signal, once all output is read. */
  ended: Promise<number | null>;
  /** Resolves with the first line of standard output. */
  firstLine: Promise<string>;
}

interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input; `null` leaves it open. */
  readonly input?: string | Buffer | null;
}

/** Starts a built command with arguments, in a folder, with nothing of this project in its environment. */
export function startCommand(
  main: string,
  args: readonly string[],
  cwd: string,
  options: StartOptions = {},
): RunningCommand {
  return startProcess(process.execPath, [main, ...args], cwd, options);
}

/** Starts any program in the same way. */
export function startProcess(
  file: string,
  args: readonly string[],
  cwd: string,
  { env, input = '' }: StartOptions = {},
): RunningCommand {
  const child = spawn(file, args, {
    cwd,
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // It may end before it has read all.
  child.stdin.on('error', () => {});
  if (input !== null) child.stdin.end(input);
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.includes('\n')) resolve(stdout.slice(0, stdout.indexOf('\n')));
    });
    child.on('close', (code) => reject(new Error(`Ended with ${code} before a line of output: ${stderr}`)));
  });
  // Not everyone waits for a line.
  firstLine.catch(() => undefined);
  return { process: child, stdout: () => stdout, stderr: () => stderr, ended, firstLine };
}
