import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { shopFlags } from '../flag-server/flagData.js';
import { buildCommand, type BuiltCommand } from './buildCommand.js';
import { startWorkplace, type Workplace } from './startWorkplace.js';

let built: BuiltCommand;
let place: Workplace | undefined;

// Many processes, on machines that may have other things to do.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

beforeAll(async () => {
  built = await buildCommand();
});

afterAll(() => built.remove());

afterEach(async () => {
  await place?.remove();
  place = undefined;
});

/** A workplace with these flags; how often they were changed is what the server was asked. */
async function open(flagData: object): Promise<Workplace & { changes: () => number }> {
  place = await startWorkplace(built.main, flagData);
  const { server } = place;
  return { ...place, changes: () => server.requests.filter(({ method }) => method === 'PATCH').length };
}

/** The shop's flag `search`, with changes. */
const search = (changes: object): object => ({
  flags: { search: { ...shopFlags().flags['search'], ...changes } },
});

const settle = ['--settle', '0'];

describe('the first user', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  const file = /^echo '(\{"flagValues".*\})' > flags\.json$/m.exec(readme)?.[1] ?? '';
  const words = /maintenance-mode (guard -f search-maintenance -u bob) -- \.\/reindex --user/.exec(
    readme,
  )?.[1];

  it('can follow the README: create the flag file, and guard Bob without affecting others', async () => {
    const { run, job, lines, server } = await open(JSON.parse(file) as object);
    await job('reindex', 'echo "$@" >> ran');

    const { code, stderr } = await run([...String(words).split(' '), ...settle, '--', './reindex', '--user']);

    expect([stderr, code]).toEqual([expect.stringMatching(/is on for "bob".*\n.*is off for "bob"/), 0]);
    expect(await lines('ran')).toEqual(['--user bob']);
    expect((await server.read('search-maintenance')).environments['local']?.targets).toEqual([]);
  });

  it('can use on, status, off and each with the same file', async () => {
    const { run } = await open({ flagValues: { search: false } });

    const on = await run(['on', '-f', 'search', '-u', 'bob']);
    const status = await run(['status', '-f', 'search']);
    const off = await run(['off', '-f', 'search', '-u', 'bob']);
    const each = await run(['each', '-f', 'search', ...settle, 'true'], { input: 'alice\nbob\n' });

    expect([on.code, off.code, each.code]).toEqual([0, 0, 0]);
    expect(status.stdout).toMatch(/"bob", since/);
  });

  it('can end a maintenance for everyone that a true in the file began', async () => {
    const { run, server } = await open({ flagValues: { search: true } });

    const { code } = await run(['off', '-f', 'search']);

    expect(code).toBe(0);
    expect((await server.read('search')).environments['local']?.on).toBe(false);
  });
});

describe('a refusal changes nothing', () => {
  it.each([
    ['on -u, of a kill switch', ['on', '-f', 'site', '-u', 'bob'], {}, 120, /is off.*Turn it on/],
    ['guard -u, of a kill switch', ['guard', '-f', 'site', '-u', 'bob', 'true'], {}, 120, /is off/],
    ['on for everyone, of a flag for users', ['on', '-f', 'search'], {}, 120, /for single users.*-u/],
    ['guard for everyone, of a flag for users', ['guard', '-f', 'search', 'true'], {}, 120, /single users/],
    ['on of an archived flag', ['on', '-f', 'search', '-u', 'bob'], { archived: true }, 120, /archived/],
    [
      'on -u, of a flag that serves a share of users',
      ['on', '-f', 'search', '-u', 'bob'],
      { fallthrough: { rollout: { variations: [{ variation: 0, weight: 100_000 }] } } },
      120,
      /share of users/,
    ],
    [
      'on -u, of a flag that serves maintenance by default',
      ['on', '-f', 'search', '-u', 'bob'],
      { fallthrough: { variation: 0 } },
      120,
      /by default/,
    ],
    [
      'off -u, of a flag that serves maintenance by default',
      ['off', '-f', 'search', '-u', 'bob'],
      { fallthrough: { variation: 0 } },
      122,
      /to everyone by default.*Leave out -u/,
    ],
    [
      'off for everyone, of a flag that serves maintenance while it is off',
      ['off', '-f', 'search'],
      { on: false, offVariation: 0 },
      122,
      /while it is off/,
    ],
  ])('%s', async (_what, args, changes, code, message) => {
    const flags = { ...shopFlags().flags, ...(search(changes) as { flags: object }).flags };
    const { run, changes: count } = await open({ flags });

    const ended = await run(args);

    expect([ended.code, ended.stderr]).toEqual([code, expect.stringMatching(message)]);
    expect(count()).toBe(0);
  });

  it('off for everyone lists users who are held after a failed job, and lets them in only with --release-held', async () => {
    const { run, held, server, changes } = await open(shopFlags());
    await run(['each', '-f', 'search', ...settle, '--keep-going', 'false'], { input: 'bob\ncarol\n' });
    const before = changes();

    const refused = await run(['off', '-f', 'search']);
    const heldThen = await held();
    const countThen = changes();
    const released = await run(['off', '-f', 'search', '--release-held']);

    expect([refused.code, refused.stderr]).toEqual([
      122,
      expect.stringMatching(/2 users are held.*"bob", "carol".*--release-held.*Nothing was changed/),
    ]);
    expect([heldThen, countThen]).toEqual([['bob', 'carol'], before]);
    expect([released.code, await held()]).toEqual([0, []]);
    expect((await server.read('search')).environments['local']?.on).toBe(true);
  });

  it('off for everyone keeps a flag ready for the next user if nobody is held', async () => {
    const { run } = await open(shopFlags());

    const off = await run(['off', '-f', 'search']);

    expect(off.code).toBe(0);
    expect((await run(['on', '-f', 'search', '-u', 'bob'])).code).toBe(0);
  });

  it('guard does not take over a kill switch while it also holds users', async () => {
    const targets = [{ variation: 0, values: ['bob'] }];
    const { run, changes } = await open(search({ fallthrough: { variation: 0 }, targets }));

    const guard = await run(['guard', '-f', 'search', '--take-over', 'true']);
    const off = await run(['off', '-f', 'search']);

    expect([guard.code, off.code, changes()]).toEqual([120, 122, 0]);
    expect(guard.stderr).toMatch(/"bob"/);
  });
});

