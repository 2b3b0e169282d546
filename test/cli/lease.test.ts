import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { buildCommand, type BuiltCommand } from './buildCommand.js';
import { startWorkplace, type Workplace } from './startWorkplace.js';

let built: BuiltCommand;
let place: Workplace;
let job: string;

// Many processes, on machines that may have other things to do.
const patience = 60_000;

vi.setConfig({ testTimeout: 2 * patience, hookTimeout: patience });

beforeAll(async () => {
  built = await buildCommand();
});

afterAll(() => built.remove());

beforeEach(async () => {
  place = await startWorkplace(built.main);
  job = await place.job('job', 'echo "$1" >> ran; until [ -e over ]; do sleep 0.02; done');
});

afterEach(() => place.remove());

const options = ['-f', 'search', '--settle', '0'];
const bob = ['guard', ...options, '-u', 'bob'];
const untilRan = (...users: string[]): Promise<void> =>
  vi.waitFor(async () => expect(await place.lines('ran')).toEqual(users), { timeout: patience });
const letJobsEnd = (): Promise<void> => writeFile(join(place.folder, 'over'), '');

describe('two guards for one user', () => {
  it('exclude each other, also with --take-over', async () => {
    const first = place.start([...bob, job]);
    await untilRan('bob');

    const second = await place.run([...bob, job]);
    const third = await place.run([...bob, '--take-over', job]);

    expect([second.code, third.code]).toEqual([120, 120]);
    expect(third.stderr).toMatch(/Another guard works for "bob"\. Process \d+ has been at work/);
    expect([await place.held(), await place.lines('ran')]).toEqual([['bob'], ['bob']]);
    await letJobsEnd();
    expect(await first.ended).toBe(0);
    expect(await place.held()).toEqual([]);
  });

  it('and an each that start at the same time: only one works', async () => {
    const racers = [
      ...[1, 2, 3].map(() => place.start([...bob, '--take-over', job])),
      place.start(['each', ...options, '--take-over', job], { input: 'bob\n' }),
    ];
    const refused: (number | null)[] = [];
    for (const { ended } of racers) void ended.then((code) => refused.push(code));
    await vi.waitFor(() => expect(refused).toHaveLength(3), { timeout: patience });

    expect(refused.every((code) => code === 120 || code === 123)).toBe(true);
    await untilRan('bob');
    expect(await place.held()).toEqual(['bob']);
    await letJobsEnd();
    const codes = await Promise.all(racers.map(({ ended }) => ended));

    expect(codes.filter((code) => code === 0)).toHaveLength(1);
    expect([await place.held(), await place.lines('ran')]).toEqual([[], ['bob']]);
  });

  it('for different users work at the same time', async () => {
    const guards = [place.start([...bob, job]), place.start(['guard', ...options, '-u', 'alice', job])];
    await vi.waitFor(async () => expect(await place.lines('ran')).toHaveLength(2), { timeout: patience });
    await letJobsEnd();

    expect(await Promise.all(guards.map(({ ended }) => ended))).toEqual([0, 0]);
  });

  it('need no clean-up after one was killed: --take-over continues', async () => {
    const first = place.start([...bob, job]);
    await untilRan('bob');
    first.process.kill('SIGKILL');
    // Its job goes on without it.
    await letJobsEnd();
    await first.ended;

    expect((await place.run([...bob, job])).code).toBe(120);
    expect((await place.run([...bob, '--take-over', job])).code).toBe(0);
    expect(await place.held()).toEqual([]);
  });
});

