import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Whether a command can be run, as a shell would find it. */
export function findExecutable(file: string, path: string): 'executable' | 'forbidden' | 'missing' {
  const candidates = file.includes('/')
    ? [file]
    : path.split(delimiter).map((folder) => join(folder || '.', file));
  // On Windows what can be run depends on endings that only the system knows.
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
