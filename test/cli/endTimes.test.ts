import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { createEndTimes } from '../../src/cli/each/endTimes.js';
import { buildCommand, type BuiltCommand } from './buildCommand.js';
import recorded from './recordedDurations.json' with { type: 'json' };
import { startWorkplace, type Workplace } from './startWorkplace.js';

// Many processes, on machines that may have other things to do.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** Numbers from 0 to 1 that look random and are the same in each run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Durations = (index: number, random: () => number) => number;

const bell = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const lists: Readonly<Record<string, Durations>> = {
  'all alike': () => 60_000,
  'with a heavy tail (log-normal)': (_index, random) => 20_000 * Math.exp(1.5 * bell(random)),
  'with a heavier tail (Pareto)': (_index, random) => 10_000 / (1 - random()) ** (1 / 1.2),
  'slower and slower': (index, random) => 30_000 * (1 + index / 100) * (1 + 0.3 * random()),
  'slower and slower, without any noise': (index) => 30_000 * (1 + index / 100),
  'small accounts first': (index, random) => 10_000 * Math.exp(index / 60) * (1 + 0.3 * random()),
  'faster and faster': (index, random) => (120_000 / (1 + index / 50)) * (1 + 0.3 * random()),
  'one in eight thirty times as long': (_index, random) =>
    (random() < 0.125 ? 300_000 : 10_000) * (1 + 0.2 * random()),
  'one in three thirty times as long': (_index, random) =>
    (random() < 0.33 ? 300_000 : 10_000) * (1 + 0.2 * random()),
  'slow and fast in turns of sixty': (index, random) =>
    (index % 120 < 60 ? 10_000 : 120_000) * (1 + 0.2 * random()),
};

/** Replays durations of users one after another. Gives for each promise whether it was right. */
function replay(durations: readonly number[], scope: 'user' | 'run' = 'user') {
  let time = Date.parse('2026-01-01T00:00:00Z');
  let left = durations.length;
  const endTimes = createEndTimes({
    scope,
    left: () => left,
    concurrency: 1,
    now: () => time,
    elapsed: () => time,
  });
  const rights: boolean[] = [];
  const factors: number[] = [];
  for (const [index, ms] of durations.entries()) {
    const user = `user ${index}`;
    const promised = endTimes.promise(user);
    if (promised !== undefined) factors.push((promised - time) / ms);
    time += ms;
    left -= 1;
    const { wasRight } = endTimes.end(user, 'over');
    if (wasRight !== undefined) rights.push(wasRight);
  }
  return { rights, factors, counts: endTimes.counts() };
}

/** The fewest right ones of any hundred in a row. */
function worstHundred(rights: readonly boolean[]): number {
  const sums = rights
    .slice(99)
    .map((_right, index) => rights.slice(index, index + 100).filter(Boolean).length);
  return Math.min(...sums);
}

const seed = 2015;

