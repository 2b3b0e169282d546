import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { buildCommand, type BuiltCommand } from './buildCommand.js';
import { startWorkplace, token, type Workplace } from './startWorkplace.js';

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
  await place.job('job', 'printf "%s\\n" "$@" >> ran');
});

afterEach(() => place.remove());

const bob = ['guard', '-f', 'search', '-u', 'bob', '--settle', '0'];
const hold = (...keys: string[]): Promise<unknown> =>
  place.server.patch('search', [{ kind: 'addTargets', variation: 0, values: keys }]);
const isOn = async (): Promise<unknown> => (await place.server.read('site')).environments['local']?.on;

it('ends soon after a signal while it waits for caches', async () => {
  const command = place.start(['guard', '-f', 'search', '-u', 'bob', '--settle', '3600', './job'], {
    input: null,
  });
  await vi.waitFor(() => expect(command.stderr()).toMatch(/is on for "bob"/), { timeout: 30_000 });
  // It has asked what is served, and waits.
  await vi.waitFor(async () => expect(await place.held()).toEqual(['bob']), { timeout: 30_000 });

  command.process.kill('SIGINT');

  expect(await command.ended).toBe(130);
});

describe('the rules of 2015', () => {
  it('G1 accepts the access token with -a, and warns about it', async () => {
    const { code, stderr } = await place.run([...bob, '-a', token, './job'], {
      env: { LD_ACCESS_TOKEN: '' },
    });

    expect(code).toBe(0);
    expect(stderr).toMatch(/can read the access token on the command line/);
  });

  it('G2, G3, G7 -f without -u switches the whole flag on and off', async () => {
    await place.job('look', 'maintenance-mode status -f site > seen');

    const { code } = await place.shell('maintenance-mode guard -f site --settle 0 --pass-token ./look');

    expect(code).toBe(0);
    expect(await place.read('seen')).toMatch(
      /Flag "site" is on\.\nEveryone, since .*, by guard [0-9a-f]{8}: \.\/look/,
    );
    expect(await isOn()).toBe(false);
  });

  it('G3, G8, G12 -u adds one user to the include list, and removes only that user', async () => {
    await hold('carol');
    await place.job('look', 'maintenance-mode status -f search --json > seen');

    const { code } = await place.shell(
      'maintenance-mode guard -f search -u bob --settle 0 --pass-token ./look',
    );

    expect(code).toBe(0);
    const seen = JSON.parse(await place.read('seen')) as { held: { user: string }[] };
    expect(seen.held.map(({ user }) => user).toSorted()).toEqual(['bob', 'carol']);
    expect(await place.held()).toEqual(['carol']);
  });

  it.each([
    ['bob@example.com'],
    ['bob smith'],
    [`it's "quoted"`],
    [String.raw`DOM\bob`],
    ['--user'],
    ['-x'],
    ['$HOME;`id`*'],
    ['Zoë 🧑‍🚀'],
  ])('G4, G5 passes on all arguments and appends the key as the last one: %s', async (key) => {
    const { code } = await place.run([
      ...['guard', '-f', 'search', '--settle', '0', '-u', key],
      './job',
      '--param',
      '1',
      '-f',
      '--user',
    ]);

    expect(code).toBe(0);
    expect(await place.lines('ran')).toEqual(['--param', '1', '-f', '--user', key]);
    expect(await place.held()).toEqual([]);
  });

  it('G5 appends nothing without -u', async () => {
    await place.run(['guard', '-f', 'site', '--settle', '0', '--', './job', '--param']);

    expect(await place.lines('ran')).toEqual(['--param']);
  });

  it('G6, G9 turns on, runs, and turns off when the command ends with 0', async () => {
    const { code, stderr, stdout } = await place.run([...bob, 'echo', 'output of']);

    expect(code).toBe(0);
    expect(stdout).toBe('output of bob\n');
    expect(stderr).toBe(
      'maintenance-mode: Maintenance is on for "bob".\nmaintenance-mode: Maintenance is off for "bob".\n',
    );
  });

  it('G10, G16 leaves maintenance on when the command fails, says so, and ends with its code', async () => {
    const { code, stderr, stdout } = await place.run([...bob, 'sh', '-c', 'exit 7']);

    expect(code).toBe(7);
    expect(await place.held()).toEqual(['bob']);
    expect(stdout).toBe('');
    const off = /To end it: (.*)$/m.exec(stderr)?.[1];
    expect((await place.shell(String(off))).code).toBe(0);
    expect(await place.held()).toEqual([]);
  });

  it('G10 says it on standard output with --stdout-messages', async () => {
    const { stdout, stderr } = await place.run([...bob, '--stdout-messages', 'false']);

    expect(stdout).toMatch(/The command failed with exit code 1\. Maintenance is still on for "bob"/);
    expect(stderr).toBe('');
  });

  it.each([
    ['a bad token', ['-f', 'search'], { LD_ACCESS_TOKEN: 'wrong' }, /access token is not valid/],
    ['a bad flag', ['-f', 'serach'], {}, /no such flag/],
    [
      'a bad environment',
      ['-f', 'search', '--environment', 'moon'],
      {},
      /no such flag, project or environment/,
    ],
    [
      'a service that is not there',
      ['-f', 'search'],
      { LD_BASE_URI: 'http://127.0.0.1:9' },
      /did not answer/,
    ],
  ])('G11 does not run the command with %s', async (_what, args, env, message) => {
    const { code, stderr } = await place.run(['guard', ...args, '-u', 'bob', './job'], {
      env: env as Record<string, string>,
    });

    expect(code).toBe(120);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/The command was not run/);
    expect(await place.lines('ran')).toEqual([]);
  });

  it('G13, G14, G15 guards one user after another from a list with one key per line', async () => {
    const { code } = await place.run(['each', '-f', 'search', '--settle', '0', './job'], {
      input: 'alice\nbob\n',
    });

    expect(code).toBe(0);
    expect(await place.lines('ran')).toEqual(['alice', 'bob']);
  });

  it('G16 runs the loop of 2015 unchanged, also if the job reads standard input', async () => {
    await place.job('list', 'printf "alice\\nbob\\ncarol\\n"');
    await place.job('reader', 'cat > /dev/null; [ "$4" != bob ] && echo "$*" >> ran');
    const loop = (keys: string): string => `${keys} | while read user; do
      maintenance-mode guard -a $LD_API_KEY -f 'search' -u $user ./reader --param 1 --user
      if [ $? -ne 0 ]; then
        exit 1
      fi
    done`;

    const { code } = await place.shell(loop('./list'), { env: { LD_API_KEY: token } });

    expect(code).toBe(1);
    expect(await place.lines('ran')).toEqual(['--param 1 --user alice']);
    expect(await place.held()).toEqual(['bob']);
    await place.server.patch('search', [{ kind: 'removeTargets', variation: 0, values: ['bob'] }]);
    expect((await place.shell(loop('./list | grep -v bob'), { env: { LD_API_KEY: token } })).code).toBe(0);
    expect((await place.lines('ran')).slice(1)).toEqual(['--param 1 --user alice', '--param 1 --user carol']);
  });

  it('G17 waits --settle seconds between the proof and the command', async () => {
    const started = performance.now();

    await place.run(['guard', '-f', 'search', '-u', 'bob', '--settle', '1.5', 'true']);

    expect(performance.now() - started).toBeGreaterThan(1500);
  });

  it('G18 changes nothing but the flag', async () => {
    await place.run([...bob, 'true']);

    expect(place.server.requests.filter(({ method }) => method === 'PATCH').map(({ path }) => path)).toEqual([
      '/api/v2/flags/default/search',
      '/api/v2/flags/default/search',
    ]);
  });
});

