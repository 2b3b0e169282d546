import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';

import { buildCommand, type BuiltCommand } from './buildCommand.js';
import { startFaultProxy } from './startFaultProxy.js';
import { startWorkplace, type Workplace } from './startWorkplace.js';

let built: BuiltCommand;
let place: Workplace;

// Many processes, on machines that may have other things to do.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

beforeAll(async () => {
  built = await buildCommand();
});

afterAll(() => built.remove());

beforeEach(async () => {
  place = await startWorkplace(built.main);
});

afterEach(() => place.remove());

const status = ['status', '-f', 'search'];

it('shows who is held by which run, since when and why, after a failed job', async () => {
  await place.run(['each', '-f', 'search', '--settle', '0', '--comment', 'Ticket 4711', 'false'], {
    input: 'bob\n',
  });

  const { stdout, code } = await place.run(status);
  const json = await place.run([...status, '--json']);

  expect([stdout, code]).toEqual([
    expect.stringMatching(/\n"bob", since 20[-\d]+T[:.\d]+Z, by each [0-9a-f]{8}: Ticket 4711\n$/),
    0,
  ]);
  expect(JSON.parse(json.stdout)).toMatchObject({
    flag: 'search',
    held: [{ user: 'bob', by: expect.stringMatching(/^each/), reason: 'Ticket 4711' }],
  });
});

it('shows one user, also if others are held', async () => {
  await place.run(['on', '-f', 'search', '-u', 'bob']);

  expect((await place.run([...status, '-u', 'alice'])).stdout).toMatch(
    /\n"alice" is not in maintenance\.\n$/,
  );
  expect((await place.run([...status, '-u', 'bob'])).stdout).toMatch(/\n"bob", since /);
});

it('shows who is held, also if the access token may not read the audit trail', async () => {
  await place.run(['on', '-f', 'search', '-u', 'bob']);
  const proxy = await startFaultProxy(place.server.url);
  proxy.spoil('other', { status: 403 });

  const { stdout, stderr, code } = await place.run(status, { env: { LD_BASE_URI: proxy.url } });
  await proxy.stop();

  expect([stdout, code]).toEqual(['Flag "search" is on.\n"bob"\n', 0]);
  expect(stderr).toMatch(/Since when, by whom and why could not be read: .*\(403/);
});
