import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, fstatSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { codeOfSignal } from './runChild.js';
import { readKeys, type ListedKey } from './readKeys.js';

/** Where a list of users comes from. */
export interface KeyList {
  readonly keys: AsyncIterable<ListedKey>;
  /** Ends the reading, also while nothing comes. */
  readonly close: () => void;
}

/** The keys of a stream, as standard input. */
export function listKeysOf(input: Readable, nullEnded: boolean): KeyList {
  return { keys: readKeys(input, nullEnded), close: () => input.destroy() };
}

/**
 * The keys that a shell command prints. When it fails, the list breaks off with an error, and a last line that was not ended counts for
 * nothing: it may be the beginning of another key.
 */
export function listKeysFrom(
  command: string,
  nullEnded: boolean,
  env?: Readonly<Record<string, string | undefined>>,
): KeyList {
  const child = spawn('sh', ['-c', command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(env && { env }),
    // Signals of the terminal are for us to act on.
    detached: process.platform !== 'win32',
  });
  const ended = once(child, 'exit');
  // It may end long before anybody asks.
  ended.catch(() => {});

  async function* bytes(): AsyncGenerator<Buffer> {
    yield* child.stdout;
    // The result of `once` has no types of its own.
    const [code, signal] = (await ended) as [number | null, NodeJS.Signals | null];
    const end = code ?? codeOfSignal(signal);
    if (end !== 0) throw new Error(`"${command}" ended with exit code ${end}.`);
  }

  return {
    keys: readKeys(bytes(), nullEnded),
    close() {
      child.stdout.destroy();
      if (child.exitCode === null && child.signalCode === null) kill(child.pid);
    },
  };
}

/** How many keys standard input holds, where it is a file; the place up to which it is read stays as it is. */
export async function countKeys(nullEnded: boolean): Promise<number | undefined> {
  if (!fstatSync(0).isFile()) return undefined;
  const keys = readKeys(createReadStream('', { fd: 0, start: 0, autoClose: false }), nullEnded);
  let count = 0;
  while (!(await keys.next()).done) count += 1;
  return count;
}

function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGTERM');
  } catch {
    // It was gone already.
  }
}
