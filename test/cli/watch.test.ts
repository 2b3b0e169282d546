import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { createLaunchDarklySwitch } from '../../src/cli/switches/createLaunchDarklySwitch.js';
import { createSurvey, watchFlags } from '../../src/cli/commands/status.js';
import type { AuditEntry, SwitchState } from '../../src/switch/FlagSwitch.js';
import { buildCommand, type BuiltCommand } from './buildCommand.js';
import { startProcess, type RunningCommand } from './startCommand.js';
import { startFaultProxy } from './startFaultProxy.js';
import { startWorkplace, token, type Workplace } from './startWorkplace.js';

let built: BuiltCommand;
let place: Workplace;
const running: RunningCommand[] = [];

// Many processes, on machines that may have other things to do.
const patience = 60_000;
vi.setConfig({ testTimeout: 2 * patience, hookTimeout: patience });

const variations = [{ mode: 'down' }, false];
const flag = (key: string, on: boolean): object => ({
  key,
  on,
  variations,
  offVariation: 1,
  fallthrough: { variation: on ? 1 : 0 },
  clientSideAvailability: { usingEnvironmentId: true },
});
const flags = {
  'search-maintenance': flag('search-maintenance', true),
  'site-maintenance': flag('site-maintenance', false),
  'quiet-maintenance': flag('quiet-maintenance', true),
  // Not about maintenance, and on.
  'new-checkout': { key: 'new-checkout', on: true, variations: [true, false], fallthrough: { variation: 0 } },
};

beforeAll(async () => {
  built = await buildCommand();
});
afterAll(() => built.remove());
beforeEach(async () => {
  place = await startWorkplace(built.main, { flags });
});
afterEach(async () => {
  for (const { process, ended } of running.splice(0)) {
    process.kill('SIGTERM');
    await ended;
  }
  await place.remove();
});

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: patience });
const all = ['status', '--all'];
const on = (user: string, ...more: string[]): Promise<unknown> =>
  place.run(['on', '-f', 'search-maintenance', '-u', user, ...more]);