describe('an end time', () => {
  it('is promised from the eleventh user on, first as the longest of ten durations', () => {
    const tens = [5, 3, 9, 1, 7, 2, 8, 4, 6, 10].map((seconds) => seconds * 1000);

    const { rights, factors } = replay([...tens, 10_000]);

    expect([rights, factors]).toEqual([[true], [1]]);
  });

  it('is the 90th percentile of earlier durations, if these are a fair sample', () => {
    const random = createRandom(seed);

    const { rights, factors } = replay(Array.from({ length: 110 }, () => 1000 + 999_000 * random()));

    // The last promises: nine of ten between 1 and 1000 seconds.
    expect(rights.filter(Boolean).length).toBeGreaterThanOrEqual(90);
    expect(Math.min(...factors.slice(-20))).toBeGreaterThan(0.8);
  });

  it.each(Object.keys(lists))('is right for at least 90 of any 100 users whose work is %s', (name) => {
    const random = createRandom(seed);
    const durations = Array.from({ length: 510 }, (_, index) => lists[name]?.(index, random) ?? 0);

    const { rights, counts } = replay(durations);

    expect(rights).toHaveLength(500);
    expect(worstHundred(rights)).toBeGreaterThanOrEqual(90);
    expect(counts).toEqual({ promised: 500, right: rights.filter(Boolean).length, moved: 0 });
  });

  it.each(Object.keys(recorded))(
    'is right for at least 90 of any 100 users of the recorded run %s',
    (name) => {
      const { rights, factors } = replay(
        // A hundred times as long: promises are whole seconds, and their shape is what counts.
        recorded[name as keyof typeof recorded].map((ms) => ms * 100),
      );

      expect(rights.length).toBeGreaterThanOrEqual(100);
      expect(worstHundred(rights)).toBeGreaterThanOrEqual(90);
      // It is no promise to name a time that is far too late.
      expect(factors.toSorted((a, b) => a - b)[Math.floor(factors.length / 2)]).toBeLessThan(3);
    },
  );

  it.each(Object.keys(lists))(
    'of a whole run is right for at least 90 of any 100 users whose work is %s',
    (name) => {
      const random = createRandom(seed);
      const durations = Array.from({ length: 310 }, (_, index) => lists[name]?.(index, random) ?? 0);

      expect(worstHundred(replay(durations, 'run').rights)).toBeGreaterThanOrEqual(90);
    },
  );

  it('that has passed is moved to the duration of longer work, or by the same time again', () => {
    let time = 0;
    const endTimes = createEndTimes({
      scope: 'user',
      left: () => undefined,
      concurrency: 1,
      now: () => time,
      elapsed: () => time,
    });
    for (let index = 0; index < 30; index += 1) {
      endTimes.promise(`user ${index}`);
      time += index === 0 ? 60_000 : 2_000;
      endTimes.end(`user ${index}`, 'over');
    }
    const begun = time;
    const first = endTimes.promise('bob') ?? 0;
    time = first;
    const second = endTimes.move('bob');
    time = second;
    const third = endTimes.move('bob');

    expect([first - begun, second - begun, third - begun]).toEqual([2_000, 60_000, 120_000]);
    expect(endTimes.end('bob', 'over')).toEqual({ wasRight: false });
    expect(endTimes.counts()).toMatchObject({ moved: 2 });
  });

  it('counts as broken for a user who is left in maintenance, and not at all for a user who was not put into it', () => {
    let time = 0;
    const endTimes = createEndTimes({
      scope: 'user',
      left: () => undefined,
      concurrency: 1,
      now: () => time,
      elapsed: () => time,
    });
    for (let index = 0; index < 10; index += 1) {
      endTimes.promise(`user ${index}`);
      time += 1000;
      endTimes.end(`user ${index}`, 'over');
    }
    endTimes.promise('left');
    endTimes.promise('refused');
    endTimes.forget('refused');

    expect(endTimes.end('left', 'left')).toEqual({ wasRight: false });
    expect(endTimes.counts()).toEqual({ promised: 1, right: 0, moved: 0 });
  });
});

