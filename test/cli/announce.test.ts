import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { buildCommand, type BuiltCommand } from './buildCommand.js';
import { startWorkplace, type Workplace } from './startWorkplace.js';

let built: BuiltCommand;
let workplace: Workplace;

const variations = [{ mode: 'read-only' }, false];
const clientSideAvailability = { usingEnvironmentId: true, usingMobileKey: false };
const flag = (key: string, on: boolean, more: object = {}): object => ({
  key,
  on,
  variations,
  offVariation: 1,
  fallthrough: { variation: on ? 1 : 0 },
  clientSideAvailability,
  ...more,
});
const flags = {
  search: flag('search', true),
  site: flag('site', false),
  texts: flag('texts', true, { variations: ['read-only', 'off'] }),
  boolean: flag('boolean', true, { variations: [true, false] }),
};

/** A switch of a table in a JSON file. */
const tableSwitch = `
import { readFileSync, writeFileSync } from 'node:fs';
export default ({ flag }) => {
  const load = () => JSON.parse(readFileSync('table.json', 'utf8'));
  const stateOf = ({ everyone, users }) => ({ flag, everyone, users: new Map(Object.entries(users)) });
  return {
    service: 'table',
    can: { everyone: true, users: true, values: 'own' },
    read: async () => stateOf(load()),
    async change({ everyone, hold = [], release = [], value = true }) {
      const table = load();
      if (everyone !== undefined) table.everyone = everyone && value;
      for (const user of hold) table.users[user] = value;
      for (const user of release) delete table.users[user];
      writeFileSync('table.json', JSON.stringify(table));
      return stateOf(table);
    },
  };
};
`;

const own = ['--switch', './table.mjs'];
const table = async (): Promise<unknown> =>
  JSON.parse(await readFile(join(workplace.folder, 'table.json'), 'utf8'));
const valueOf = async (key: string): Promise<unknown> =>
  (await workplace.server.read(key)).variations[0]?.value;

beforeAll(async () => {
  built = await buildCommand();
  workplace = await startWorkplace(built.main, { flags });
  await writeFile(join(workplace.folder, 'table.mjs'), tableSwitch);
  await workplace.job('keep', 'cat table.json > seen');
});
beforeEach(() => writeFile(join(workplace.folder, 'table.json'), '{"everyone":false,"users":{}}'));
afterAll(async () => {
  await workplace.remove();
  await built.remove();
});

const env = { TZ: 'Europe/Paris', LANG: 'en_US.UTF-8' };
const times = ['--starts-at', '2035-12-01T14:00+01:00', '--ends-at', '+90m'];

