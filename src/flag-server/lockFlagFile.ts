import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { unlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FlagFileTaken } from './FlagFileError.js';

/**
 * Keeps a flag file for this process, so that no second server of this machine writes it too.
 *
 * The lock is a local socket with a name made of the path, which the system takes away when the process ends, however it
 * ends. It does not reach into another container: there, a write still refuses to replace what it has not read.
 *
 * @returns what gives the file back.
 * @throws FlagFileTaken when another process has it.
 */
export async function lockFlagFile(path: string, file: string): Promise<() => Promise<void>> {
  const name = `maintenance-mode-${createHash('sha256').update(path).digest('hex').slice(0, 32)}`;
  const address = addressOf(name);
  const server = createServer((socket) => {
    // Whoever asks is told who has it.
    socket.on('error', () => undefined).end(String(process.pid));
  });
  // The process may end with it open.
  server.unref();
  const listen = async (): Promise<boolean> => {
    try {
      server.listen(address);
      await once(server, 'listening');
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
      throw error;
    }
  };
  if (!(await listen())) {
    const owner = await ownerOf(address);
    if (owner === undefined && isFile(address)) await unlink(address).catch(() => undefined);
    if (owner !== undefined || !(await listen())) {
      throw new FlagFileTaken(
        `${file} is served by another process already${owner ? `, ${owner}` : ''}. Stop it, or give each server a file of its own`,
      );
    }
  }
  return async () => {
    const closed = once(server, 'close');
    server.close();
    await closed;
  };
}

function addressOf(name: string): string {
  if (process.platform === 'linux') return `\0${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return join(tmpdir(), `${name}.sock`);
}

/** Whether a socket of this address outlives its process, as it does where it is a file. */
function isFile(address: string): boolean {
  return process.platform !== 'linux' && process.platform !== 'win32' && address.endsWith('.sock');
}

/** The process that listens there, if one does. */
async function ownerOf(address: string): Promise<string | undefined> {
  try {
    let text = '';
    for await (const part of connect(address).setEncoding('utf8')) text += String(part);
    return text;
  } catch {
    return undefined;
  }
}
