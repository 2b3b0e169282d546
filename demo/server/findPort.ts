import { createServer } from 'node:net';

const TRIES = 20;

/**
 * Returns the first free port, starting with the given one. Returns 0 for 0: the system then chooses a port.
 *
 * @throws when none of the next ports is free.
 */
export async function findPort(wanted: number): Promise<number> {
  if (wanted === 0) return 0;
  const last = Math.min(wanted + TRIES, 65_535);
  for (let port = wanted; port <= last; port += 1) if (await isFree(port)) return port;
  throw new Error(`The ports ${wanted} to ${last} are all taken. Choose another one: --port N.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