describe('a flag with a third variation', () => {
  const modes = search({
    variations: [false, 'read-only', 'down'],
    fallthrough: { variation: 0 },
    offVariation: 0,
    targets: [
      { variation: 1, values: ['bob'] },
      { variation: 2, values: ['carol'] },
    ],
  });

  it('is shown by status and ended by off, for each variation that is served', async () => {
    const { run, server } = await open(modes);

    const status = await run(['status', '-f', 'search']);
    const offs = [
      await run(['off', '-f', 'search', '-u', 'bob']),
      await run(['off', '-f', 'search', '-u', 'carol']),
    ];

    expect([status.code, status.stdout]).toEqual([0, expect.stringMatching(/"bob"\n"carol"\n$/)]);
    expect(offs.map(({ code }) => code)).toEqual([0, 0]);
    expect((await server.read('search')).environments['local']?.targets).toEqual([]);
  });

  it('is refused by on, guard and each without --variation, and accepted with it', async () => {
    const { run, changes } = await open(modes);

    const refused = [
      await run(['on', '-f', 'search', '-u', 'dave']),
      await run(['guard', '-f', 'search', '-u', 'dave', 'true']),
      await run(['each', '-f', 'search', 'true'], { input: 'dave\n' }),
    ];
    const count = changes();
    const taken = await run([
      'guard',
      '-f',
      'search',
      '-u',
      'dave',
      '--variation',
      '"down"',
      ...settle,
      'true',
    ]);

    for (const { code, stderr } of refused) {
      expect([code, stderr]).toEqual([120, expect.stringMatching(/--variation: false, "read-only", "down"/)]);
    }
    expect([count, taken.code]).toEqual([0, 0]);
  });

  it('is shown by status, and refused only by on, if no variation means maintenance', async () => {
    const { run } = await open({ flagValues: { search: '' } });

    const status = await run(['status', '-f', 'search']);
    const on = await run(['on', '-f', 'search', '-u', 'bob']);

    expect([status.code, status.stdout]).toEqual([0, expect.stringMatching(/Nobody is in maintenance/)]);
    expect(on.code).toBe(120);
  });
});

describe('a flag that never reaches browsers', () => {
  const hidden = search({ clientSideAvailability: { usingEnvironmentId: false } });
  const warning = /"search" is not served to browsers.*usingEnvironmentId/;

  it('gets a warning from guard, each, on and status', async () => {
    const { run } = await open(hidden);

    const guard = await run(['guard', '-f', 'search', '-u', 'bob', ...settle, 'true']);
    const each = await run(['each', '-f', 'search', ...settle, 'true'], { input: 'alice\nbob\n' });
    const on = await run(['on', '-f', 'search', '-u', 'bob']);
    const status = await run(['status', '-f', 'search']);
    const json = await run(['status', '-f', 'search', '--json']);

    expect([guard.code, each.code, on.code, status.code]).toEqual([0, 0, 0, 0]);
    for (const said of [guard.stderr, each.stderr, on.stderr, status.stdout]) expect(said).toMatch(warning);
    expect(each.stderr.split('not served to browsers')).toHaveLength(2);
    expect(JSON.parse(json.stdout)).toMatchObject({ reachesBrowsers: false });
  });

  it('gets no warning if it reaches browsers', async () => {
    const { run } = await open(shopFlags());

    const guard = await run(['guard', '-f', 'search', '-u', 'bob', ...settle, 'true']);

    expect(guard.stderr).not.toMatch(/browsers/);
  });
});