describe('status --all', () => {
  it('shows every flag with active or announced maintenance, its users and times', async () => {
    await on('bob', '--comment', 'Ticket 4711');
    await place.run([
      ...['announce', '-f', 'site-maintenance', '--yes'],
      ...['--starts-at', '2035-12-01T14:00Z', '--ends-at', '+90m'],
    ]);

    const { stdout, code } = await place.run(all);
    const json = await place.run([...all, '--json']);

    expect([stdout, code]).toEqual([
      expect.stringMatching(
        /^search-maintenance\n  "bob", since 20[-\d]+T[:.\d]+Z, by on: Ticket 4711\nsite-maintenance\n  Everyone, announced from 2035-12-01T14:00:00Z until 2035-12-01T15:30:00Z, since 20.*, by announce: .*\n$/,
      ),
      0,
    ]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      flags: [
        { flag: 'search-maintenance', held: [{ user: 'bob', phase: 'active', reason: 'Ticket 4711' }] },
        {
          flag: 'site-maintenance',
          held: [{ user: null, phase: 'scheduled', endsAt: '2035-12-01T15:30:00Z' }],
        },
      ],
    });
  });

  it('says when there is none, and reads other flags with --matching', async () => {
    expect((await place.run(all)).stdout).toBe(
      'Nobody is in maintenance by any flag whose key or name contains "maintenance", and none is announced.\n',
    );
    expect((await place.run([...all, '--matching', 'CHECKOUT'])).stdout).toMatch(/^new-checkout\n  Everyone/);
  });

  it.each([
    ['a flag', ['-f', 'search-maintenance'], /'--all' cannot be used with '--flag <key>'/],
    ['a variation', ['--variation', 'down'], /belongs to one flag/],
  ])('refuses %s in addition', async (_what, more, message) => {
    const { code, stderr } = await place.run([...all, ...more]);

    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('uses the list of a custom switch, and says when there is none', async () => {
    const list = `, list: async () => [{ flag: 'b', everyone: false, users: new Map([['ann', { endsAt: '2001-01-01T00:00Z' }]]) }]`;
    const own = (more: string): string =>
      `export default ({ flag }) => ({ service: 's', can: { everyone: true, users: true, values: 'own' }, read: async () => ({}), change() {}${more} });`;
    await writeFile(join(place.folder, 'own.mjs'), own(list));
    await writeFile(join(place.folder, 'none.mjs'), own(''));
    await writeFile(join(place.folder, 'bad.mjs'), own(', list: async () => ({})'));

    const good = await place.run([...all, '--switch', './own.mjs']);
    const none = await place.run([...all, '--switch', './none.mjs']);
    const bad = await place.run([...all, '--switch', './bad.mjs']);

    expect(good.stdout).toBe('b\n  "ann", until 2001-01-01T00:00:00Z (overdue)\n');
    expect([none.code, none.stderr]).toEqual([1, expect.stringMatching(/cannot list its flags/)]);
    expect([bad.code, bad.stderr]).toEqual([1, expect.stringMatching(/list\(\) must return an array/)]);
  });
});

describe('the list of flags', () => {
  it('is read page by page with its targets, up to a limit', async () => {
    const asked: URLSearchParams[] = [];
    const bodies = (offset: number, total: number): object => ({
      totalCount: total,
      items: Array.from({ length: Math.min(100, total - offset) }, (_, index) => ({
        key: `maintenance ${offset + index}`,
        variations: [
          { _id: 'a', value: true },
          { _id: 'b', value: false },
        ],
        environments: { local: { on: true, offVariation: 1, fallthrough: { variation: 1 } } },
      })),
    });
    let total = 250;
    vi.stubGlobal('fetch', async (url: string) => {
      const query = new URL(url).searchParams;
      asked.push(query);
      return Response.json(bodies(Number(query.get('offset')), total));
    });
    const { list } = createLaunchDarklySwitch({
      ...{ baseUri: 'https://flags.example', token: 't', project: 'p', environment: 'local', flag: '' },
    });

    const listed = await list?.();
    const pages = asked.splice(0);
    total = 5000;
    await expect(list?.('x:y')).rejects.toThrow(/5000 flags.* at most 2000 .*--matching/);

    expect(listed).toHaveLength(250);
    expect(pages.map((query) => Object.fromEntries(query))).toMatchObject([
      { offset: '0', limit: '100', summary: '0', env: 'local', filter: 'query:maintenance' },
      { offset: '100' },
      { offset: '200' },
    ]);
    expect(asked).toHaveLength(20);
    expect(asked.at(-1)?.has('filter')).toBe(false);
    vi.unstubAllGlobals();
  });
});

describe('the audit trail', () => {
  const state = (...users: string[]): SwitchState => ({
    flag: 'search',
    everyone: false,
    users: new Map(users.map((user) => [user, true])),
  });
  const entry = (user: string, date: number): AuditEntry => ({
    date,
    comment: `why [maintenance-mode on ["${user}"]]`,
  });

  it('is read again only for a new user', async () => {
    const history = vi.fn(async () => [entry('bob', 1), entry('ann', 2)]);
    const survey = createSurvey({
      switchOf: async () => ({ history }),
      withIgnored: false,
      onProblem: () => {},
    });

    await survey.explain([state('bob')]);
    await survey.explain([state('bob')]);
    const asked = history.mock.calls.length;
    const both = await survey.explain([state('bob', 'ann')]);

    expect([asked, history.mock.calls.length]).toEqual([1, 2]);
    expect(both[0]?.held).toMatchObject([
      { user: 'bob', since: '1970-01-01T00:00:00.001Z' },
      { user: 'ann', since: '1970-01-01T00:00:00.002Z' },
    ]);
  });

  it('is not read again for a missing change, and at most 20 pages at once', async () => {
    let date = 1e6;
    const history = vi.fn(async () => [entry('nobody', (date -= 1))]);
    const survey = createSurvey({
      switchOf: async () => ({ history }),
      withIgnored: false,
      onProblem: () => {},
    });

    await survey.explain([state('bob')]);
    await survey.explain([state('bob')]);

    expect(history).toHaveBeenCalledTimes(20);
  });
});

describe('status --watch', () => {
  const watch = [...all, '--watch', '--interval', '1'];

  it('prints who is in maintenance, then a line for each change, and ends at a signal', async () => {
    await on('bob');
    const command = place.start(watch);
    await until(() => expect(command.stdout()).toMatch(/^20\S+ search-maintenance: "bob", since .*\n$/));

    await on('an\u00adn');
    await until(() => expect(command.stdout()).toMatch(/\n20\S+ search-maintenance: "an\\u00adn", since /));
    await place.run(['off', '-f', 'search-maintenance', '-u', 'bob']);
    await until(() => expect(command.stdout()).toMatch(/: "bob" is no longer in maintenance\n/));
    command.process.kill('SIGINT');

    expect(await command.ended).toBe(130);
    expect(command.stdout().trim().split('\n')).toHaveLength(3);
  });

  it('prints changes as events for programs', async () => {
    const command = place.start([...watch, '--json']);
    await on('bob');
    await until(() => expect(command.stdout()).toContain('"held"'));
    await place.run(['off', '-f', 'search-maintenance', '-u', 'bob']);
    await until(() => expect(command.stdout()).toContain('"released"'));

    const events = command
      .stdout()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(events).toMatchObject([
      { event: 'held', flag: 'search-maintenance', user: 'bob', phase: 'active' },
      { event: 'released', flag: 'search-maintenance', user: 'bob' },
    ]);
  });

  it('continues while the service does not answer, and says so', async () => {
    const proxy = await startFaultProxy(place.server.url);
    const command = place.start([...watch, '--json'], { env: { LD_BASE_URI: proxy.url } });
    await on('bob');
    await until(() => expect(command.stdout()).toContain('"bob"'));

    proxy.spoil('read', { status: 401 });
    await until(() => expect(command.stderr()).toMatch(/access token is not valid/));
    command.process.kill('SIGTERM');

    expect(await command.ended).toBe(143);
    await proxy.stop();
  });

  it('asks less often while the service does not answer', async () => {
    const slept: number[] = [];
    const stop = new AbortController();

    await watchFlags({
      read: async () => Promise.reject(new Error('No answer.')),
      reporter: { show() {}, problem() {}, end() {} },
      intervalMs: 5000,
      interrupted: stop.signal,
      flushed: async () => {},
      isRead: () => true,
      async sleep(ms) {
        slept.push(ms);
        if (slept.length === 5) stop.abort();
      },
    });

    expect(slept).toEqual([10_000, 20_000, 40_000, 60_000, 60_000]);
  });

  it('ends when its reader is gone', async () => {
    await on('bob');
    const command = startProcess(
      'bash',
      ['-c', 'maintenance-mode status --all --watch --interval 1 | head -1; echo ${PIPESTATUS[0]}'],
      place.folder,
      {
        env: environment(),
      },
    );
    running.push(command);
    await until(() => expect(command.stdout()).toContain('"bob"'));

    await on('ann');

    await command.ended;
    expect(command.stdout()).toMatch(/\n0\n$/);
  });

  it('redraws a narrow terminal within its width and height, without control characters of keys', async () => {
    await on('bo\u00adb', '--comment', 'A long reason that has no place in one line of forty columns');
    for (const user of ['u1', 'u2', 'u3', 'u4', 'u5', 'u6']) await on(user);
    const script = 'stty cols 40 rows 10; exec maintenance-mode status --all --watch --interval 1';
    const command = startProcess('script', ['-qefc', script, '/dev/null'], place.folder, {
      env: { ...environment(), TERM: 'xterm', LC_ALL: 'C' },
      input: null,
    });
    running.push(command);
    await until(() => expect(command.stdout()).toMatch(/more lines/));
    await place.run(['off', '-f', 'search-maintenance', '-u', 'bo\u00adb']);
    await until(() => expect(command.stdout().split('As of').length).toBeGreaterThan(2));

    // Ctrl+C.
    command.process.stdin.write('\u0003');

    expect(await command.ended).toBe(130);
    const lines = command
      .stdout()
      .replaceAll(/\u001b\[[\d;?]*[a-zA-Z]/g, '')
      .split(/\r?\n/);
    expect(lines.filter((line) => line.length > 40)).toEqual([]);
    expect(command.stdout()).not.toContain('\u00ad');
  });
});

function environment(): Record<string, string> {
  return {
    PATH: `${place.folder}:${process.env['PATH']}`,
    LD_ACCESS_TOKEN: token,
    LD_ENVIRONMENT: 'local',
    LD_BASE_URI: place.server.url,
  };
}
