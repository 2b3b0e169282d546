import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** An example that is running. */
export interface RealApp {
  readonly url: string;
  /** What it printed. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

/**
 * Builds an example with the package as it would be published, unless it was built from the very same files before.
 * `npm run test:consumers` installs what else it needs, and builds the package.
 */
export async function buildApp(name: 'express' | 'next-launchdarkly', outputs: string): Promise<void> {
  const folder = join(root, 'examples', name);
  if (!existsSync(join(root, 'dist/server/index.js')))
    throw new Error('There is no build. Run "npm run build".');
  if (!existsSync(join(folder, 'node_modules')))
    throw new Error(`${name} is not installed. Run "npm run test:consumers".`);
  const stamp = join(folder, outputs, 'built-from');
  const present = await fingerprint(folder);
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === present) return;

  const packed = await mkdtemp(join(tmpdir(), 'packed-'));
  await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', packed], { cwd: root });
  const [tarball = ''] = await readdir(packed);
  const target = join(folder, 'node_modules/react-maintenance-mode');
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await run('tar', ['-xzf', join(packed, tarball), '-C', target, '--strip-components=1']);
  await rm(packed, { recursive: true });
  await rm(join(folder, outputs), { recursive: true, force: true });
  await run('npm', ['run', 'build'], { cwd: folder, env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' } });
  await writeFile(stamp, present);
}

/** Starts the Express app on a free port, which it prints. */
export async function startExpressApp(environment: Record<string, string>): Promise<RealApp> {
  const folder = join(root, 'examples/express');
  const env = environmentOf({ ...environment, PORT: '0' });
  const child = spawn(process.execPath, ['build/server.js'], { cwd: folder, env });
  const output = collect(child);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(output()) ?? [];
      if (found) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`The Express app ended with ${code}: ${output()}`)));
  });
  return { url, output, stop: () => stopChild(child) };
}

/** Starts the production server of the Next app. */
export async function startNextApp(environment: Record<string, string>): Promise<RealApp> {
  const folder = join(root, 'examples/next-launchdarkly');
  const port = await findFreePort();
  const command = join(folder, 'node_modules/next/dist/bin/next');
  const child = spawn(
    process.execPath,
    [command, 'start', '--hostname', '127.0.0.1', '--port', String(port)],
    {
      cwd: folder,
      env: environmentOf({ ...environment, NEXT_TELEMETRY_DISABLED: '1' }),
    },
  );
  const output = collect(child);
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', () => output().includes('Ready in') && resolve());
    child.once('exit', (code) => reject(new Error(`The Next app ended with ${code}: ${output()}`)));
  });
  return { url: `http://127.0.0.1:${port}`, output, stop: () => stopChild(child) };
}

async function fingerprint(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const own = /(^|\/)(node_modules|\.next|build)(\/|$)|next-env\.d\.ts$|tsbuildinfo$/;
  for (const [base, exclude] of [
    [join(root, 'dist'), /\.map$/],
    [folder, own],
  ] as const) {
    const names = await readdir(base, { recursive: true, withFileTypes: true });
    const files = names
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !exclude.test(path.slice(base.length)))
      .sort();
    for (const file of files) hash.update(file.slice(base.length)).update(await readFile(file));
  }
  return hash.update(await readFile(join(root, 'package.json'))).digest('hex');
}

function environmentOf(environment: Record<string, string>): NodeJS.ProcessEnv {
  // Without what the test runner sets for itself.
  return { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_ENV: 'production', ...environment };
}

function collect(child: ChildProcess): () => string {
  let text = '';
  child.stdout?.on('data', (chunk) => (text += String(chunk)));
  child.stderr?.on('data', (chunk) => (text += String(chunk)));
  return () => text;
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
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
