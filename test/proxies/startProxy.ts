import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A proxy of the system's packages that is running. */
export interface RunningProxy {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** How a proxy is started with a configuration file, in the foreground. */
const commands = {
  nginx: (file: string, folder: string) => ['nginx', '-p', folder, '-c', file],
  haproxy: (file: string) => ['haproxy', '-db', '-f', file],
  caddy: (file: string) => ['caddy', 'run', '--adapter', 'caddyfile', '--config', file],
  squid: (file: string) => ['squid', '-N', '-f', file],
};

/** Starts a proxy with what `configure` writes for a free port and a folder of its own, and waits until it listens. */
export async function startProxy(
  name: keyof typeof commands,
  configure: (port: number, folder: string) => string,
): Promise<RunningProxy> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  const port = await findFreePort();
  const file = join(folder, 'config');
  await mkdir(join(folder, 'logs'));
  await writeFile(file, configure(port, folder));
  const [command = '', ...args] = commands[name](file, folder);
  const child = spawn(command, args, {
    env: { PATH: `${process.env['PATH']}:/usr/sbin`, HOME: folder, XDG_DATA_HOME: folder },
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      output += String(error);
      resolve();
    });
    child.once('exit', () => resolve());
  });
  let running = true;
  void ended.then(() => (running = false));
  while (!(await listens(port))) {
    if (!running) throw new Error(`${name} did not start: ${output}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