describe('announce', () => {
  it('shows the notice as people will see it, in each language and in local time, and stores it', async () => {
    const { code, stdout, stderr } = await workplace.run(
      [
        'announce',
        '-f',
        'search',
        '-u',
        'bob',
        ...times,
        '--mode',
        'read-only',
        '--title',
        'A new index',
        '--message',
        'We move your data.',
        '--message-fr',
        'Nous déplaçons vos données.',
        '--link',
        'https://status.example',
        ...own,
      ],
      { env },
    );

    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('What the user "bob" will see:');
    expect(stdout).toMatch(/Title: +A new index/);
    expect(stdout).toMatch(/\[fr\]\n.*\n +Message: +Nous déplaçons vos données\.\n +From: +.*décembre 2035/);
    expect(stdout).toMatch(/From: +.*December.*2:00.PM GMT\+1 \(2035-12-01T13:00:00Z\)/);
    expect(stdout).toMatch(/Until: +.*3:30.PM/);
    expect(stdout).toMatch(/Mode: +read-only: people can read/);
    expect(await table()).toEqual({
      everyone: false,
      users: {
        bob: {
          mode: 'read-only',
          title: 'A new index',
          message: { en: 'We move your data.', fr: 'Nous déplaçons vos données.' },
          link: { href: 'https://status.example', text: 'Read more' },
          startsAt: '2035-12-01T13:00:00Z',
          endsAt: '2035-12-01T14:30:00Z',
        },
      },
    });
  });

  it.each([
    [
      'neither start nor end if title and message replace them',
      [...times, '--title', 'A', '--message', 'B'],
      [/does not say when it begins, because the title/, /when it ends, because title and message replace/],
    ],
    [
      'no end under a title, once it has begun',
      [...times, '--title', 'A'],
      [/does not say when it begins/, /when it ends after it has begun/],
    ],
    [
      'no end over a message, before it has begun',
      [...times, '--message', 'B'],
      [/when it ends before it has begun, because the message/],
    ],
    [
      'no end under a title, where it begins at once',
      ['--at-once', '--ends-at', '+90m', '--title', 'A', '--message', 'B'],
      [/when it ends, because the title replaces/],
    ],
  ])('says that people see %s', async (_what, words, expected) => {
    const { stdout } = await workplace.run(['announce', '-f', 'search', '-u', 'bob', ...words, ...own], {
      env,
    });

    const found = stdout.split('\n').filter((line) => line.includes('The notice does not say'));
    expect(found).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  });

  it('does not mention times that people see', async () => {
    const { stdout } = await workplace.run(['announce', '-f', 'search', '-u', 'bob', ...times, ...own], {
      env,
    });

    expect(stdout).not.toMatch(/does not say/);
  });

  it('treats texts without a language as English, and says so', async () => {
    const words = ['announce', '-f', 'search', '-u', 'bob', ...times, '--title', 'Neuer Index', ...own];
    const french = ['--title-fr', 'Un nouvel index'];

    const english = await workplace.run([...words, ...french], { env });
    const german = await workplace.run([...words, ...french, '--language', 'de'], { env });

    expect(english.stdout).toMatch(
      /without a language are English \(en\)\. Set another language with --language/,
    );
    expect(german.stdout).not.toMatch(/without a language/);
    expect(german.stdout).toMatch(/\[de\]\n.*Neuer Index\n.*Dezember 2035/);
    expect(await table()).toMatchObject({
      users: { bob: { title: { de: 'Neuer Index', fr: 'Un nouvel index' } } },
    });
  });

  it.each([
    ['two texts for one language', ['--title', 'A', '--title-en', 'B'], /two texts for '--title-en'/],
    ['a language that is none', ['--title-abcd', 'A'], /must be a language tag/],
    ['a --language that is none', ['--language', 'en_US', '--title', 'A'], /must be a language tag/],
  ])('refuses %s', async (_what, words, message) => {
    const { code, stderr } = await workplace.run(
      ['announce', '-f', 'search', '-u', 'bob', ...times, ...words, ...own],
      { env },
    );

    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('asks for confirmation for everyone, and requires --yes without a terminal', async () => {
    const words = ['announce', '-f', 'search', ...times, ...own];

    const refused = await workplace.run(words, { env });
    expect(refused.code).toBe(120);
    expect(refused.stderr).toMatch(/is a change for everyone. Confirm it with --yes. Nothing was changed/);
    expect(await table()).toMatchObject({ everyone: false });

    expect(await workplace.run([...words, '--yes'], { env })).toMatchObject({ code: 0 });
    expect(await table()).toMatchObject({ everyone: { startsAt: '2035-12-01T13:00:00Z' } });
  });

  it('withdraws only an announcement that has not begun', async () => {
    await workplace.run(['announce', '-f', 'search', '-u', 'bob', ...times, ...own], { env });
    const cancel = ['announce', '-f', 'search', '-u', 'bob', '--cancel', ...own];

    expect(await workplace.run(cancel)).toMatchObject({ code: 0 });
    expect(await table()).toEqual({ everyone: false, users: {} });
    expect((await workplace.run(cancel)).stderr).toMatch(/Nothing is announced to "bob"/);
    await workplace.run(['announce', '-f', 'search', '-u', 'bob', '--at-once', ...own]);
    expect((await workplace.run(cancel)).stderr).toMatch(/has begun for "bob".*maintenance-mode off/);
  });

  it('does not end a maintenance that is in progress', async () => {
    await workplace.run(['on', '-f', 'search', '-u', 'bob', ...own]);

    const { code, stderr } = await workplace.run(
      ['announce', '-f', 'search', '-u', 'bob', ...times, ...own],
      { env },
    );

    expect(code).toBe(120);
    expect(stderr).toMatch(/"bob" is in maintenance now, and an announcement would end that.*--at-once/);
    expect(await table()).toMatchObject({ users: { bob: true } });
  });

  it.each([
    [['--ends-at', '+90m'], /set the start/],
    [['--starts-at', '2035-12-01T14:00'], /no time zone.*2026-12-01T15:30\+01:00/],
    [['--starts-at', '2035-02-30T14:00Z'], /must be a time with its zone/],
    [['--starts-at', '2020-12-01T14:00Z'], /is in the past.*--at-once/],
    [['--starts-at', '2035-12-01T14:00Z', '--ends-at', '2035-12-01T13:00Z'], /is not after the start/],
    [['--at-once', '--link', 'javascript:alert(1)'], /"link" is/],
    [['--at-once', '--mode', 'slow'], /Allowed choices are degraded, read-only, down/],
    [['--at-once', '--titel', 'x'], /unknown option '--titel'/],
    [['--at-once', '--title-fr'], /'--title-fr <text>' argument missing/],
    [['--at-once', '--message', 'two', 'words'], /unexpected argument "words".*quotation marks/],
  ])('refuses %j as wrong usage, and changes nothing', async (words, message) => {
    const { code, stderr } = await workplace.run(['announce', '-f', 'search', '-u', 'bob', ...words, ...own]);

    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(await table()).toEqual({ everyone: false, users: {} });
  });
});

describe('announce with LaunchDarkly', () => {
  it('sets the value of the variation, and guard begins it at once with another end time', async () => {
    await workplace.job('show', 'exit 0');
    const announced = await workplace.run(
      ['announce', '-f', 'search', '-u', 'bob', ...times, '--title', 'A new index'],
      { env },
    );
    expect(announced.stderr).toBe('');
    expect(await valueOf('search')).toEqual({
      mode: 'read-only',
      title: 'A new index',
      startsAt: '2035-12-01T13:00:00Z',
      endsAt: '2035-12-01T14:30:00Z',
    });
    expect((await workplace.run(['announce', '-f', 'search', '-u', 'ann', '--at-once'])).stderr).toMatch(
      /one value for all users in maintenance. The announced maintenance of these users would begin, too: "bob"/,
    );

    const guarded = await workplace.run([
      'guard',
      '-f',
      'search',
      '-u',
      'bob',
      '--settle',
      '0',
      '--ends-at',
      '+10m',
      '--message',
      'Under way.',
      '--',
      './show',
    ]);

    expect(guarded).toMatchObject({ code: 0 });
    expect(await valueOf('search')).toEqual({
      mode: 'read-only',
      message: 'Under way.',
      endsAt: expect.stringMatching(/^20\d\d-.*Z$/),
    });
    // The times of a maintenance that is over count for no other one.
    expect(await workplace.run(['on', '-f', 'search', '-u', 'bob'])).toMatchObject({ code: 0 });
    expect(await valueOf('search')).toEqual({ mode: 'read-only', message: 'Under way.' });
    expect(await workplace.run(['off', '-f', 'search', '-u', 'bob'])).toMatchObject({ code: 0 });
  });

  it('refuses an announcement that would let another user in', async () => {
    await workplace.run(['on', '-f', 'search', '-u', 'ann']);

    const { code, stderr } = await workplace.run(['announce', '-f', 'search', '-u', 'bob', ...times], {
      env,
    });

    expect(code).toBe(120);
    expect(stderr).toMatch(/announcement would let these users in: "ann"/);
    await workplace.run(['off', '-f', 'search', '-u', 'ann']);
  });

  it('announces to everyone with the whole flag', async () => {
    expect(await workplace.run(['announce', '-f', 'site', '--yes', ...times], { env })).toMatchObject({
      code: 0,
    });
    expect(await valueOf('site')).toMatchObject({ startsAt: '2035-12-01T13:00:00Z' });
    const status = await workplace.run(['status', '-f', 'site']);
    expect(status.stdout).toMatch(/Everyone, announced from 2035-12-01T13:00:00Z until 2035-12-01T14:30:00Z/);
    expect(await workplace.run(['announce', '-f', 'site', '--cancel', '--yes'])).toMatchObject({ code: 0 });
  });

  it('writes a flag of strings as JSON that is read as an object', async () => {
    await workplace.run(['announce', '-f', 'texts', '-u', 'bob', '--at-once', '--title', 'New'], { env });

    expect(JSON.parse(String(await valueOf('texts')))).toEqual({ mode: 'read-only', title: 'New' });
  });

  it.each([
    [['announce', '--at-once', '--title', 'x', '-u', 'bob', '-f', 'boolean']],
    [['guard', '--title', 'x', '-u', 'bob', '-f', 'boolean', '--', 'true']],
  ])('refuses a boolean flag, and says what to do: %j', async (words) => {
    const { code, stderr } = await workplace.run(words);

    expect(stderr).toMatch(/is a boolean flag, which cannot have a notice. Use a JSON flag/);
    expect(code).toBe(120);
  });
});

it('guard begins an announced maintenance with its notice, if each user has a separate value', async () => {
  await workplace.run(['announce', '-f', 'search', '-u', 'bob', ...times, '--title', 'A new index', ...own], {
    env,
  });

  const guarded = await workplace.run([
    'guard',
    '-f',
    'search',
    '-u',
    'bob',
    '--settle',
    '0',
    ...own,
    '--',
    './keep',
  ]);

  expect(guarded.stderr).toMatch(/Maintenance is off for "bob"/);
  expect(JSON.parse(await workplace.read('seen'))).toEqual({
    everyone: false,
    users: { bob: { title: 'A new index', endsAt: '2035-12-01T14:30:00Z' } },
  });
  expect(await table()).toEqual({ everyone: false, users: {} });
});

it("each counts the end time of every user from the start of that user's work", async () => {
  await workplace.job('note', 'sleep 1; cat table.json >> seen-all; echo >> seen-all');

  await workplace.run(
    ['each', '-f', 'search', '--settle', '0', '--ends-at', '+10m', ...own, '--', './note'],
    {
      input: 'ann\nbob\n',
    },
  );

  const ends = (await workplace.lines('seen-all')).map((line) => {
    const { users } = JSON.parse(line) as { users: Record<string, { endsAt: string }> };
    return Object.values(users)[0]?.endsAt;
  });
  expect(ends).toHaveLength(2);
  expect(new Set(ends).size).toBe(2);
});
