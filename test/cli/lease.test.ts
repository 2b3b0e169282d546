import { writeFile } from 'node:fs/promises';
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
  it('the second is refused while the first works, also with --take-over', async () => {
    const first = place.start([...bob, job]);
    await untilRan('bob');

    const second = await place.run([...bob, job]);
    const third = await place.run([...bob, '--take-over', job]);

    expect([second.code, third.code]).toEqual([120, 120]);
    expect(third.stderr).toMatch(/Another guard has "bob"\. Process \d+ is at work/);
    expect([await place.held(), await place.lines('ran')]).toEqual([['bob'], ['bob']]);
    await letJobsEnd();
    expect(await first.ended).toBe(0);
    expect(await place.held()).toEqual([]);
  });

  it('that start in the same moment, and an each beside them: one works', async () => {
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

  it('for different users work side by side', async () => {
    const guards = [place.start([...bob, job]), place.start(['guard', ...options, '-u', 'alice', job])];
    await vi.waitFor(async () => expect(await place.lines('ran')).toHaveLength(2), { timeout: patience });
    await letJobsEnd();

    expect(await Promise.all(guards.map(({ ended }) => ended))).toEqual([0, 0]);
  });

  it('are not kept apart by one that was killed: --take-over goes on', async () => {
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

it('a machine without a folder for temporary files has the flag to refuse by', async () => {
  const env = { TMPDIR: join(place.folder, 'job', 'nowhere') };
  const first = place.start([...bob, job], { env });
  await untilRan('bob');

  const second = await place.run([...bob, job], { env });

  expect([second.code, second.stderr]).toEqual([120, expect.stringMatching(/in maintenance already/)]);
  await letJobsEnd();
  expect(await first.ended).toBe(0);
});
