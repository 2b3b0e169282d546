import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import packageJson from '../../package.json';
import { documents, snippetsOf } from '../docs.js';
import { buildCommand, type BuiltCommand } from './buildCommand.js';
import { startProcess } from './startCommand.js';
import { startWorkplace, token } from './startWorkplace.js';

const blocks = documents.flatMap(snippetsOf).filter(({ language }) => language === 'sh');
const used = new Set<string>();
let built: BuiltCommand;

beforeAll(async () => {
  built = await buildCommand();
});
afterAll(() => built.remove());

/** The one block of shell that holds a text, in however many documents it stands. */
function blockWith(text: string): string {
  const found = new Set(blocks.map(({ code }) => code).filter((code) => code.includes(text)));
  expect([...found]).toHaveLength(1);
  const [code = ''] = found;
  used.add(code);
  return code;
}

it('serves flags and guards Bob with the commands of the README, in a folder with the package', async () => {
  const place = await startWorkplace(built.main);
  onTestFinished(place.remove);
  await mkdir(join(place.folder, 'node_modules/.bin'), { recursive: true });
  await symlink(
    join(place.folder, 'maintenance-mode'),
    join(place.folder, 'node_modules/.bin/maintenance-mode'),
  );
  await place.job('reindex', 'echo "$@" >> ran');
  const port = String(await freePort());
  const serve = blockWith('serve --flags').replaceAll('8765', port);
  const [environment = ''] = serve.split('\n');
  // The wait of ten seconds is for people.
  const first = blockWith('setTimeout').replaceAll('8765', port).replace('10_000', '0');
  const guard = blockWith('-- ./reindex --user');
  expect(guard).toContain('LD_ENVIRONMENT=production');

  const server = startProcess(
    'bash',
    ['-c', serve.replace('\n./node_modules', '\nexec ./node_modules')],
    place.folder,
  );
  onTestFinished(async () => {
    server.process.kill('SIGTERM');
    await server.ended;
  });
  expect(await server.firstLine).toMatch(/^listening on /);
  expect(await place.shell(first)).toMatchObject({
    stderr: expect.stringMatching(/is on for "bob".*\n.*is off for "bob"/),
    code: 0,
  });
  // In the environment of the local server.
  const script = guard.replace(/^export LD_.*$/m, environment);
  const { code, stderr } = await place.shell(script);

  expect([stderr, code]).toEqual([expect.stringMatching(/is on for "bob".*\n.*is off for "bob"/), 0]);
  expect(await place.lines('ran')).toEqual(['--user bob']);
});

it('guards everyone, and one user after another, with the commands of the guide', async () => {
  const { place, here } = await openGuide();

  const { code, stderr } = await place.shell(here(blockWith('$LD_API_KEY')), { env: { LD_API_KEY: token } });

  expect([stderr.includes('error'), code]).toEqual([false, 0]);
  expect(await place.lines('ran')).toEqual(['--param 1', '--param 1 --user alice', '--param 1 --user bob']);
});

it('processes a list, and continues after a failure, with the commands of the guide', async () => {
  const { place, here } = await openGuide();
  await writeFile(join(place.folder, 'broken'), '');

  const first = await place.shell(here(blockWith('--journal work.jsonl -- /path/to/job')));
  expect([first.code, await place.held('user.maintenance.flag')]).toEqual([123, ['alice']]);

  await rm(join(place.folder, 'broken'));
  const after = await place.shell(here(blockWith('--resume')));
  expect([after.stderr, after.code]).toEqual([expect.stringContaining('alice'), 0]);
  expect(await place.held('user.maintenance.flag')).toEqual([]);
  expect(await place.lines('ran')).toContain('--param 1 --user bob');
});

it('delays users while a check succeeds, with the commands of the guide', async () => {
  const { place, here } = await openGuide();
  await place.job('replica-lags', 'echo look >> looks; test $(wc -l < looks) -lt 3');

  const { code, stderr } = await place.shell(here(blockWith('--pause-while')));

  expect([stderr, code]).toEqual([expect.stringContaining('2 users: 2 done.'), 0]);
  expect(await place.lines('ran')).toEqual(['--param 1 --user alice', '--param 1 --user bob']);
});

it('shows everyone in maintenance, with the commands of the guide', async () => {
  const { place, here } = await openGuide();
  await place.run(['on', '-f', 'user.maintenance.flag', '-u', 'bob']);

  const { code, stdout } = await place.shell(here(blockWith('status --all')));

  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^user\.maintenance\.flag\n  "bob", since [^]*\n\{"flags":/m),
  ]);
});

it('promises end times, with the commands of the guide', async () => {
  const { place, here } = await openGuide({ mode: 'down' });
  await writeFile(join(place.folder, 'users'), 'alice\nbob\n');

  const { code, stderr } = await place.shell(here(blockWith('--ends-at auto')));

  expect([code, stderr]).toEqual([0, expect.stringContaining('No end time was promised')]);
});

it('announces a maintenance and withdraws it, with the commands of the guide', async () => {
  const { place, here } = await openGuide({ mode: 'down' });

  const { code, stdout, stderr } = await place.shell(here(blockWith('--cancel')));

  expect([stderr.includes('error'), code]).toEqual([false, 0]);
  expect(stdout).toMatch(/announced to "bob"[\s\S]*announcement for "bob" was withdrawn/);
});

it('names only scripts and packages that exist', () => {
  const npm = blocks.filter(({ code }) => code.startsWith('npm '));
  const words = npm
    .flatMap(({ code }) =>
      code
        .replace(/#.*$/gm, '')
        .split(/\n|&&/)
        .map((part) => part.trim()),
    )
    .filter(Boolean);
  const installable = [packageJson.name, ...Object.keys(packageJson.peerDependencies)];

  for (const [, command = '', ...names] of words.map((text) => text.split(' '))) {
    if (command === 'ci') continue;
    if (command === 'install') expect(installable).toEqual(expect.arrayContaining(names));
    else expect(Object.keys(packageJson.scripts)).toContain(command === 'run' ? names[0] : command);
  }
  expect(words.length).toBeGreaterThan(3);
  npm.forEach(({ code }) => used.add(code));
});

// The last one: it looks at what those above have run.
it('runs every block of shell', () => {
  expect(blocks.filter(({ code }) => !used.has(code)).map(({ file, line }) => `${file}:${line}`)).toEqual([]);
});

async function openGuide(maintenance: unknown = true) {
  const perUser = (on: boolean) => ({
    on,
    variations: [false, maintenance],
    offVariation: 0,
    fallthrough: { variation: on ? 0 : 1 },
  });
  const place = await startWorkplace(built.main, {
    flags: {
      'maintenance.mode.flag': { key: 'maintenance.mode.flag', ...perUser(false) },
      'user.maintenance.flag': { key: 'user.maintenance.flag', ...perUser(true) },
    },
  });
  onTestFinished(place.remove);
  await place.job('maintenance-function', 'echo "$@" >> ran');
  await place.job('user-enumeration-script', 'echo alice; echo bob');
  await place.job('job', 'test -e broken && exit 1; echo "$@" >> ran');
  const here = (code: string) =>
    code
      .replaceAll('/path/to/', `${place.folder}/`)
      .replace(/^export LD_ACCESS_TOKEN=\.\.\. LD_ENVIRONMENT=production\n/m, '');
  return { place, here };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
