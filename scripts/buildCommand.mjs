import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const built = join(root, 'dist/cli');

/** Builds dist/cli as `npm run build` does, if it is missing or older than its sources. */
export async function buildCommand(say) {
  if (isFresh()) return;
  say('Building the command maintenance-mode into dist/cli.');
  await mkdir(join(root, 'dist'), { recursive: true });
  const folder = await mkdtemp(join(root, 'dist/.command-'));
  try {
    const tsup = spawn(
      process.execPath,
      [
        'node_modules/tsup/dist/cli-default.js',
        '--config',
        'tsup.command.config.ts',
        '--silent',
        '-d',
        folder,
      ],
      { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const [code] = await once(tsup, 'exit');
    if (code !== 0) throw new Error('the command could not be built. Run npm run build to see why.');
    await rm(built, { recursive: true, force: true });
    // Moved into place in one step, because another process may be about to run it.
    await rename(folder, built);
  } catch (error) {
    // Another process built it at the same moment.
    if (!isFresh()) throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isFresh() {
  const main = join(built, 'main.js');
  if (!existsSync(main)) return false;
  const time = statSync(main).mtimeMs;
  return ['src/cli', 'src/core', 'src/flag-server', 'src/switch'].every((folder) =>
    readdirSync(join(root, folder), { recursive: true }).every(
      (file) => statSync(join(root, folder, file)).mtimeMs <= time,
    ),
  );
}
