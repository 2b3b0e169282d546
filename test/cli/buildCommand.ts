import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { build, type Options } from 'tsup';

import command from '../../tsup.command.config.js';

/** The command as it is shipped, in an empty folder far from `node_modules`. */
export interface BuiltCommand {
  folder: string;
  main: string;
  remove: () => Promise<void>;
}

/** Builds the command by the project's own configuration. */
export async function buildCommand(): Promise<BuiltCommand> {
  const folder = await mkdtemp(join(tmpdir(), 'command-'));
  // defineConfig gives back what it was given, here one object.
  await build({ ...(command as Options), config: false, outDir: folder, silent: true });
  return { folder, main: join(folder, 'main.js'), remove: () => rm(folder, { recursive: true }) };
}
