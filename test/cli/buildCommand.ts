import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { build, type Options } from 'tsup';

import config from '../../tsup.config.js';

/** The command as it is shipped, in an empty folder far from `node_modules`. */
export interface BuiltCommand {
  folder: string;
  main: string;
  remove: () => Promise<void>;
}

/** Builds the command by the project's own configuration. */
export async function buildCommand(): Promise<BuiltCommand> {
  const folder = await mkdtemp(join(tmpdir(), 'command-'));
  // defineConfig gives back what it was given, here a list.
  const command = (config as Options[]).find(({ name }) => name === 'command');
  if (!command) throw new Error('tsup.config.ts has no configuration named "command"');
  await build({ ...command, config: false, outDir: folder, silent: true });
  return { folder, main: join(folder, 'main.js'), remove: () => rm(folder, { recursive: true }) };
}
