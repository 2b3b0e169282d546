import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { exitCodes } from '../exitCodes.js';
import type { Terminal } from '../Terminal.js';

/** Checks before anything is changed whether a command can be run at all. Returns the reason when it cannot. */
export function refuseCommand(
  file: string,
  { env, platform }: Pick<Terminal, 'env' | 'platform'>,
): { readonly code: number; readonly message: string } | undefined {
  if (platform === 'win32') {
    return {
      code: exitCodes.notExecutable,
      message:
        'guard and each do not run on Windows, which has neither process groups nor signals to end a command with all that it started. Run them in WSL; on, off, status and serve work here.',
    };
  }
  const found = findExecutable(file, env['PATH'] ?? '');
  if (found === 'missing') return { code: exitCodes.notFound, message: `"${file}" was not found.` };
  if (found === 'forbidden')
    return { code: exitCodes.notExecutable, message: `"${file}" is not executable.` };
  return undefined;
}

/** Whether a command is found and executable, as a shell would search for it. */
function findExecutable(file: string, path: string): 'executable' | 'forbidden' | 'missing' {
  const candidates = file.includes('/')
    ? [file]
    : path.split(delimiter).map((folder) => join(folder || '.', file));
  // On Windows only the system knows which file name extensions are executable.
  if (process.platform === 'win32') return 'executable';
  const files = candidates.filter(isFile);
  if (!files.length) return 'missing';
  return files.some(mayRun) ? 'executable' : 'forbidden';
}

function isFile(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function mayRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
