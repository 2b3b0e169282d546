import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
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
        'guard and each do not run on Windows, because it has no process groups and signals to end a command together with the processes that it started. Run them in WSL. on, off, status and serve work on Windows.',
    };
  }
  const found = findExecutable(file, env['PATH'] ?? '');
  if (typeof found === 'object') {
    const problem = findScriptProblem(found.path);
    return problem === undefined
      ? undefined
      : { code: exitCodes.notExecutable, message: `"${file}" cannot be run: ${problem}` };
  }
  if (found === 'missing') return { code: exitCodes.notFound, message: `"${file}" was not found.` };
  return { code: exitCodes.notExecutable, message: `"${file}" is not executable.` };
}

/** The file that a command runs, as a shell would search for it. */
function findExecutable(file: string, path: string): { readonly path: string } | 'forbidden' | 'missing' {
  const candidates = file.includes('/')
    ? [file]
    : path.split(delimiter).map((folder) => join(folder || '.', file));
  // On Windows only the system knows which file name extensions are executable.
  if (process.platform === 'win32') return { path: file };
  const files = candidates.filter(isFile);
  if (!files.length) return 'missing';
  const runnable = files.find(mayRun);
  return runnable === undefined ? 'forbidden' : { path: runnable };
}

/** Why the first line of a script (`#!/bin/sh`) does not work. */
function findScriptProblem(path: string): string | undefined {
  const [line, interpreter = ''] = /^#![ \t]*([^ \t\r\n]*)[^\n]*/.exec(firstBytes(path)) ?? [];
  if (line === undefined) return undefined;
  if (line.endsWith('\r'))
    return 'its first line ends with a carriage return. Save it with Unix line endings.';
  return interpreter.startsWith('/') && !isFile(interpreter)
    ? `its first line names "${interpreter}", which was not found.`
    : undefined;
}

function firstBytes(path: string): string {
  try {
    const file = openSync(path, 'r');
    const bytes = Buffer.alloc(256);
    const length = readSync(file, bytes);
    closeSync(file);
    return bytes.toString('latin1', 0, length);
  } catch {
    // It may be executable and not readable.
    return '';
  }
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
