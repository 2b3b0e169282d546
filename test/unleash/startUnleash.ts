import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real Unleash on a PostgreSQL of its own. */
export interface TestUnleash {
  readonly url: string;
  readonly token: string;
  /** Makes a flag for single users, which is on, or one for everyone, which is off. */
  readonly createFlag: (key: string, purpose: 'users' | 'everyone') => Promise<void>;
  readonly remove: () => Promise<void>;
}

const token = '*:*.token-of-the-tests';

/** Starts both. PostgreSQL does not run as root, so that root starts it as the user postgres. */
export async function startUnleash(): Promise<TestUnleash> {
  const folder = mkdtempSync(join(tmpdir(), 'unleash-'));
  chmodSync(folder, 0o777);
  const [databasePort, port] = [await freePort(), await freePort()];
  const postgres = startPostgres(folder, databasePort);
  const server = spawn(process.execPath, ['-e', serverScript(databasePort, port)], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  await waitForLine(server, 'unleash is up');

  async function post(path: string, body?: object): Promise<void> {
    const response = await fetch(`${url}/api/admin/projects/default/features${path}`, {
      method: 'POST',
      headers: { authorization: token, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  }

  return {
    url,
    token,
    async createFlag(key, purpose) {
      const environment = `/${key}/environments/development`;
      const everyone = {
        name: 'flexibleRollout',
        parameters: { rollout: '100', stickiness: 'default', groupId: key },
      };
      const nobody = { contextName: 'userId', operator: 'IN', values: ['maintenance-mode:nobody'] };
      await post('', { name: key });
      await post(
        `${environment}/strategies`,
        purpose === 'everyone' ? everyone : { ...everyone, title: 'maintenance-mode', constraints: [nobody] },
      );
      if (purpose === 'users') await post(`${environment}/on`);
    },
    async remove() {
      server.kill('SIGKILL');
      await once(server, 'exit');
      postgres.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

function startPostgres(folder: string, port: number): { stop: () => void } {
  const versions = '/usr/lib/postgresql';
  const [version = ''] = readdirSync(versions).toSorted().toReversed();
  const bin = join(versions, version, 'bin');
  const data = join(folder, 'data');
  const run = (...words: string[]): void => {
    const [file = '', ...args] =
      process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--', ...words] : words;
    const { status, stderr } = spawnSync(file, args, {
      cwd: '/',
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
  };
  run(join(bin, 'initdb'), '-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync');
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c fsync=off -k ${folder}`;
  run(join(bin, 'pg_ctl'), '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start');
  return { stop: () => run(join(bin, 'pg_ctl'), '-D', data, '-m', 'immediate', 'stop') };
}

function serverScript(databasePort: number, port: number): string {
  const options = {
    db: {
      host: '127.0.0.1',
      port: databasePort,
      user: 'postgres',
      password: '',
      database: 'postgres',
      ssl: false,
    },
    server: { host: '127.0.0.1', port },
    authentication: {
      initApiTokens: [
        {
          environment: '*',
          projects: ['*'],
          secret: token,
          type: 'admin',
          tokenName: 'tests',
          username: 'tests',
        },
      ],
    },
    versionCheck: { enable: false },
    telemetry: false,
    logLevel: 'fatal',
  };
  return `require('unleash-server').start(${JSON.stringify(options)}).then(() => console.log('unleash is up'));`;
}

async function waitForLine(server: ChildProcess, line: string): Promise<void> {
  let text = '';
  const ended = once(server, 'exit').then(([code]) => {
    throw new Error(`Unleash ended with ${String(code)}.`);
  });
  const isUp = new Promise<void>((resolve) => {
    server.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes(line)) resolve();
    });
  });
  await Promise.race([isUp, ended]);
  ended.catch(() => {});
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
