import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** What a program said, and how it ended. */
interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

/** A project that has nothing but the packed package and what it was installed with. */
export interface ConsumerProject {
  readonly folder: string;
  run: (command: string, ...options: string[]) => Outcome;
  /** Runs JavaScript as a module of the project. */
  runModule: (code: string, ...nodeOptions: string[]) => Outcome;
}

/** Packs the built package, as `npm publish` would. Returns the path of the tarball, which goes when the test file ends. */
export function packPackage(): { readonly tarball: string; readonly files: readonly string[] } {
  const folder = temporaryFolder();
  const { status, output } = run(root, 'npm', 'pack', '--json', '--silent', '--pack-destination', folder);
  if (status !== 0) throw new Error(output);
  // What npm prints with --json.
  const [packed] = JSON.parse(output) as [{ filename: string; files: { path: string }[] }];
  return { tarball: join(folder, packed.filename), files: packed.files.map(({ path }) => path) };
}

/** Installs packages into an empty project, and copies `test/package/consumer` into it. */
export function installInto(...packages: readonly string[]): ConsumerProject {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  const installed = run(folder, 'npm', 'install', ...options, ...packages);
  if (installed.status !== 0) throw new Error(installed.output);
  cpSync(join(import.meta.dirname, 'consumer'), folder, { recursive: true });
  return {
    folder,
    run: (command, ...commandOptions) => run(folder, command, ...commandOptions),
    runModule: (code, ...nodeOptions) =>
      run(folder, process.execPath, ...nodeOptions, '--input-type=module', '--eval', code),
  };
}

/** The exact version of a development dependency of this repository, to install the same. */
export function withVersion(name: string): string {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const version = manifest.devDependencies[name];
  if (!version) throw new Error(`${name} is no development dependency`);
  return `${name}@${version}`;
}

/** The newest TypeScript. `npm run test:consumers` checks the README's first gate with the oldest supported one, too. */
export const typescript: string = join(root, 'node_modules/typescript-native/bin/tsc');

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'packed-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function run(cwd: string, command: string, ...options: string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(command, options, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'development', FORCE_COLOR: '0' },
  });
  return { status, output: status === 0 ? stdout : `${stdout}${stderr}` };
}
