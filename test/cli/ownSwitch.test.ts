import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadSwitch } from '../../src/cli/switches/loadSwitch.js';
import { buildCommand, type BuiltCommand } from './buildCommand.js';
import { startWorkplace, type Workplace } from './startWorkplace.js';

let built: BuiltCommand;
let workplace: Workplace;

/** A switch of a table in a JSON file, which --switch-option names. */
const tableSwitch = `
import { readFileSync, writeFileSync } from 'node:fs';

export default ({ flag, options, env }) => {
  const load = () => JSON.parse(readFileSync(options.table, 'utf8'));
  const stateOf = ({ everyone = false, users = {} }) => ({ flag, everyone, users: new Map(Object.entries(users)) });
  return {
    service: options.table,
    can: { everyone: true, users: true, values: 'own' },
    secrets: [env.TABLE_SECRET],
    read: async () => stateOf(load()),
    async change({ everyone, hold = [], release = [], value = true }) {
      const table = load();
      if (everyone !== undefined) table.everyone = everyone && value;
      for (const user of hold) table.users[user] = value;
      for (const user of release) delete table.users[user];
      writeFileSync(options.table, JSON.stringify(table));
      return stateOf(table);
    },
  };
};
`;

const own = ['--switch', './mine.mjs', '--switch-option', 'table=table.json'];
const file = (name: string, text: string): Promise<void> => writeFile(join(workplace.folder, name), text);
const table = async (): Promise<unknown> =>
  JSON.parse(await readFile(join(workplace.folder, 'table.json'), 'utf8'));

beforeAll(async () => {
  built = await buildCommand();
  workplace = await startWorkplace(built.main);
  await file('mine.mjs', tableSwitch);
  await workplace.job('job', 'cat table.json > "seen-$1"; test "$1" != bad');
});
afterAll(async () => {
  await workplace.remove();
  await built.remove();
});

describe('--switch', () => {
  it('guards one user with a custom switch, whose flag holds the user while the command runs', async () => {
    await file('table.json', '{"everyone":false,"users":{}}');

    const { code, stderr } = await workplace.run([
      'guard',
      '-f',
      'search',
      '-u',
      'bob',
      '--settle',
      '0',
      ...own,
      '--',
      './job',
    ]);

    expect(stderr).toMatch(/Maintenance is on for "bob".*\n.*Maintenance is off for "bob"/);
    expect(code).toBe(0);
    expect(JSON.parse(await workplace.read('seen-bob'))).toEqual({ everyone: false, users: { bob: true } });
    expect(await table()).toEqual({ everyone: false, users: {} });
  });

  it('prints a command after a failure, and that command ends maintenance', async () => {
    await file('table.json', '{"everyone":false,"users":{}}');

    const failed = await workplace.run(['each', '-f', 'search', '--settle', '0', ...own, '--', './job'], {
      input: 'ann\nbad\n',
    });
    const byHand = /maintenance-mode off -f search -u bad --switch .*/.exec(failed.stderr)?.[0] ?? '';

    expect(failed.code).toBe(123);
    expect(await table()).toEqual({ everyone: false, users: { bad: true } });
    expect(await workplace.shell(byHand)).toMatchObject({ code: 0 });
    expect(await table()).toEqual({ everyone: false, users: {} });
  });

  it('loads the module from MAINTENANCE_SWITCH, and guards everyone', async () => {
    await file('table.json', '{"everyone":false,"users":{}}');
    const env = { MAINTENANCE_SWITCH: './mine.mjs' };
    const words = ['-f', 'search', '--switch-option', 'table=table.json'];

    expect(await workplace.run(['on', ...words], { env })).toMatchObject({ code: 0 });
    expect(await table()).toMatchObject({ everyone: true });
    const status = await workplace.run(['status', ...words], { env });
    expect(status.stdout).toMatch(/Everyone/);
    expect(status.stdout).toMatch(/keeps no audit trail/);
    expect(await workplace.run(['off', ...words], { env })).toMatchObject({ code: 0 });
    expect(await table()).toMatchObject({ everyone: false });
  });

  it('does not pass the secrets of the switch to commands', async () => {
    await file('table.json', '{"everyone":false,"users":{}}');
    await workplace.job('tell', 'echo "secret: $TABLE_SECRET"');

    const { stdout } = await workplace.run(
      ['guard', '-f', 'search', '-u', 'bob', '--settle', '0', ...own, '--', './tell'],
      { env: { TABLE_SECRET: 's3cret' } },
    );

    expect(stdout).toContain('secret: \n');
  });

  it('passes on variables that merely contain a short secret', async () => {
    await file('table.json', '{"everyone":false,"users":{}}');
    await workplace.job('tell', 'echo "path: $PATH, tool: $TOOL, secret: $TABLE_SECRET $HEADER"');

    const { stdout } = await workplace.run(
      ['guard', '-f', 'search', '-u', 'bob', '--settle', '0', ...own, '--', './tell'],
      { env: { TABLE_SECRET: 'local', HEADER: 'Bearer local', TOOL: '/usr/local/tool' } },
    );

    expect(stdout).toBe(`path: ${process.env['PATH']}, tool: /usr/local/tool, secret:  \n`);
  });

  it('warns about a secret in its options, and does not print it', async () => {
    await file('table.json', '{"everyone":false,"users":{}}');
    await file('secret.mjs', tableSwitch.replace('env.TABLE_SECRET', 'options.token'));
    const secret = 's3cret-0123456789';

    const { stdout, stderr } = await workplace.run([
      ...['guard', '-f', 'search', '-u', 'bad', '--settle', '0', '--switch', './secret.mjs'],
      ...['--switch-option', 'table=table.json', '--switch-option', `token=${secret}`, '--', './job'],
    ]);

    expect(stderr).toMatch(/can read the secret in --switch-option token/);
    expect(stderr).toMatch(
      /To end it: .*--switch-option 'token=\.\.\.'|To end it: .*--switch-option token=\.\.\./,
    );
    expect(stdout + stderr).not.toContain(secret);
  });

  it('says what the switch cannot do, before any change', async () => {
    await file('table.json', '{"everyone":false,"users":{}}');
    await file('users-only.mjs', tableSwitch.replace('everyone: true, users', 'everyone: false, users'));

    const { code, stderr } = await workplace.run([
      'on',
      '-f',
      'search',
      '--switch',
      './users-only.mjs',
      '--switch-option',
      'table=table.json',
    ]);

    expect(code).toBe(120);
    expect(stderr).toMatch(
      /cannot put everyone into maintenance. Choose a user with -u. Nothing was changed/,
    );
    expect(await table()).toEqual({ everyone: false, users: {} });
  });
});

