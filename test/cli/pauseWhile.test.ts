import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { createPauser, type Pause } from '../../src/cli/each/runEach.js';
import { readProcess } from '../../src/cli/processes.js';
import type { ChildEnd } from '../../src/cli/runChild.js';
import { buildCommand, type BuiltCommand } from './buildCommand.js';
import { startWorkplace, token, type Workplace } from './startWorkplace.js';

// Many processes, on machines that may have other things to do.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** A check that ends in these ways, one after another, and then lets everybody begin. */
function startPauser(ends: readonly (ChildEnd | Error)[]) {
  const pauses: Pause[] = [];
  const slept: number[] = [];
  const rest = [...ends];
  const resumed = vi.fn();
  const check = vi.fn(async (): Promise<ChildEnd> => {
    const end = rest.shift() ?? { code: 1 };
    if (end instanceof Error) throw end;
    return end;
  });
  const pauser = createPauser({
    check,
    onPause: (pause) => pauses.push(pause),
    onResume: resumed,
    sleep: async (ms) => void slept.push(ms),
  });
  return { pauser, pauses, slept, resumed, check };
}

const goOn = new AbortController().signal;

describe('a check before each user', () => {
  it('is repeated with growing pauses, up to half a minute', async () => {
    const { pauser, pauses, slept, resumed } = startPauser(Array.from({ length: 7 }, () => ({ code: 0 })));

    await pauser.wait(goOn);

    expect(slept).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(pauses.map(({ checks }) => checks)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(resumed).toHaveBeenCalledTimes(1);
  });

  it('runs once for each of several concurrent users, one after another', async () => {
    const { pauser, check, pauses } = startPauser([{ code: 1 }, { code: 0 }, { code: 1 }]);

    await Promise.all([pauser.wait(goOn), pauser.wait(goOn), pauser.wait(goOn)]);

    expect(check).toHaveBeenCalledTimes(4);
    expect(pauses).toHaveLength(1);
  });

  it.each([
    ['fails', { code: 2 }, /failed: it ended with exit code 2/],
    ['was removed', { code: 127 }, /was not found/],
    ['is killed', { code: 137 }, /exit code 137/],
    ['takes too long', { code: 143, ended: 'timeout' as const }, /--pause-timeout/],
    ['cannot be started', new Error('EMFILE'), /could not be run: EMFILE/],
  ])('pauses the run when it %s, because the state is unknown', async (_what, end, problem) => {
    const { pauser, pauses } = startPauser([end]);

    await pauser.wait(goOn);

    expect(pauses).toEqual([{ checks: 1, nextCheckInSeconds: 1, problem: expect.stringMatching(problem) }]);
  });

  it('does not run after a stop', async () => {
    const stop = new AbortController();
    const { pauser, check } = startPauser([{ code: 0 }, { code: 0 }]);
    stop.abort('SIGINT');

    await pauser.wait(stop.signal);

    expect(check).not.toHaveBeenCalled();
  });
});

describe('each --pause-while', () => {
  let built: BuiltCommand;
  let place: Workplace;

  beforeAll(async () => {
    built = await buildCommand();
  });
  afterAll(() => built.remove());
  beforeEach(async () => {
    place = await startWorkplace(built.main);
    await place.job('job', 'echo "$1" >> ran; test "$1" != alice || touch lag');
  });
  afterEach(() => place.remove());

  const each = ['each', '-f', 'search', '--settle', '0'];
  const path = (file: string): string => join(place.folder, file);
  const eventsOf = (stdout: string): Record<string, unknown>[] =>
    stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it.each(['1', '2'])(
    'begins no user while the check succeeds, and continues when it does not, with %s at once',
    async (concurrency) => {
      // Alice's job makes the replica lag; the third look lets it catch up.
      await place.job('lags', 'echo look >> looks; test $(grep -c . looks) -lt 5 || rm -f lag; test -e lag');
      const args = [...each, '--concurrency', concurrency, '--json', '--journal', 'journal'];

      const { code, stdout, stderr } = await place.run([...args, '--pause-while', './lags', './job'], {
        input: 'alice\nbob\ncarol\n',
      });

      expect([code, stderr]).toEqual([0, expect.stringMatching(/--pause-while held users back for \d+ s/)]);
      expect(await place.lines('ran')).toHaveLength(3);
      const events = eventsOf(stdout);
      const pauses = events.filter(({ event }) => event === 'pause');
      expect(pauses[0]).toMatchObject({ checks: 1, nextCheckInSeconds: 1 });
      expect(events.some(({ event, isPaused }) => event === 'progress' && isPaused === true)).toBe(true);
      const names = events.map(({ event, step }) => step ?? event);
      // Between the pause and its end nobody begins.
      expect(names.slice(names.indexOf('pause'), names.indexOf('resume'))).not.toContain('holding');
      expect(await place.read('journal')).toMatch(/"pausedSeconds":[1-9]/);
    },
  );

  it('prints when it pauses and when it continues', async () => {
    await place.job('lags', 'test -e lag && rm lag');

    const { stderr } = await place.run([...each, '--pause-while', './lags', './job'], {
      input: 'alice\nbob\n',
    });

    expect(stderr).toMatch(/Paused, because --pause-while succeeds\. No other user begins\. .*in 1 s/);
    expect(stderr).toMatch(/The pause is over\. 1 user/);
    expect(stderr).toMatch(/2 users: 2 done\./);
  });

  it.each([
    ['was not found', './nothing', 127, /was not found/],
    ['may not be executed', './list', 126, /cannot be executed/],
    ['is not valid shell', 'if then', 120, /exit code 2, but 0 pauses and 1 continues/],
  ])('does not begin with a check that %s', async (_what, check, expected, message) => {
    await writeFile(path('list'), 'alice\n');

    const { code, stderr } = await place.run(
      [...each, '--journal', 'journal', '--pause-while', check, './job'],
      { input: 'alice\n' },
    );

    expect([code, stderr]).toEqual([expected, expect.stringMatching(message)]);
    expect(stderr).toMatch(/Nothing was changed/);
    expect([await place.lines('ran'), await place.lines('journal')]).toEqual([[], []]);
  });

  it('ends at a signal during a pause, and does not begin the user', async () => {
    await writeFile(path('lag'), '');
    const run = place.start([...each, '--pause-while', 'test -e lag', './job'], { input: 'alice\n' });
    await vi.waitFor(() => expect(run.stderr()).toMatch(/Paused/), { timeout: 30_000 });

    run.process.kill('SIGINT');

    expect(await run.ended).toBe(130);
    expect(run.stderr()).toMatch(/0 users: 0 done\..*\n.*not read to its end/);
    expect([await place.lines('ran'), await place.held()]).toEqual([[], []]);
  });

  it('ends a check that hangs and its processes, and pauses', async () => {
    await place.job('hangs', 'test -e slow || exit 1; sleep 600 & echo $! > child; wait');
    await place.job('job', 'echo "$1" >> ran; touch slow');
    const args = [...each, '--pause-timeout', '0.5', '--pause-while', './hangs', './job'];
    const run = place.start(args, { input: 'alice\nbob\n' });
    await vi.waitFor(() => expect(run.stderr()).toMatch(/did not end within --pause-timeout/), {
      timeout: 30_000,
    });

    const child = Number(await place.read('child'));
    await rm(path('slow'));

    expect(await run.ended).toBe(0);
    // A zombie waits only for a parent to take note, which in a container may be nobody.
    expect(readProcess(child)?.isZombie ?? true).toBe(true);
  });

  it('runs no check for users who are done, and does not pass the access token to it', async () => {
    await place.job('looks', 'echo "look $LD_ACCESS_TOKEN" >> looks; echo its words; exit 1');
    const args = [...each, '--journal', 'journal', '--resume', '--pause-while', './looks', './job'];
    await place.run(args, { input: 'bob\n' });
    const before = (await place.lines('looks')).length;

    const { stdout } = await place.run(args, { input: 'bob\nbob\n' });

    // The look before the first user, which tells whether it can be run.
    expect((await place.lines('looks')).length - before).toBe(1);
    expect(await place.read('looks')).not.toContain(token);
    expect(stdout).toBe('its words\n');
  });
});
