import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { createFlagServer } from '../../src/flag-server/createFlagServer.js';
import { FlagFileError, FlagFileTaken } from '../../src/flag-server/createFlagFile.js';
import { createDemoHandler, type Asset } from './createDemoHandler.js';
import { createFlagService } from './createFlagService.js';
import { createReindex } from './createReindex.js';
import { placeOf } from './commandLines.js';
import { prepareFlagFile } from './prepareFlagFile.js';
import { createServer as createProbe } from 'node:net';

interface DemoOptions {
  /** The root folder of the project. */
  readonly root: string;
  /** The port of the shop. The next free port is used when it is taken; 0 means any free port. */
  readonly port: number;
  /** The path of the flag file. */
  readonly file: string;
  readonly reset: boolean;
  /** The script that reindexes one customer. Default: the demo's own. */
  readonly job: string | undefined;
  /** The file with the keys of the customers to reindex, one per line. Default: the demo's own. */
  readonly customers: string | undefined;
  readonly assets: ReadonlyMap<string, Asset>;
  readonly onNote: (note: string) => void;
}

interface Demo {
  readonly url: string;
  readonly flagServer: string;
  /** The access token of the flag server's REST API. */
  readonly token: string;
  close(): Promise<void>;
}

/** Starts the flag server and the shop's server. Both listen on this computer only. */
export async function createDemo(options: DemoOptions): Promise<Demo> {
  const { file, root, onNote } = options;
  const journal = join(dirname(file), 'reindex.jsonl');
  const isNew = await prepareFlagFile(file, options.reset, onNote);
  // The journal describes the old flags, so it goes with them.
  if (isNew) await rm(journal, { force: true });
  const token = `local-${randomBytes(8).toString('hex')}`;
  const port = await findPort(options.port);
  if (port !== options.port) onNote(`Port ${options.port} is taken; using ${port}.`);
  const flagServer = await createFlagServer({
    file,
    token,
    port: await findPort(port && port + 1),
    onWarning: onNote,
  }).catch((error: unknown) => {
    if (!(error instanceof FlagFileError) || error instanceof FlagFileTaken) throw error;
    throw new Error(`${error.message}. Correct the file, or start with --reset for a new one.`);
  });
  const reindex = await createReindex(
    {
      root,
      job: options.job ?? placeOf(root, 'demo/reindex/reindexOne.mjs'),
      customers: options.customers ?? placeOf(root, 'demo/reindex/customers.txt'),
      journal,
      flagServer: flagServer.url,
    },
    token,
  );
  const closing = new AbortController();
  const handle = createDemoHandler({
    flagServer: flagServer.url,
    service: createFlagService(flagServer.url, token),
    reindex,
    assets: options.assets,
    closing: closing.signal,
    onNote,
  });
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`,
    flagServer: flagServer.url,
    token,
    close: async () => {
      // Stop the run first: it still needs the flag server.
      await reindex.close();
      closing.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([closed, flagServer.close()]);
    },
  };
}

const TRIES = 20;

/**
 * Returns the first free port, starting with the given one. Returns 0 for 0: the system then chooses a port.
 *
 * @throws when none of the next ports is free.
 */
async function findPort(wanted: number): Promise<number> {
  if (wanted === 0) return 0;
  const last = Math.min(wanted + TRIES, 65_535);
  for (let port = wanted; port <= last; port += 1) if (await isFree(port)) return port;
  throw new Error(`The ports ${wanted} to ${last} are all taken. Choose another one: --port N.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createProbe();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