describe('a module that', () => {
  const change =
    '{ service: "s", can: { everyone: true, users: true, values: "own" }, read: async () => ({}), change() {} }';

  it.each([
    ['is not there', undefined, 2, /--switch \.\/faulty\.mjs: there is no such file/],
    ['is not JavaScript', 'const a = 1;\nlet let = ;', 2, /faulty\.mjs:2\)/],
    ['throws', 'const a = 1;\nthrow new Error("No table.");', 2, /No table \(.*faulty\.mjs:2\)/],
    ['imports what is missing', 'import "./nothing.mjs";', 2, /faulty\.mjs: Cannot find module/],
    ['exports something else', 'export default 5;', 2, /its default export is 5. Export a function/],
    ['exports nothing', 'export const a = 5;', 2, /its default export is nothing/],
    [
      'fails to make a switch',
      'export default () => {\n  throw new Error("No address.");\n};',
      2,
      /No address \(.*:2\)/,
    ],
    [
      'makes half a switch',
      'export default () => ({ service: "s", can: { everyone: true } });',
      2,
      /"can.users" must be true or false, found nothing; .*"read" must be a function/,
    ],
    [
      'gives no state',
      `export default () => (${change});`,
      1,
      /read\(\) returned a state that cannot be used: "flag"/,
    ],
  ])('%s is reported', async (_what, text, expected, message) => {
    await workplace.shell('rm -f faulty.mjs');
    if (text !== undefined) await file('faulty.mjs', text);

    const { code, stderr } = await workplace.run(['status', '-f', 'search', '--switch', './faulty.mjs']);

    expect(stderr).toMatch(message);
    expect(code).toBe(expected);
  });

  it('fails in a change is reported with its line and the command that ends maintenance', async () => {
    await file('table.json', '{"everyone":false,"users":{}}');
    await file('failing.mjs', tableSwitch.replace('const table = load();', 'throw new Error("Disk full.");'));

    const { code, stderr } = await workplace.run([
      'guard',
      '-f',
      'search',
      '-u',
      'bob',
      '--switch',
      './failing.mjs',
      '--switch-option',
      'table=table.json',
      '--',
      './job',
    ]);

    expect(stderr).toMatch(
      /change\(\) failed: Disk full \(.*failing\.mjs:\d+\)\..*To make sure that it is off: maintenance-mode off/,
    );
    expect(code).toBe(120);
  });
});