describe('the open questions of 2015', () => {
  it('flag off in per-user mode: refuses', async () => {
    await place.server.patch('search', [{ kind: 'turnFlagOff' }]);

    const { code, stderr } = await place.run([...bob, './job']);

    expect([code, await place.lines('ran')]).toEqual([120, []]);
    expect(stderr).toMatch(/ignores individual targets/);
  });

  it('proof: a rule that overrides the target is found, the command does not run, and maintenance stays on', async () => {
    await place.server.patch('site', [
      { kind: 'addTargets', variation: 1, values: ['maintenance-mode-probe'] },
    ]);

    const { code, stderr } = await place.run(['guard', '-f', 'site', '--proof', '0.5', './job']);

    expect([code, await place.lines('ran')]).toEqual([121, []]);
    expect(stderr).toMatch(/not in effect for everyone/);
  });

  it.each([
    ['for a user', () => hold('bob'), bob],
    [
      'for everyone',
      () => place.server.patch('site', [{ kind: 'turnFlagOn' }]),
      ['guard', '-f', 'site', '--settle', '0'],
    ],
  ])('already on, %s: refuses without --take-over', async (_whom, turnOn, args) => {
    await turnOn();

    const refused = await place.run([...args, './job']);
    const taken = await place.run([...args, '--take-over', './job', 'taken']);

    expect(refused.code).toBe(120);
    expect(refused.stderr).toMatch(/--take-over/);
    expect(taken.code).toBe(0);
    expect((await place.lines('ran'))[0]).toBe('taken');
    expect([await place.held(), await isOn()]).toEqual([[], false]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    '%s reaches the command and its own children, and leaves maintenance on',
    async (signal, code) => {
      await place.job(
        'family',
        'sh -c \'trap "echo child >> ended; exit 0" INT TERM HUP; echo up >> up; while :; do sleep 0.05; done\' &\ntrap "echo parent >> ended; exit 0" INT TERM HUP\nwhile :; do sleep 0.05; done',
      );
      const guard = place.start([...bob, './family']);
      await vi.waitFor(async () => expect(await place.lines('up')).toEqual(['up']), { timeout: 30_000 });

      guard.process.kill(signal);

      expect(await guard.ended).toBe(code);
      expect((await place.lines('ended')).toSorted()).toContain('parent');
      expect(await place.held()).toEqual(['bob']);
      expect(guard.stderr().trim().split('\n').at(-1)).toMatch(
        new RegExp(
          `Stopped by ${signal}\\. Maintenance is still on for "bob"\\. To end it: maintenance-mode off`,
        ),
      );
    },
  );

  it('signal ignored: the command and its processes are killed after --grace', async () => {
    await place.job(
      'deaf',
      "trap '' TERM\necho up >> up\nsh -c 'trap \"\" TERM; echo $$ >> up; while :; do sleep 0.05; done'",
    );
    const guard = place.start([...bob, '--grace', '0.3', './deaf']);
    await vi.waitFor(async () => expect(await place.lines('up')).toHaveLength(2), { timeout: 30_000 });
    const pid = Number((await place.lines('up'))[1]);

    guard.process.kill('SIGTERM');

    expect(await guard.ended).toBe(143);
    await vi.waitFor(
      async () => expect((await place.shell(`ps -o stat= -p ${pid} | grep -v Z`)).stdout).toBe(''),
      { timeout: 30_000 },
    );
  });

  it('command hangs: --timeout ends it, and leaves maintenance on', async () => {
    const { code, stderr } = await place.run([...bob, '--timeout', '0.3', 'sh', '-c', 'sleep 60']);

    expect([code, await place.held()]).toEqual([124, ['bob']]);
    expect(stderr).toMatch(/longer than 0\.3 s/);
  });

  it('failure before any work: --off-on ends maintenance, and keeps the code', async () => {
    const { code } = await place.run([...bob, '--off-on', '75,76', 'sh', '-c', 'exit 75']);

    expect([code, await place.held()]).toEqual([75, []]);
  });

  it('false success: --verify keeps maintenance on', async () => {
    await place.job('check', 'test "$1" = alice');

    expect((await place.run([...bob, '--verify', './check', 'true'])).code).toBe(125);
    expect(await place.held()).toEqual(['bob']);
  });

  it('user targeted to the other variation: the command does not run', async () => {
    await place.server.patch('search', [{ kind: 'addTargets', variation: 1, values: ['bob'] }]);

    const { code, stderr } = await place.run([...bob, './job']);

    expect([code, await place.lines('ran')]).toEqual([120, []]);
    expect(stderr).toMatch(/exempt/);
  });

  it('off, but the user is not targeted any more: success', async () => {
    await place.job('ends', 'maintenance-mode off -f search -u bob');

    expect(
      (await place.shell('maintenance-mode guard -f search -u bob --settle 0 --pass-token ./ends')).code,
    ).toBe(0);
  });

  it('stdin: the command reads nothing without --stdin', async () => {
    const closed = await place.run([...bob, 'sh', '-c', 'cat'], { input: 'list' });
    const open = await place.run([...bob, '--stdin', 'sh', '-c', 'cat'], { input: 'list' });

    expect([closed.stdout, open.stdout]).toEqual(['', 'list']);
  });

  it.each([
    ['an empty key', ['-u', ''], 2, /must not be empty/],
    [
      'an unquoted empty variable, that makes the command a key',
      ['-u', './job', '--param', '1'],
      2,
      /unknown option '--param'/,
    ],
    ['an unquoted empty variable before --', ['-u', '--', 'true'], 2, /'-u, --user <key>'.*'--'.*not set/],
    ['an unquoted empty title', ['-u', 'bob', '--title', '--', 'true'], 2, /'--title <text>'.*'--'.*not set/],
    [
      'an unquoted key with a blank',
      ['-u', 'bob', 'smith', './job'],
      127,
      /"smith" was not found\. Nothing was changed/,
    ],
    [
      'a command that is no program',
      ['-u', 'bob', './list.txt'],
      126,
      /is not executable\. Nothing was changed/,
    ],
  ])('odd keys: %s changes nothing', async (_what, args, code, message) => {
    await writeFile(join(place.folder, 'list.txt'), '');

    const ended = await place.run(['guard', '-f', 'search', ...args]);

    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(message);
    expect(place.server.requests).toEqual([]);
  });

  it('secret on the command line: no output, comment or error contains the token', async () => {
    const odd = `${token}\u00e9`;
    const ends = await Promise.all([
      place.run([...bob, '-a', token, 'false']),
      place.run([...bob, '-a', odd, 'true']),
      place.run(['status', '-f', 'search', '--base-uri', `http://x:${token}@127.0.0.1:9`]),
      place.run(['on', '-f', 'nothing', '-a', token]),
    ]);

    const log = await place.run(['status', '-f', 'search', '--json']);
    expect(ends.map(({ code }) => code)).toEqual([1, 2, 2, 120]);
    for (const { stdout, stderr } of [...ends, log]) expect(stdout + stderr).not.toContain(token);
  });

  it('project and environment: without an environment, guard says how to set one', async () => {
    const { code, stderr } = await place.run([...bob, 'true'], { env: { LD_ENVIRONMENT: '' } });

    expect([code, stderr]).toEqual([2, expect.stringMatching(/--environment or LD_ENVIRONMENT/)]);
  });
});

it('on, off and status work by hand, and status says who did what', async () => {
  const on = await place.run(['on', '-f', 'search', '-u', 'bob', '--comment', 'Ticket 4711']);
  const status = await place.run(['status', '-f', 'search']);
  const off = await place.run(['off', '-f', 'search', '-u', 'bob']);

  expect(on.stdout).toBe('maintenance-mode: Maintenance is on for "bob".\n');
  expect(status.stdout).toMatch(/^Flag "search" is on\.\n"bob", since 20.*Z, by on: Ticket 4711\n$/);
  expect(off.stdout).toBe('maintenance-mode: Maintenance is off for "bob".\n');
  expect(await place.held()).toEqual([]);
});
