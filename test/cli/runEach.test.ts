import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { describe, expect, it, vi } from 'vitest';

import {
  createBatchedSwitch,
  runEach,
  type EachOutcome,
  type EachPlan,
  type UserResult,
} from '../../src/cli/each/runEach.js';
import { toSwitchState } from '../../src/cli/switches/createLaunchDarklySwitch.js';
import { noJournal, type Journal } from '../../src/cli/each/journal.js';
import { SwitchError, type FlagSwitch } from '../../src/switch/FlagSwitch.js';
import type { GuardStep } from '../../src/cli/runGuard.js';
import type { ListedKey } from '../../src/cli/each/readKeys.js';
import { fakeCollaborators, fakeSwitch, plan, unauthorized, userFlag } from './fakeGuard.js';

type JobCode = (user: string) => number | Promise<number>;

interface Setting extends Partial<Omit<EachPlan, 'planOf'>> {
  readonly flagSwitch?: FlagSwitch;
  readonly jobCode?: JobCode;
  readonly journal?: Journal;
}

async function* listOf(...keys: readonly (string | ListedKey)[]): AsyncGenerator<ListedKey> {
  for (const key of keys) yield typeof key === 'string' ? { key } : key;
}

function journalWith(done: readonly string[], unfinished: Record<string, GuardStep>): Journal {
  // Only steps that are not an end are given.
  const entries = Object.entries(unfinished) as [string, 'holding' | 'running' | 'ran' | 'failed'][];
  return { ...noJournal, earlier: { done: new Set(done), unfinished: new Map(entries) } };
}

/** Runs over a list with fakes; jobs succeed unless told otherwise. */
function start(keys: AsyncIterable<ListedKey>, setting: Setting = {}) {
  const { flagSwitch = fakeSwitch(), jobCode = () => 0, journal = noJournal, ...options } = setting;
  const { collaborators, runChild, said, interruption } = fakeCollaborators(flagSwitch);
  const ran: string[] = [];
  const results: UserResult[] = [];
  runChild.mockImplementation(async (command) => {
    const user = command.at(-1) ?? '';
    ran.push(user);
    return { code: await jobCode(user) };
  });
  const outcome: Promise<EachOutcome> = runEach(
    {
      planOf: (user) => ({ ...plan, user, byHand: `off ${user}` }),
      concurrency: 1,
      keepGoing: false,
      maxHeld: Infinity,
      redo: false,
      ...options,
    },
    keys,
    {
      ...collaborators,
      journal,
      leases: { take: () => ({ startWork() {}, settleEnd: () => 'off', letGo() {} }) },
      onStep: () => {},
      onResult: (result) => void results.push(result),
    },
  );
  return { outcome, ran, said, results, interruption, runChild };
}

const failsFor =
  (...users: string[]): JobCode =>
  (user) =>
    users.includes(user) ? 1 : 0;