describe('a lease', () => {
  it('does not depend on TMPDIR', async () => {
    const first = place.start([...bob, job], { env: { TMPDIR: join(place.folder, 'one') } });
    await untilRan('bob');

    const second = await place.run([...bob, '--take-over', job], {
      env: { TMPDIR: join(place.folder, 'two') },
    });

    expect([second.code, second.stderr]).toEqual([
      120,
      expect.stringMatching(/Another guard works for "bob"/),
    ]);
    await letJobsEnd();
    expect(await first.ended).toBe(0);
  });

  it('that cannot be created keeps the command from running, and the message says what to do', async () => {
    const env = { MAINTENANCE_MODE_LEASES: join(place.folder, 'job', 'nowhere') };

    const { code, stderr } = await place.run([...bob, job], { env });

    expect([code, stderr]).toEqual([120, expect.stringMatching(/No lease.*MAINTENANCE_MODE_LEASES/)]);
    expect([await place.held(), await place.lines('ran')]).toEqual([[], []]);
  });

  it('of another container or machine is not taken, because its guard may be at work', async () => {
    const env = { MAINTENANCE_MODE_LEASES: join(place.folder, 'leases') };
    const first = place.start([...bob, job], { env });
    await untilRan('bob');
    const [name = ''] = (await readdir(env.MAINTENANCE_MODE_LEASES)).filter((file) => file.endsWith('.lock'));
    const file = join(env.MAINTENANCE_MODE_LEASES, name);
    const record = JSON.parse(await readFile(file, 'utf8')) as object;
    await letJobsEnd();
    await first.ended;
    const others = [
      { ...record, namespace: 'pid:[1]' },
      { ...record, host: 'elsewhere', boot: 'another' },
    ];

    for (const other of others) {
      await writeFile(file, JSON.stringify(other));
      const { code, stderr } = await place.run([...bob, job], { env });
      expect([code, stderr]).toEqual([120, expect.stringMatching(/another machine or container.*remove/)]);
    }
    await writeFile(file, '');
    const empty = await place.run([...bob, job], { env });

    expect([empty.code, empty.stderr]).toEqual([120, expect.stringMatching(/is not a lock of this command/)]);
    await writeFile(file, JSON.stringify({ ...record, boot: 'an earlier one' }));
    expect((await place.run([...bob, job], { env })).code).toBe(0);
  });

  it('of a killed guard lasts while its command works, also for --take-over', async () => {
    const first = place.start([...bob, job]);
    await untilRan('bob');
    const exited = once(first.process, 'exit');
    first.process.kill('SIGKILL');
    await exited;

    const during = await place.run([...bob, '--take-over', job]);
    await letJobsEnd();
    await vi.waitFor(async () => expect((await place.run([...bob, '--take-over', 'true'])).code).toBe(0), {
      timeout: patience,
    });

    expect([during.code, during.stderr]).toEqual([
      120,
      expect.stringMatching(
        /has ended, but processes that it started are still at work: process \d+ \(job\)/,
      ),
    ]);
    expect([await place.held(), await place.lines('ran')]).toEqual([[], ['bob']]);
  });

  it('of a guard that is killed by the first act of its command lasts, too', async () => {
    const deadly = await place.job('deadly', `kill -9 $PPID; exec ${job} "$1"`);
    await once(place.start([...bob, deadly]).process, 'exit');
    await untilRan('bob');

    const during = await place.run([...bob, '--take-over', 'true']);
    await letJobsEnd();

    expect([during.code, during.stderr]).toEqual([
      120,
      expect.stringMatching(/still at work: process \d+ \(job\)/),
    ]);
  });
});

describe('running on while a guard works', () => {
  it('reports the guard and keeps maintenance on after it, and the guard says so', async () => {
    const guard = place.start([...bob, job]);
    await untilRan('bob');

    const on = await place.run(['on', '-f', 'search', '-u', 'bob']);
    await letJobsEnd();

    expect(await guard.ended).toBe(0);
    expect([on.code, on.stderr]).toEqual([
      0,
      expect.stringMatching(/guard is at work.*will stay on after it/),
    ]);
    expect(guard.stderr()).toMatch(
      /stays on for "bob": somebody turned it on by hand in the meantime.*maintenance-mode off/,
    );
    expect(await place.held()).toEqual(['bob']);
  });

  it('changes nothing for a guard that has ended or works for another user', async () => {
    const guard = place.start([...bob, job]);
    await untilRan('bob');

    await place.run(['on', '-f', 'search', '-u', 'dave']);
    await letJobsEnd();

    expect(await guard.ended).toBe(0);
    expect(await place.held()).toEqual(['dave']);
    expect((await place.run(['off', '-f', 'search', '-u', 'dave'])).code).toBe(0);
  });

  it('also keeps a user of each in maintenance', async () => {
    const each = place.start(['each', ...options, job], { input: 'bob\n' });
    await untilRan('bob');

    await place.run(['on', '-f', 'search', '-u', 'bob']);
    await letJobsEnd();

    expect([await each.ended, await place.held()]).toEqual([0, ['bob']]);
  });
});