describe('a switch that', () => {
  const load = async (name: string, text: string, signal = new AbortController().signal) => {
    await file(
      name,
      `export default ({ flag }) => ({ service: 's', can: { everyone: true, users: true, values: 'own' }, ${text} });`,
    );
    const context = { flag: 'search', options: {}, env: {}, signal };
    return await loadSwitch(join(workplace.folder, name), context, { longestAnswerMs: 50 });
  };

  it('answers without promises works as others do', async () => {
    const direct = await load(
      'direct.mjs',
      `read: () => ({ flag, everyone: false, users: new Map() }),
       change: () => ({ flag, everyone: true, users: new Map() }), serves: () => true`,
    );

    expect(await direct.read()).toMatchObject({ flag: 'search', everyone: false });
    expect(await direct.change({ comment: '' })).toMatchObject({ everyone: true });
    expect(await direct.serves?.('bob')).toBe(true);
  });

  it('never answers counts as one that did not answer, and a change as possibly made', async () => {
    const never = await load(
      'never.mjs',
      'read: () => new Promise(() => {}), change: () => new Promise(() => {})',
    );

    await expect(never.read()).rejects.toMatchObject({
      failure: 'unreachable',
      mayBeDone: false,
      message: expect.stringMatching(/read\(\) did not answer within 0\.05 s/),
    });
    await expect(never.change({ hold: ['bob'], comment: '' })).rejects.toMatchObject({ mayBeDone: true });
  });

  it('never answers does not keep an operator from stopping the command', async () => {
    const interruption = new AbortController();
    const never = await load(
      'never.mjs',
      'read: () => new Promise(() => {}), change() {}',
      interruption.signal,
    );

    const answer = never.read();
    interruption.abort('SIGINT');

    await expect(answer).rejects.toThrow(/read\(\) was interrupted/);
  });

  it.each([['42'], ['42n']])('has the key %s that is not a string is told so', async (key) => {
    const numeric = await load(
      `${key}.mjs`,
      `read: async () => ({ flag, everyone: false, users: new Map([[${key}, true]]) }), change() {}`,
    );

    await expect(numeric.read()).rejects.toThrow(`the keys of "users" must be strings, found ${key}`);
  });

  it('was compiled from TypeScript to CommonJS is loaded', async () => {
    await file(
      'compiled.cjs',
      `${'Object.defineProperty(exports, "__esModule", { value: true });'}
      exports.default = () => ({ service: 'compiled', can: { everyone: true, users: true, values: 'own' }, read() {}, change() {} });`,
    );
    const context = { flag: 'search', options: {}, env: {}, signal: new AbortController().signal };

    expect(await loadSwitch(join(workplace.folder, 'compiled.cjs'), context)).toMatchObject({
      service: 'compiled',
    });
  });

  it('loses a connection in the background, and never closes another one, does not stop or delay the command', async () => {
    await file('table.json', '{"everyone":false,"users":{}}');
    await file(
      'pooled.mjs',
      `import { createServer } from 'node:net';\n${tableSwitch.replace('const load', 'createServer().listen(0);\n  queueMicrotask(() => { throw new Error("Connection lost."); });\n  const load')}`,
    );

    const { code, stderr } = await workplace.run([
      'on',
      '-f',
      'search',
      '-u',
      'bob',
      '--switch',
      './pooled.mjs',
      '--switch-option',
      'table=table.json',
    ]);

    expect(stderr).toMatch(/an error in the background was ignored: Connection lost \(.*pooled\.mjs:\d+\)/);
    expect(code).toBe(0);
    expect(await table()).toEqual({ everyone: false, users: { bob: true } });
  });
});

it('a module in TypeScript works if Node.js can run it, and is reported if not', async () => {
  await file('table.json', '{"everyone":false,"users":{}}');
  await file('mine.ts', `${tableSwitch}\nexport const typed: number = 1;`);
  const isAble = 'typescript' in process.features && Boolean(process.features.typescript);

  const { code, stderr } = await workplace.run([
    'status',
    '-f',
    'search',
    '--switch',
    './mine.ts',
    '--switch-option',
    'table=table.json',
  ]);

  expect(code).toBe(isAble ? 0 : 2);
  if (!isAble) expect(stderr).toMatch(/TypeScript needs Node\.js 22\.18 or newer/);
});

it.each([
  [['--project', 'shop', ...own], /'--project <key>' belongs to LaunchDarkly's switch/],
  [['--switch-option', 'a=b'], /'--switch-option <name=value>' needs '--switch <module>'/],
  [['--switch', './mine.mjs', '--switch-option', 'table'], /must have the form NAME=VALUE/],
])('%s is refused', async (words, message) => {
  const { code, stderr } = await workplace.run(['status', '-f', 'search', ...words]);

  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});
