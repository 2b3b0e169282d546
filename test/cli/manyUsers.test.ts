import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, onTestFinished } from 'vitest';

import { createEndTimes, keepEndTime } from '../../src/cli/each/endTimes.js';
import { noJournal } from '../../src/cli/each/journal.js';
import { createPauser, runEach, createBatchedSwitch } from '../../src/cli/each/runEach.js';
import { createProgressTracker } from '../../src/cli/each/reporters.js';
import { readKeys } from '../../src/cli/each/readKeys.js';
import { loadSwitch } from '../../src/cli/switches/loadSwitch.js';
import { everyCombination } from '../inTurn.js';
import { buildCommand } from './buildCommand.js';
import { fakeCollaborators, plan } from './fakeGuard.js';
import { startWorkplace } from './startWorkplace.js';

/** A switch of one's own, with a table in memory. */
const memorySwitch = `
export default ({ flag }) => {
  const users = new Map();
  const state = () => ({ flag, everyone: false, users: new Map(users) });
  return {
    service: 'memory',
    can: { everyone: false, users: true, values: 'own' },
    read: async () => state(),
    async change({ hold = [], release = [], value = true }) {
      for (const user of hold) users.set(user, value);
      for (const user of release) users.delete(user);
      return state();
    },
    serves: async (user) => users.has(user),
  };
};
`;

// A user who is remembered takes 100 bytes or more, so that even the smaller number tells.
const users = everyCombination ? 100_000 : 30_000;
// 100,000 processes take an hour: `npm run test:hard` starts more of them.
const processes = process.env['FUZZ_RUNS'] === undefined ? 64 : 10_000;

it(
  'many thousand users take no more memory than a few, with a custom switch, health checks and end times',
  { timeout: 600_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'many-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'own.mjs'), memorySwitch);
    setFlagsFromString('--expose-gc');
    // The function appears in new contexts only.
    const collect = runInNewContext('gc') as () => void;
    const { collaborators } = fakeCollaborators(
      createBatchedSwitch(
        await loadSwitch(join(folder, 'own.mjs'), {
          flag: 'search',
          options: {},
          env: {},
          signal: new AbortController().signal,
        }),
        String,
      ),
    );
    const { flagSwitch, sleep } = collaborators;
    const total = users;
    const tracker = createProgressTracker(total, () => performance.now());
    const endTimes = createEndTimes({
      scope: 'user',
      left: () => total - tracker.progress().users,
      concurrency: 8,
      now: Date.now,
      elapsed: () => performance.now(),
    });
    const pauser = createPauser({
      check: async () => ({ code: 1 }),
      onPause: () => {},
      onResume: () => {},
      sleep,
    });
    const samples: number[] = [];
    async function* list(): AsyncGenerator<Buffer> {
      for (let index = 0; index < total; index += 1) {
        if (index % (total * 0.45) === total * 0.05) {
          collect();
          samples.push(process.memoryUsage().heapUsed);
        }
        yield Buffer.from(`user-${index}@example.com\n`);
      }
    }

    const outcome = await runEach(
      {
        planOf: (user) => ({ ...plan, user }),
        concurrency: 8,
        keepGoing: false,
        maxHeld: Infinity,
        redo: false,
      },
      readKeys(list()),
      {
        ...collaborators,
        leases: { take: () => ({ startWork() {}, settleEnd: () => 'off', letGo() {} }) },
        runChild: async () => ({ code: 0 }),
        journal: noJournal,
        beforeUser: pauser.wait,
        endTimeOf: (user, onSettled) =>
          keepEndTime({
            ...{ user, endTimes, flagSwitch, onSettled, notice: undefined, comment: 'why', now: Date.now },
            onPromise: () => {},
          }),
        onStep: () => {},
        onResult: ({ result }) => tracker.add(result),
      },
    );

    expect([outcome.code, outcome.counts.done, endTimes.counts().promised > 0.99 * total]).toEqual([
      0,
      total,
      true,
    ]);
    const [early = 0, , late = Infinity] = samples;
    console.log(`many users: heap ${samples.map((bytes) => (bytes / 1e6).toFixed(1)).join(', ')} MB`);
    expect(late - early).toBeLessThan(2_000_000);
  },
);

it(
  'a real run of very many users takes no more memory at its end than at its start',
  { timeout: 3_600_000 },
  async () => {
    const built = await buildCommand();
    const place = await startWorkplace(built.main);
    onTestFinished(async () => {
      await place.remove();
      await built.remove();
    });
    await writeFile(join(place.folder, 'own.mjs'), memorySwitch);
    const keys = Array.from({ length: processes }, (_, index) => `user-${index}\n`).join('');
    const samples: number[] = [];
    const run = place.start(
      [
        ...['each', '-f', 'search', '--settle', '0', '--switch', './own.mjs', '--journal', 'journal'],
        ...['--ends-at', 'auto', '--concurrency', '8', '--json', 'true'],
      ],
      { input: keys },
    );
    let told = 0;
    run.process.stdout.on('data', (text: string) => {
      told += text.split('"event":"result"').length - 1;
      if (told < ((samples.length + 1) * processes) / 8) return;
      void readFile(`/proc/${run.process.pid}/status`, 'utf8').then(
        (status) => {
          const resident = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
          // A process that has just ended has no memory any more.
          if (resident !== undefined) samples.push(Number(resident) / 1000);
        },
        () => {},
      );
    });

    expect(await run.ended).toBe(0);
    expect(told).toBe(processes);
    console.log(`many users: ${processes} processes, resident ${samples.map(Math.round).join(', ')} MB`);
    // What the runtime takes for itself in the beginning has been taken by the second sample.
    const [, early = 0] = samples;
    expect(Math.max(...samples) - early).toBeLessThan(40);
  },
);
