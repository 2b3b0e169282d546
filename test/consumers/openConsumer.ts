import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  /** Starts a server on a free port, which stands for PORT in `args`, and waits until it answers. It ends with the test file. */
  serve(command: string, ...args: string[]): Promise<string>;
}

interface Outcome {
  readonly status: number | null;
  /** What it printed, without colors. */
  readonly output: string;
}

/**
 * Copies a folder, named from `test/consumers`, to a place outside of this repository, so that nothing of it is found by accident, and
 * installs what its package.json names, unless that was done before. Then puts the packed package there.
 */
export function openConsumer(name: string): Consumer {
  const source = join(import.meta.dirname, name);
  const folder = join(tmpdir(), 'react-maintenance-mode-consumers', basename(name));
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(folder)) {
    if (entry !== 'node_modules') rmSync(join(folder, entry), { recursive: true });
  }
  cpSync(source, folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
  install(folder);
  unpackInto(join(folder, 'node_modules/react-maintenance-mode'));
  for (const cache of ['.cache', '.vite']) {
    rmSync(join(folder, 'node_modules', cache), { recursive: true, force: true });
  }
  const servers: ChildProcess[] = [];
  // Here, and not where they are started: within a test nothing can be put after all of them.
  afterAll(() => servers.forEach(endGroup));
  return {
    folder,
    run: (command, ...args) => run(folder, command, args),
    serve: (command, ...args) => serve(folder, command, args, servers),
  };
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

function unpackInto(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { status, output } = run(folder, 'tar', ['-xzf', inject('tarball'), '--strip-components=1']);
  if (status !== 0) throw new Error(output);
}

function run(cwd: string, command: string, args: readonly string[]): Outcome {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: environmentOf(cwd),
    timeout: 240_000,
    killSignal: 'SIGKILL',
  });
  return { status, output: error ? String(error) : withoutColors(stdout + stderr) };
}

async function serve(
  cwd: string,
  command: string,
  args: readonly string[],
  servers: ChildProcess[],
): Promise<string> {
  const port = String(await findFreePort());
  // Of a group of its own: `npx` ends without what it started.
  const child = spawn(
    command,
    args.map((arg) => arg.replace('PORT', port)),
    { cwd, env: environmentOf(cwd), detached: true },
  );
  servers.push(child);
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 180_000;
  for (;;) {
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new Error(`${command} ${args.join(' ')} does not answer: ${withoutColors(output)}`);
    }
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return url;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
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

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
