import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** All flags for one user. Put your flag service here; this example reads a file: {"search-maintenance": ["bob"]}. */
export async function readFlags(user: string): Promise<Record<string, boolean>> {
  const heldUsers: Record<string, string[]> = JSON.parse(
    await readFile(join(process.cwd(), 'flags.json'), 'utf8'),
  );
  return Object.fromEntries(Object.entries(heldUsers).map(([flag, users]) => [flag, users.includes(user)]));
}
