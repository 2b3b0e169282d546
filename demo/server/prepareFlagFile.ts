import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { initialFlags } from './initialFlags.js';

/** Writes the flag file when it is missing, lacks a flag of the shop, or should be reset. Returns whether it was written. */
export async function prepareFlagFile(
  file: string,
  reset: boolean,
  onNote: (note: string) => void,
): Promise<boolean> {
  const fresh = initialFlags();
  if (!reset && (await holdsAll(file, Object.keys(fresh.flags)))) {
    onNote(`The flags are those of the last time, in ${file}. Start with --reset for new ones.`);
    return false;
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(fresh, null, 2)}\n`);
  return true;
}

async function holdsAll(file: string, flags: readonly string[]): Promise<boolean> {
  try {
    const text = await readFile(file, 'utf8');
    return flags.every((flag) => text.includes(`"${flag}"`));
  } catch {
    return false;
  }
}
