import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The demo in a process of its own, as `npm start` runs it. */
export interface RunningDemo {
  readonly url: string;
  readonly flagServer: string;
  readonly token: string;
  /** All that it said so far, but for the address. */
  readonly said: () => string;
  /** Sends a semantic patch to the flag server, as an operator's shell does. */
  patch: (flag: string, instructions: readonly object[]) => Promise<void>;
  /** The id of a variation of a flag. */
  variationId: (flag: string, index: number) => Promise<string>;
  /** Presses Ctrl-C and resolves to the exit code. */
  interrupt: () => Promise<number | null>;
}

/** Where a demo keeps its flags, and the way to get rid of it. */
export async function makeFlagFolder(): Promise<{ file: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'demo-'));
  return { file: join(folder, 'flags.json'), remove: () => rm(folder, { recursive: true }) };
}

/** Starts the demo with React's development build, which tells of every hydration that does not fit. */
export async function startDemo(args: readonly string[]): Promise<RunningDemo> {
  const child = spawn(process.execPath, ['demo/start.mjs', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'development' },
  });
  const exited = once(child, 'exit');
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const lines = createInterface({ input: child.stdout });
  const [url] = (await Promise.race([
    once(lines, 'line'),
    exited.then(() => Promise.reject(new Error(`The demo did not start: ${said}`))),
  ])) as [string];
  while (!said.includes('Ctrl-C')) await once(child.stderr, 'data');
  const find = (pattern: RegExp): string => pattern.exec(said)?.[1] ?? '';
  const flagServer = find(/flag server is at (\S+?)\. /);
  const token = find(/LD_ACCESS_TOKEN=(\S+)/);
  const path = `${flagServer}/api/v2/flags/default`;

  return {
    url,
    flagServer,
    token,
    said: () => said,
    patch: async (flag, instructions) => {
      const response = await fetch(`${path}/${flag}`, {
        method: 'PATCH',
        headers: {
          authorization: token,
          'content-type': 'application/json; domain-model=launchdarkly.semanticpatch',
        },
        body: JSON.stringify({ environmentKey: 'local', instructions }),
      });
      if (!response.ok) throw new Error(await response.text());
    },
    variationId: async (flag, index) => {
      const response = await fetch(`${path}/${flag}`, { headers: { authorization: token } });
      const { variations } = (await response.json()) as { variations: { _id: string }[] };
      return variations[index]?._id ?? '';
    },
    interrupt: async () => {
      child.kill('SIGINT');
      const [code] = (await exited) as [number | null];
      return code;
    },
  };
}
