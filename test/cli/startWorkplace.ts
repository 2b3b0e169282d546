import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { shopFlags } from '../flag-server/flagData.js';
import { startFlagServer, type TestFlagServer } from '../flag-server/startFlagServer.js';
import { startCommand, startProcess, type RunningCommand } from './startCommand.js';

/** How a command ended, with all that it said. */
interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly env?: Record<string, string>;
  readonly input?: string | Buffer | null;
}

/** A folder with jobs and lists, a flag server, and the built command to run there. */
export interface Workplace {
  readonly folder: string;
  readonly server: TestFlagServer;
  readonly start: (args: readonly string[], options?: RunOptions) => RunningCommand;
  readonly run: (args: readonly string[], options?: RunOptions) => Promise<Ended>;
  /** Runs a shell script, in which `maintenance-mode` is the built command. */
  readonly shell: (script: string, options?: RunOptions) => Promise<Ended>;
  /** Writes an executable shell script, and gives its path. */
  readonly job: (name: string, script: string) => Promise<string>;
  readonly read: (file: string) => Promise<string>;
  /** The lines of a file; none when there is no such file. */
  readonly lines: (file: string) => Promise<string[]>;
  /** Who is targeted to maintenance. */
  readonly held: (flag?: string) => Promise<string[]>;
  readonly remove: () => Promise<void>;
}

export const token = 'api-secret-0123456789';

/** Starts a workplace for a built command. */
export async function startWorkplace(main: string, flagData: object = shopFlags()): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'workplace-'));
  const server = await startFlagServer(flagData, { token });
  const running: RunningCommand[] = [];
  const environment = { LD_ACCESS_TOKEN: token, LD_ENVIRONMENT: 'local', LD_BASE_URI: server.url };
  const path = (name: string): string => join(folder, name);

  async function write(name: string, script: string): Promise<string> {
    await writeFile(path(name), `#!/bin/sh\n${script}\n`);
    await chmod(path(name), 0o755);
    return path(name);
  }
  const start: Workplace['start'] = (args, { env, ...options } = {}) => {
    const command = startCommand(main, args, folder, { ...options, env: { ...environment, ...env } });
    running.push(command);
    return command;
  };
  const end = async (command: RunningCommand): Promise<Ended> => ({
    code: await command.ended,
    stdout: command.stdout(),
    stderr: command.stderr(),
  });
  await write('maintenance-mode', `exec "${process.execPath}" "${main}" "$@"`);
  const read = (file: string): Promise<string> => readFile(path(file), 'utf8');

  return {
    folder,
    server,
    start,
    run: (args, options) => end(start(args, options)),
    shell(script, { env, ...options } = {}) {
      const PATH = `${folder}:${process.env['PATH']}`;
      return end(
        startProcess('bash', ['-c', script], folder, { ...options, env: { ...environment, PATH, ...env } }),
      );
    },
    job: write,
    read,
    lines: async (file) => (await read(file).catch(() => '')).split('\n').slice(0, -1),
    async held(flag = 'search') {
      const { environments, variations } = await server.read(flag);
      return (environments['local']?.targets ?? [])
        .filter(({ variation }) => variations[variation]?.value === true)
        .flatMap(({ values }) => values);
    },
    async remove() {
      for (const { process, ended } of running) {
        // Not SIGKILL, which would leave its commands behind.
        process.kill('SIGTERM');
        await ended;
      }
      await server.remove();
      await rm(folder, { recursive: true });
    },
  };
}