describe('the course', () => {
  it('processes one user after another', async () => {
    const { outcome, ran } = start(listOf('alice', 'bob', 'carol'));

    expect(await outcome).toMatchObject({ code: 0, list: 'complete', counts: { done: 3 } });
    expect(ran).toEqual(['alice', 'bob', 'carol']);
  });

  it('stops at the first failure, and leaves that user in maintenance', async () => {
    const flagSwitch = fakeSwitch();
    const { outcome, ran, results } = start(listOf('alice', 'bob', 'carol'), {
      flagSwitch,
      jobCode: failsFor('bob'),
    });

    expect(await outcome).toMatchObject({ code: 123, list: 'not-finished', counts: { done: 1, held: 1 } });
    expect(ran).toEqual(['alice', 'bob']);
    expect([...flagSwitch.state().held]).toEqual(['bob']);
    expect(results.at(-1)).toMatchObject({
      user: 'bob',
      result: 'held',
      code: 1,
      message: expect.stringMatching(/off bob/),
    });
  });

  it('continues with --keep-going until --max-held users are left in maintenance', async () => {
    const { outcome, ran } = start(listOf('a', 'b', 'c', 'd', 'e'), {
      keepGoing: true,
      maxHeld: 2,
      jobCode: failsFor('b', 'd'),
    });

    expect(await outcome).toMatchObject({ code: 123, counts: { done: 2, held: 2 } });
    expect(ran).toEqual(['a', 'b', 'c', 'd']);
  });

  it('never has more users in maintenance than --max-held allows, including users in progress', async () => {
    const flagSwitch = fakeSwitch();
    let most = 0;
    const jobCode: JobCode = async (user) => {
      most = Math.max(most, flagSwitch.state().held.size);
      await Promise.resolve();
      return Number(user) % 3 === 0 ? 1 : 0;
    };

    const { outcome } = start(listOf(...Array.from({ length: 30 }, (_, index) => String(index))), {
      flagSwitch,
      concurrency: 8,
      keepGoing: true,
      maxHeld: 4,
      jobCode,
    });

    expect((await outcome).counts.held).toBe(4);
    expect(most).toBe(4);
  });

  it('counts a user whose job did nothing as undone, not as held', async () => {
    const { outcome } = start(listOf('a', 'b'), {
      keepGoing: true,
      jobCode: (user) => (user === 'a' ? 75 : 0),
    });

    expect(await outcome).toMatchObject({ code: 123, counts: { undone: 1, held: 0, done: 1 } });
  });

  it('stops when the service refuses everyone, even with --keep-going', async () => {
    const flagSwitch = fakeSwitch();
    vi.mocked(flagSwitch.change).mockRejectedValue(unauthorized);

    const { outcome } = start(listOf('a', 'b', 'c'), { flagSwitch, keepGoing: true });

    expect(await outcome).toMatchObject({ code: 123, counts: { undone: 1 } });
  });

  it('stops at a line that is not a key', async () => {
    const { outcome, ran, said } = start(listOf('a', { line: 2, problem: 'is empty' }, 'c'));

    expect((await outcome).code).toBe(123);
    expect(ran).toEqual(['a']);
    expect(said).toEqual(['Line 2 of the list is empty. It was skipped.']);
  });

  it('reports a list that ends with an error', async () => {
    async function* broken(): AsyncGenerator<ListedKey> {
      yield { key: 'a' };
      throw new Error('"list" ended with exit code 3.');
    }

    const { outcome, said } = start(broken());

    expect(await outcome).toMatchObject({ code: 123, list: 'broken', counts: { done: 1 } });
    expect(said.at(-1)).toMatch(/may be incomplete: "list" ended with exit code 3\./);
  });

  it('ends at an interruption, also while it waits for a key', async () => {
    async function* endless(): AsyncGenerator<ListedKey> {
      yield { key: 'a' };
      interruption.abort('SIGTERM');
      await new Promise(() => {});
    }
    const { outcome, interruption } = start(endless());

    expect(await outcome).toMatchObject({ code: 143, list: 'not-finished', counts: { done: 1 } });
  });
});

describe('what an earlier run left', () => {
  it('skips users who are done, retries users who failed, and only ends maintenance where the command had succeeded', async () => {
    const flagSwitch = fakeSwitch({ ...userFlag, held: new Set(['failed', 'ran', 'holding']) });
    const journal = journalWith(['done'], { failed: 'failed', ran: 'ran', holding: 'holding' });

    const { outcome, ran } = start(listOf('done', 'failed', 'ran', 'holding', 'new'), {
      flagSwitch,
      journal,
    });

    expect(await outcome).toMatchObject({ code: 0, counts: { skipped: 1, done: 4 } });
    expect(ran).toEqual(['failed', 'holding', 'new']);
    expect(flagSwitch.state().held.size).toBe(0);
  });

  it('does not run again for a user for whom it was killed while the command ran, and says so', async () => {
    const flagSwitch = fakeSwitch({ ...userFlag, held: new Set(['bob']) });
    const journal = journalWith([], { bob: 'running' });

    const { outcome, ran, said } = start(listOf('bob'), { flagSwitch, journal });

    expect(await outcome).toMatchObject({ code: 123, counts: { orphaned: 1 } });
    expect(ran).toEqual([]);
    expect(said[0]).toMatch(/killed while the command ran for "bob".*--redo.*off bob/);
  });

  it('runs again for such a user with --redo', async () => {
    const flagSwitch = fakeSwitch({ ...userFlag, held: new Set(['bob']) });

    const { outcome, ran } = start(listOf('bob'), {
      flagSwitch,
      journal: journalWith([], { bob: 'running' }),
      redo: true,
    });

    expect((await outcome).code).toBe(0);
    expect(ran).toEqual(['bob']);
  });

  it('skips such a user if somebody has ended the maintenance by hand', async () => {
    const { outcome, ran } = start(listOf('bob'), { journal: journalWith([], { bob: 'running' }) });

    expect(await outcome).toMatchObject({ code: 0, counts: { skipped: 1 } });
    expect(ran).toEqual([]);
  });

  it('reports users who are still in maintenance but no longer in the list', async () => {
    const flagSwitch = fakeSwitch({ ...userFlag, held: new Set(['gone', 'lost']) });
    const journal = journalWith([], { gone: 'failed', lost: 'running', ended: 'failed' });

    const { outcome, results } = start(listOf('a'), { flagSwitch, journal });

    expect(await outcome).toMatchObject({ code: 123, counts: { done: 1, held: 1, orphaned: 1 } });
    expect(results.map(({ user, result }) => [user, result])).toEqual([
      ['a', 'done'],
      ['gone', 'held'],
      ['lost', 'orphaned'],
    ]);
  });
});

