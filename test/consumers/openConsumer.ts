import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, inject } from 'vitest';
import { findChromium } from '../../scripts/findChromium.mjs';

/** A project of somebody else that has the packed package among its dependencies. */
export interface Consumer {
  readonly folder: string;
  /** Runs a program to its end. */
  run(command: string, ...args: string[]): Outcome;
  /**
   * Starts a server on a free port, which stands for PORT in `args` and is the variable PORT, and waits until it has printed its address.
   * It ends with the test file.
   */
  serve(command: string, ...args: string[]): Promise<string>;
  /** Starts a program, which ends with the test file. Returns what it will have printed, when it has ended. */
  start(command: string, ...args: string[]): Promise<Outcome>;
}

interface Outcome {
  readonly status: number | null;
  /** What it printed, without colors. */
  readonly output: string;
}

/**
 * Copies a folder, named from `test/consumers`, to a place outside of this repository, so that nothing of it is found by accident, and
 * installs what its package.json names, unless that was done before. Then puts the packed package there. What the folder does not have comes from `base`.
 */
export function openConsumer(name: string, environment: NodeJS.ProcessEnv = {}, base = name): Consumer {
  const folder = createFolder(basename(name), 'node_modules');
  for (const part of new Set([base, name])) {
    const source = join(import.meta.dirname, part);
    cpSync(source, folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
  }
  leaveOutPackage(folder);
  install(folder);
  unpackInto(join(folder, 'node_modules/react-maintenance-mode'));
  for (const cache of ['.cache', '.vite']) {
    rmSync(join(folder, 'node_modules', cache), { recursive: true, force: true });
  }
  const children: ChildProcess[] = [];
  // Here, and not where they are started: within a test nothing can be put after all of them.
  afterAll(() => children.forEach(endGroup));
  const launch = (command: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): ChildProcess => {
    // Of a group of its own: `npx` ends without what it started.
    const env = { ...environmentOf(folder), ...environment, ...more };
    const child = spawn(command, args, { cwd: folder, env, detached: true });
    children.push(child);
    return child;
  };
  return {
    folder,
    run: (command, ...args) => run(folder, command, args, environment),
    start: (command, ...args) => outcomeOf(launch(command, args)),
    async serve(command, ...args) {
      const port = String(await findFreePort());
      const ownArgs = args.map((arg) => arg.replaceAll('PORT', port));
      const child = launch(command, ownArgs, { PORT: port });
      await printed(child, `:${port}`, `${command} ${ownArgs.join(' ')}`);
      return `http://127.0.0.1:${port}`;
    },
  };
}

/** A folder outside of this repository that is empty, but for what is to be kept of the last time. */
export function createFolder(name: string, kept = ''): string {
  const folder = join(tmpdir(), 'react-maintenance-mode-consumers', name);
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(folder)) {
    if (entry !== kept) rmSync(join(folder, entry), { recursive: true });
  }
  return folder;
}

/** An example names this repository as a dependency; here it gets the packed package instead. */
function leaveOutPackage(folder: string): void {
  const path = join(folder, 'package.json');
  const lines = readFileSync(path, 'utf8').replace(/,\s*"react-maintenance-mode": "file:[^"]*"/, '');
  writeFileSync(path, lines);
}

function install(folder: string): void {
  const stamp = join(folder, 'node_modules/.installed-from');
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const options = ['--no-save', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, output } = run(folder, 'npm', ['install', ...options]);
  if (status !== 0) throw new Error(output);
  writeFileSync(stamp, wanted);
}

/** Puts the packed package into a folder. */
export function unpackInto(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { status, output } = run(folder, 'tar', ['-xzf', inject('tarball'), '--strip-components=1']);
  if (status !== 0) throw new Error(output);
  // As npm links the command.
  const commands = join(folder, '../.bin');
  mkdirSync(commands, { recursive: true });
  rmSync(join(commands, 'maintenance-mode'), { force: true });
  symlinkSync('../react-maintenance-mode/dist/cli/main.js', join(commands, 'maintenance-mode'));
}

/** Runs a program in a folder to its end. */
export function runIn(folder: string, command: string, ...args: string[]): Outcome {
  return run(folder, command, args);
}

function run(
  cwd: string,
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Outcome {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...environmentOf(cwd), ...environment },
    timeout: 240_000,
    killSignal: 'SIGKILL',
  });
  return { status, output: error ? String(error) : withoutColors(stdout + stderr) };
}

/** Waits until a program has printed a text. */
async function printed(child: ChildProcess, text: string, name: string): Promise<void> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${name} ${why}: ${output}`));
    const timer = setTimeout(() => fail('has not printed its address'), 180_000);
    const look = (chunk: unknown): void => {
      output = withoutColors(output + String(chunk));
      if (output.includes(text)) resolve();
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('error', (error) => fail(String(error)));
    child.once('exit', (code) => fail(`ended with ${code}`));
    child.once('exit', () => clearTimeout(timer));
  });
}

function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let output = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  child.stderr?.on('data', (chunk) => (output += String(chunk)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output: withoutColors(output) }));
  });
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid) process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

function environmentOf(cwd: string): NodeJS.ProcessEnv {
  const { PATH, HOME, NODE_EXTRA_CA_CERTS } = process.env;
  return {
    // What this repository installed is not what the consumer has.
    PATH: `${join(cwd, 'node_modules/.bin')}:${(PATH ?? '').replaceAll(/[^:]*node_modules\/\.bin:/g, '')}`,
    HOME,
    ...(NODE_EXTRA_CA_CERTS && { NODE_EXTRA_CA_CERTS }),
    CI: '1',
    FORCE_COLOR: '0',
    NEXT_TELEMETRY_DISABLED: '1',
    CHROMIUM_PATH: findChromium() ?? '',
  };
}

function withoutColors(text: string): string {
  // The character that starts a color.
  return text.replaceAll(/\u001b\[[\d;]*m/g, '');
}

export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
