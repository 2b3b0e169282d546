import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { buildCommand as buildDist } from '../../scripts/buildCommand.mjs';

/** The command as it is shipped, in an empty folder far from `node_modules`. */
export interface BuiltCommand {
  folder: string;
  main: string;
  remove: () => Promise<void>;
}

/** Copies dist/cli, which is built first if it is older than its sources. */
export async function buildCommand(): Promise<BuiltCommand> {
  await buildDist(() => undefined);
  const folder = await mkdtemp(join(tmpdir(), 'command-'));
  await cp(resolve(import.meta.dirname, '../../dist/cli'), folder, { recursive: true });
  return { folder, main: join(folder, 'main.js'), remove: () => rm(folder, { recursive: true }) };
}