describe('the row "several users in parallel": one writer', () => {
  it('combines concurrent changes into one', async () => {
    const inner = fakeSwitch();
    const flagSwitch = createBatchedSwitch(inner, (users) => `for ${users.join()}`);

    const { outcome } = start(listOf('a', 'b', 'c', 'd'), { flagSwitch, concurrency: 4 });

    expect((await outcome).counts.done).toBe(4);
    const changes = vi.mocked(inner.change).mock.calls.map(([change]) => change);
    expect(changes).toContainEqual({ hold: ['b', 'c'], release: [], comment: 'for b,c' });
    expect(changes.length).toBeLessThan(8);
  });

  it('tries each change alone when the service refuses them together, so that one bad key affects nobody else', async () => {
    const inner = fakeSwitch();
    const change = vi.mocked(inner.change).getMockImplementation();
    vi.mocked(inner.change).mockImplementation(async (wanted) => {
      if (wanted.hold?.includes('bad')) throw new SwitchError('invalid', 'A bad key.');
      return (await change?.(wanted)) ?? toSwitchState(userFlag);
    });
    const flagSwitch = createBatchedSwitch(inner, String);

    const { outcome, ran } = start(listOf('a', 'bad', 'c'), { flagSwitch, concurrency: 3, keepGoing: true });

    expect(await outcome).toMatchObject({ counts: { done: 2, undone: 1 } });
    expect(ran.toSorted()).toEqual(['a', 'c']);
  });
});

it('takes no more memory for a hundred thousand users than for a few', { timeout: 120_000 }, async () => {
  setFlagsFromString('--expose-gc');
  // The function appears in new contexts only.
  const collect = runInNewContext('gc') as () => void;
  const heap = (): number => (collect(), process.memoryUsage().heapUsed);
  let held: string | undefined;
  // No fake that remembers its calls.
  const flagSwitch: FlagSwitch = {
    service: 'https://flags.example',
    can: { everyone: true, users: true, values: 'own' },
    read: async () => ({ flag: 'search', everyone: false, users: new Map() }),
    change: async ({ hold }) => {
      held = hold?.[0];
      return { flag: 'search', everyone: false, users: new Map() };
    },
    serves: async (key) => key === held,
  };
  const samples: number[] = [];
  async function* many(): AsyncGenerator<ListedKey> {
    for (let index = 0; index < 100_000; index += 1) {
      if (index % 45_000 === 5_000) samples.push(heap());
      yield { key: `user-${index}@example.com` };
    }
  }
  const { collaborators, interruption } = fakeCollaborators(flagSwitch);
  let done = 0;

  const outcome = await runEach(
    {
      planOf: (user) => ({ ...plan, user }),
      concurrency: 1,
      keepGoing: false,
      maxHeld: Infinity,
      redo: false,
    },
    many(),
    {
      ...collaborators,
      leases: { take: () => ({ startWork() {}, settleEnd: () => 'off', letGo() {} }) },
      interrupted: interruption.signal,
      runChild: async () => ({ code: 0 }),
      journal: noJournal,
      onStep: () => {},
      onResult: () => void (done += 1),
    },
  );

  expect([outcome.code, done]).toEqual([0, 100_000]);
  const [early = 0, , late = Infinity] = samples;
  expect(late - early).toBeLessThan(2_000_000);
});
