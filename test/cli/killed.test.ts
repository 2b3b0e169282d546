import { afterAll, beforeAll, expect, it, vi } from 'vitest';

import { buildCommand, type BuiltCommand } from './buildCommand.js';
import type { RunningCommand } from './startCommand.js';
import { startWorkplace, type Workplace } from './startWorkplace.js';

// A few of them are enough to see a rule broken; `npm run test:hard` asks for many.
const kills = Number(process.env['FUZZ_RUNS'] ?? 12);
const users = Array.from({ length: kills * 2 }, (_, index) => `user ${index}`);

let built: BuiltCommand;
let place: Workplace;

vi.setConfig({ testTimeout: 60_000 + kills * 5_000, hookTimeout: 60_000 });

beforeAll(async () => {
  built = await buildCommand();
  place = await startWorkplace(built.main);
});

afterAll(async () => {
  await place.remove();
  await built.remove();
});

/** Numbers that look random and are the same in each run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

/** Kills a run when it has told of so many steps, and a little later. Gives whether it was there to be killed. */
async function killAfter(run: RunningCommand, steps: number, ms: number): Promise<boolean> {
  await new Promise<void>((resolve) => {
    run.process.stdout.on('data', () => {
      if (run.stdout().split('"event":"step"').length > steps) resolve();
    });
    void run.ended.then(() => resolve());
  });
  await new Promise((resolve) => setTimeout(resolve, ms));
  run.process.kill('SIGKILL');
  return (await run.ended) === null;
}

it('a run that is killed again and again does each job once or reports it, and reports everyone who is left in maintenance', async () => {
  const job = await place.job('job', 'echo "$1" >> ran');
  const random = createRandom(2015);
  const options = [
    '--settle',
    '0',
    '--journal',
    'journal',
    '--resume',
    '--keep-going',
    '--max-held',
    String(users.length),
    '--json',
  ];
  const args = ['each', '-f', 'search', ...options, '--concurrency', '2', job];
  const input = users.join('\n');

  let killed = 0;
  for (let times = 0; times < kills; times += 1) {
    const run = place.start(args, { input });
    if (await killAfter(run, Math.floor(random() * 6), random() * 15)) killed += 1;
  }
  const { stdout } = await place.run(args, { input });

  const results = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; user?: string; result?: string })
    .filter(({ event }) => event === 'result');
  const reported = new Set(results.filter(({ result }) => result === 'orphaned').map(({ user }) => user));
  expect(results).toHaveLength(users.length);
  const ran = await place.lines('ran');
  for (const user of users) {
    const times = ran.filter((line) => line === user).length;
    if (reported.has(user)) expect(times).toBeLessThanOrEqual(1);
    else expect([user, times]).toEqual([user, 1]);
  }
  expect((await place.held()).filter((user) => !reported.has(user))).toEqual([]);
  expect(killed).toBeGreaterThan(kills * 0.8);
});