describe('each --ends-at auto', () => {
  let built: BuiltCommand;
  let place: Workplace;

  /** Writes each value that it sets into a log. */
  const tableSwitch = `
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
export default ({ flag }) => {
  const load = () => JSON.parse(readFileSync('table.json', 'utf8'));
  const stateOf = (users) => ({ flag, everyone: false, users: new Map(Object.entries(users)) });
  return {
    service: 'table',
    can: { everyone: false, users: true, values: 'own' },
    read: async () => stateOf(load()),
    async change({ hold = [], release = [], value = true }) {
      const users = load();
      for (const user of hold) users[user] = value;
      for (const user of release) delete users[user];
      writeFileSync('table.json', JSON.stringify(users));
      appendFileSync('log', JSON.stringify({ hold, release, value }) + '\\n');
      return stateOf(users);
    },
  };
};
`;
  const users = Array.from({ length: 12 }, (_, index) => `user ${index}`);
  const each = ['each', '-f', 'search', '--settle', '0', '--ends-at', 'auto'];
  const own = ['--switch', './table.mjs'];

  beforeAll(async () => {
    built = await buildCommand();
  });
  afterAll(() => built.remove());
  beforeEach(async () => {
    place = await startWorkplace(built.main);
    await writeFile(join(place.folder, 'table.mjs'), tableSwitch);
    await writeFile(join(place.folder, 'table.json'), '{}');
  });
  afterEach(() => place.remove());

  const changes = async (): Promise<{ hold: string[]; value: { endsAt?: string; title?: string } }[]> =>
    (await place.lines('log'))
      .map((line) => JSON.parse(line) as never)
      .filter(({ hold }: { hold: string[] }) => hold.length);

  it('promises each user an end time after ten users, moves it when it has passed, and reports how often it was right', async () => {
    // The first one takes long, so that the eleventh is in time on a busy machine, too. The last one goes on until its end was moved.
    await place.job(
      'job',
      'case "$1" in "user 0") sleep 5;; "user 11") until grep -c "user 11" log | grep -q "[2-9]"; do sleep 0.1; done;; esac',
    );

    const { code, stdout, stderr } = await place.run(
      [...each, '--title', 'We move your data', '--json', '--journal', 'journal', ...own, './job'],
      { input: users.join('\n') },
    );

    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/End times: 1 of 2 users were let in by their promised time; one was moved\./),
    ]);
    const made = await changes();
    expect(made.slice(0, 10).map(({ value }) => value)).toEqual(
      Array(10).fill({ title: 'We move your data' }),
    );
    const [first = '', moved = ''] = made
      .filter(({ hold }) => hold[0] === 'user 11')
      .map(({ value }) => value.endsAt);
    expect(Date.parse(moved)).toBeGreaterThan(Date.parse(first));
    expect(JSON.parse(await place.read('table.json'))).toEqual({});
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.filter(({ event }) => event === 'promise')).toMatchObject([
      { user: 'user 10', isMoved: false },
      { user: 'user 11', endsAt: first, isMoved: false },
      { user: 'user 11', endsAt: moved, isMoved: true },
    ]);
    expect(events.filter(({ event }) => event === 'result').slice(10)).toMatchObject([
      { wasInTime: true },
      { wasInTime: false },
    ]);
    expect(events.at(-1)).toMatchObject({ event: 'end', endTimes: { promised: 2, right: 1, moved: 1 } });
    expect(await place.read('journal')).toMatch(/"user":"user 11","wasInTime":false/);
  });

  it('removes the end time if the work failed, and keeps the rest of the notice', async () => {
    await place.job('job', '[ "$1" != "user 11" ]');

    const { code } = await place.run([...each, '--title', 'We move your data', ...own, './job'], {
      input: users.join('\n'),
    });

    expect(code).toBe(123);
    expect(JSON.parse(await place.read('table.json'))).toEqual({ 'user 11': { title: 'We move your data' } });
  });

  it('does not put a user back into maintenance whom somebody let in in the meantime', async () => {
    await place.job('job', '[ "$1" != "user 11" ] || { echo "{}" > table.json; sleep 3; exit 1; }');

    await place.run([...each, ...own, './job'], { input: users.join('\n') });

    expect(JSON.parse(await place.read('table.json'))).toEqual({});
  });

  it('promises the end of the whole run if all users share one value', async () => {
    await place.remove();
    const variations = [{ mode: 'down' }, false];
    place = await startWorkplace(built.main, {
      flags: {
        search: { key: 'search', on: true, variations, offVariation: 1, fallthrough: { variation: 1 } },
      },
    });
    await place.job('job', 'maintenance-mode status -f search --json > "seen $1"');
    const many = ['--total', '13'];

    const unknown = await place.run([...each, './job'], { input: users.join('\n') });
    const { code, stderr } = await place.shell(
      `printf '${users.join('\\n')}\\nlast' | maintenance-mode ${each.join(' ')} ${many.join(' ')} --pass-token ./job`,
    );

    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringMatching(/Set it with --total/)]);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/End times: \d of 3 users/)]);
    expect(await place.read('seen user 3')).not.toContain('endsAt');
    expect(await place.read('seen last')).toMatch(/"endsAt":"20/);
  });

  it.each([
    [
      'guard',
      ['guard', '-f', 'search', '-u', 'bob', '--ends-at', 'auto', 'true'],
      2,
      /must be a time with its zone/,
    ],
    [
      'a boolean flag',
      ['each', '-f', 'search', '--ends-at', 'auto', '--total', '1', 'true'],
      120,
      /boolean flag/,
    ],
  ])('is refused with %s', async (_what, words, expected, message) => {
    const { code, stderr } = await place.run(words, { input: 'bob\n' });

    expect([code, stderr]).toEqual([expected, expect.stringMatching(message)]);
  });
});
