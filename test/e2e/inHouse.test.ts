import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { flagSwitchContract } from 'react-maintenance-mode/testing';
import type { CreateSwitch } from 'react-maintenance-mode/switch';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startProcess } from '../cli/startCommand.js';
import { openPage, startBrowser } from './startPage.js';

const root = join(import.meta.dirname, '../..');
let folder: string;
let shop: ChildProcess;
let address: string;
let browser: Browser;

/** A copy of examples/in-house with its dependencies, and the package as it was built. */
async function installExample(): Promise<string> {
  if (!existsSync(join(root, 'dist/server/index.js')))
    throw new Error('There is no build. Run "npm run build".');
  const copy = await mkdtemp(join(tmpdir(), 'in-house-'));
  await cp(join(root, 'examples/in-house'), copy, { recursive: true });
  const modules = join(copy, 'node_modules');
  await mkdir(modules);
  const manifest = JSON.parse(await readFile(join(copy, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(manifest.dependencies)) {
    const target = name === 'react-maintenance-mode' ? root : join(root, 'node_modules', name);
    await symlink(target, join(modules, name));
  }
  return copy;
}

/** Runs a command of the README, in which the shop has another address. */
function operate(command: string): ReturnType<typeof startProcess> {
  const words = command.replace(
    './node_modules/.bin/maintenance-mode',
    `"${process.execPath}" "${root}/dist/cli/main.js"`,
  );
  const script = words.replace('--switch ./switch.js', `--switch ./switch.js --switch-option url=${address}`);
  return startProcess('sh', ['-c', script], folder, { env: { OPERATOR_TOKEN: 'secret' } });
}

async function readGuardCommand(): Promise<string> {
  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  return /.*maintenance-mode guard .*/.exec(readme)?.[0] ?? '';
}

beforeAll(async () => {
  folder = await installExample();
  await writeFile(join(folder, 'flags.json'), '{}');
  shop = spawn(process.execPath, ['server.js'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], PORT: '0', OPERATOR_TOKEN: 'secret' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // The shop prints its address once it listens.
  const [line] = (await once(shop.stdout ?? shop, 'data')) as [Buffer];
  address = new URL(line.toString().trim()).origin;
  browser = await startBrowser();
});
afterAll(async () => {
  const ended = once(shop, 'exit');
  shop.kill('SIGTERM');
  await ended;
  await rm(folder, { recursive: true });
});

it("closes Bob's search box by the command of the README, refuses on the server, and opens it with what he had typed", async () => {
  const bob = await openPage(browser, `${address}/?user=bob`);
  const ann = await openPage(browser, `${address}/?user=ann`);
  const box = bob.page.getByLabel('Search for');
  await box.fill('shoes');
  await bob.page.getByRole('button', { name: 'Search' }).click();
  await bob.page.getByText('Blue shoes').waitFor();
  await box.fill('half a wo');

  const command = await readGuardCommand();
  // The work goes on until the test has seen enough of it.
  await writeFile(join(folder, 'work.sh'), 'while [ ! -e enough ]; do sleep 0.05; done', { mode: 0o755 });
  const guard = operate(command.replace(/-- .*/, '-- sh work.sh'));

  await bob.page.getByText('Search is unavailable').first().waitFor();
  expect(await box.isVisible()).toBe(false);
  expect(await ann.page.getByLabel('Search for').isVisible()).toBe(true);
  expect((await fetch(`${address}/api/search?user=bob&q=x`)).status).toBe(503);
  expect((await fetch(`${address}/api/search?user=ann&q=x`)).status).toBe(200);
  await writeFile(join(folder, 'enough'), '');
  expect(await guard.ended).toBe(0);
  await box.waitFor();
  expect(await box.inputValue()).toBe('half a wo');
  expect([...bob.problems, ...ann.problems]).toEqual([]);
});

it('runs the work of the README with the key of the user', async () => {
  const command = await readGuardCommand();
  const guard = operate(command.replace('20_000', '0'));

  expect([await guard.ended, guard.stderr()]).toEqual([
    0,
    expect.stringMatching(/Maintenance is off for "bob"/),
  ]);
});

it('closes the site for everyone, and opens it although the site is closed', async () => {
  const on = './node_modules/.bin/maintenance-mode on -f site-maintenance --switch ./switch.js';

  expect(await operate(on).ended).toBe(0);
  expect((await fetch(`${address}/?user=ann`)).status).toBe(503);
  expect(await operate(on.replace(' on ', ' off ')).ended).toBe(0);
  expect((await fetch(`${address}/?user=ann`)).status).toBe(200);
});

it('reports the changes that the shop refuses', async () => {
  const unknown = operate('./node_modules/.bin/maintenance-mode status -f nothing --switch ./switch.js');

  expect(await unknown.ended).toBe(1);
  expect(unknown.stderr()).toMatch(/The shop has no flag "nothing". Check -f./);
});

describe('its switch', () => {
  const checks = flagSwitchContract(async () => {
    const module = (await import(pathToFileURL(join(folder, 'switch.js')).href)) as { default: CreateSwitch };
    const flagSwitch = await module.default({
      flag: 'search-maintenance',
      options: { url: address },
      env: { OPERATOR_TOKEN: 'secret' },
      signal: new AbortController().signal,
    });
    const { users } = await flagSwitch.read();
    await flagSwitch.change({ everyone: false, release: [...users.keys()], comment: 'A new check.' });
    return { flagSwitch };
  });

  it.each(checks)('$title', ({ check }) => check());
});
