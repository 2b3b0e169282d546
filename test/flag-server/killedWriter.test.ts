import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { parseFlagFile } from '../../src/flag-server/parseFlagFile.js';
import { variationId } from '../../src/flag-server/representFlag.js';
import { buildCommand, type BuiltCommand } from '../cli/buildCommand.js';
import { startCommand, type RunningCommand } from '../cli/startCommand.js';
import { shopFlags } from './flagData.js';

// `npm run test:hard` asks for many.
const KILLS = Math.ceil(Number(process.env['FUZZ_RUNS'] ?? 30) / 3);
const WRITERS = 4;
const TOKEN = 'secret';

let built: BuiltCommand;
let folder: string;

beforeAll(async () => {
  built = await buildCommand();
  folder = await mkdtemp(join(tmpdir(), 'killed-'));
});

afterAll(async () => {
  await built.remove();
  await rm(folder, { recursive: true });
});

it(
  'keeps every change that it confirmed, and a complete file, when it is killed at any moment',
  { timeout: 60_000 + KILLS * 5_000 },
  async () => {
    const file = join(folder, 'flags.json');
    const flags = shopFlags();
    // A large file, so that writing it takes time.
    const ballast = Array.from({ length: 4_000 }, (_value, index) => `ballast-${index}`);
    await writeFile(file, JSON.stringify({ ...flags, ballast }));
    const answered = new Set<string>();
    const asked = new Set<string>();
    let newestVersion = 0;

    for (let kill = 0; kill < KILLS; kill += 1) {
      const command = startServer();
      const url = (await command.firstLine).replace('listening on ', '');
      // Spread over the whole of a write, which takes some milliseconds.
      const killAfterAnswers = (kill * 7) % 23;
      const killAfterMs = (kill * 5) % 8;
      const answeredBefore = answered.size;

      await Promise.all(
        Array.from({ length: WRITERS }, async (_value, writer) => {
          for (
            let write = 0;
            command.process.exitCode === null && command.process.signalCode === null;
            write += 1
          ) {
            const user = `user-${kill}-${writer}-${write}`;
            asked.add(user);
            const version = await addTarget(url, user);
            if (version === undefined) return;
            answered.add(user);
            newestVersion = Math.max(newestVersion, version);
            if (answered.size - answeredBefore === killAfterAnswers + 1) {
              setTimeout(() => command.process.kill('SIGKILL'), killAfterMs);
            }
          }
        }),
      );
      await command.ended;

      const { flags: saved } = parseFlagFile(await readFile(file, 'utf8'), 'flags.json');
      const targeted = new Set(saved.get('search')?.targets?.[0]?.values);
      expect([...answered].filter((user) => !targeted.has(user))).toEqual([]);
      expect([...targeted].filter((user) => !asked.has(user))).toEqual([]);
      expect(saved.get('search')?.version).toBeGreaterThanOrEqual(newestVersion);
    }

    const last = startServer();
    await last.firstLine;
    last.process.kill('SIGTERM');
    await last.ended;
    expect(answered.size).toBeGreaterThan(KILLS);
    expect(await readdir(folder)).toEqual(['flags.json']);
  },
);

function startServer(): RunningCommand {
  return startCommand(built.main, ['serve', '--flags', 'flags.json', '--port', '0'], folder, {
    env: { LD_ACCESS_TOKEN: TOKEN },
  });
}

/** The version that was answered; `undefined` when the server was killed before it answered. */
async function addTarget(url: string, user: string): Promise<number | undefined> {
  const answer = await fetch(`${url}/api/v2/flags/default/search`, {
    method: 'PATCH',
    headers: {
      authorization: TOKEN,
      'content-type': 'application/json; domain-model=launchdarkly.semanticpatch',
    },
    body: JSON.stringify({
      environmentKey: 'local',
      instructions: [{ kind: 'addTargets', variationId: variationId('search', 0), values: [user] }],
    }),
  })
    .then(async (response) => ({ status: response.status, body: await response.json() }))
    .catch(() => undefined);
  if (!answer) return undefined;
  expect(answer.status).toBe(200);
  return answer.body._version;
}
