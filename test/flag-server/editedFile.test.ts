import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';

import { createFlagServer } from '../../src/flag-server/createFlagServer.js';
import { shopFlags } from './flagData.js';
import { startFlagServer, type TestFlagServer } from './startFlagServer.js';

const ON = [{ kind: 'turnFlagOn' }];

let server: TestFlagServer;

beforeEach(async () => {
  server = await startFlagServer(shopFlags());
});

afterEach(() => server.remove());

it('loads an edit, also if the editor replaces the file by a new one', async () => {
  await writeFile(server.file, JSON.stringify({ flagValues: { first: true } }));
  await vi.waitFor(async () => expect((await server.read('first'))._version).toBe(1));

  await writeFile(`${server.file}.new`, JSON.stringify({ flagValues: { second: true } }));
  await rename(`${server.file}.new`, server.file);

  await vi.waitFor(async () => expect((await server.read('second'))._version).toBe(1));
  expect(server.warnings).toEqual([]);
});

it('loads an edit that causes no event, as of a file that is mounted into a container', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'elsewhere-'));
  onTestFinished(() => rm(elsewhere, { recursive: true }));
  // The folder of the flag file hears nothing of a change that is made by another name of the file.
  await link(server.file, join(elsewhere, 'flags.json'));

  await writeFile(join(elsewhere, 'flags.json'), JSON.stringify({ flagValues: { mounted: true } }));

  await vi.waitFor(async () => expect((await server.read('mounted'))._version).toBe(1), 10_000);
});

it('reports an invalid edit with its position, keeps the last valid flags, and does not overwrite the file', async () => {
  const broken = '{"flags": {\n  oops\n}}';
  await writeFile(server.file, broken);
  await vi.waitFor(() => expect(server.warnings).toHaveLength(1));

  await expect(server.patch('site', ON)).rejects.toThrow(/409.*optimistic_locking_error/);

  expect(server.warnings[0]).toMatch(/flags\.json:2:3: expected a value, or a key in double quotes/);
  expect((await server.read('site')).environments['local']?.on).toBe(false);
  expect(await readFile(server.file, 'utf8')).toBe(broken);

  await writeFile(server.file, JSON.stringify(shopFlags()));
  await vi.waitFor(async () => expect((await server.patch('site', ON))._version).toBe(4));
});

it('answers 409 instead of overwriting an edit that it has not read yet', async () => {
  const edited = shopFlags();
  edited.flags['site'] = { ...edited.flags['site'], version: 9, maintainer: 'Ann' };
  // Not awaited before the patch, so that the patch mostly comes before the watcher has told.
  await writeFile(server.file, JSON.stringify(edited));
  const outcome = await server.patch('site', ON).catch((error: Error) => error.message);

  if (typeof outcome === 'string') expect(outcome).toMatch(/409.*optimistic_locking_error/);
  const { _version } = await server.patch('site', [
    ...ON,
    { kind: 'addTargets', variation: 0, values: ['bob'] },
  ]);

  expect(_version).toBe(typeof outcome === 'string' ? 10 : 11);
  expect((await server.saved()).flags?.['site']).toMatchObject({ on: true, maintainer: 'Ann' });
});

it('answers 409 while the file is missing, and does not create it', async () => {
  await unlink(server.file);

  await expect(server.patch('site', ON)).rejects.toThrow(/409/);

  expect(await readdir(dirname(server.file))).toEqual([]);
  expect((await server.read('site')).environments['local']?.on).toBe(false);
});

it('keeps the permissions of the file, and keeps a link to it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'link-'));
  const real = join(folder, 'real.json');
  const link = join(folder, 'link.json');
  await writeFile(real, JSON.stringify(shopFlags()));
  await chmod(real, 0o640);
  await symlink('real.json', link);
  const linked = await createFlagServer({ file: link, port: 0 });

  const { status } = await fetch(`${linked.url}/api/v2/flags/default/site`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json; domain-model=launchdarkly.semanticpatch' },
    body: JSON.stringify({ environmentKey: 'local', instructions: ON }),
  });
  await linked.close();

  expect(status).toBe(200);
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
  expect((await stat(real)).mode & 0o777).toBe(0o640);
  expect(JSON.parse(await readFile(real, 'utf8')).flags.site.on).toBe(true);
  await rm(folder, { recursive: true });
});

it('removes the temporary files of killed processes, and no other files', async () => {
  await server.stop();
  const folder = dirname(server.file);
  const others = [
    '.flags.json.swp',
    '.flags.json.1.tmp',
    '.other.json.999999999.0123abcd.tmp',
    `.flags.json.${process.ppid}.0123abcd.tmp`,
  ];
  for (const name of [...others, '.flags.json.999999999.0123abcd.tmp'])
    await writeFile(join(folder, name), '{');

  await server.start();

  expect((await readdir(folder)).sort()).toEqual([...others, 'flags.json'].sort());
});

it('refuses an invalid file at the start and does not change it', async () => {
  await server.stop();
  await writeFile(server.file, '{"flags": {}');

  await expect(server.start()).rejects.toThrow(/flags\.json:1:13: expected a comma or }/);

  expect(await readFile(server.file, 'utf8')).toBe('{"flags": {}');
});

it('refuses bytes that are not UTF-8', async () => {
  await server.stop();
  await writeFile(server.file, Buffer.from([0x7b, 0xff, 0x7d]));

  await expect(server.start()).rejects.toThrow(/not UTF-8/);
});

it('warns of flags without a client-side availability, at the start and after an edit', async () => {
  const { clientSideAvailability: _gone, ...site } = shopFlags().flags['site'] ?? {};
  await writeFile(server.file, JSON.stringify({ flags: { site } }));

  await vi.waitFor(() => expect(server.warnings).toHaveLength(1));
  await server.stop();
  await server.start();

  expect(server.warnings).toHaveLength(2);
  expect(server.warnings[1]).toMatch(/^No browser sees site\. Add "clientSideAvailability"/);
});

it('follows a mounted file whose link gets another target, as with a ConfigMap of Kubernetes', async () => {
  const folder = join(dirname(server.file), 'mount');
  const publish = async (name: string, flagValues: object): Promise<void> => {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'flags.json'), JSON.stringify({ flagValues }));
    await symlink(name, join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  };
  await mkdir(folder);
  await publish('..1', { mounted: 'one' });
  await symlink('..data/flags.json', join(folder, 'flags.json'));
  const warnings: string[] = [];
  const mounted = await createFlagServer({
    file: join(folder, 'flags.json'),
    port: 0,
    onWarning: (warning) => warnings.push(warning),
  });
  onTestFinished(() => mounted.close());
  const value = async (): Promise<unknown> => {
    const response = await fetch(`${mounted.url}/sdk/latest-all`);
    return (await response.json()).flags.mounted?.variations[0];
  };
  expect(await value()).toBe('one');

  for (const next of ['two', 'three']) {
    await publish(`..${next}`, { mounted: next });
    await rm(join(folder, next === 'two' ? '..1' : '..two'), { recursive: true });

    await vi.waitFor(async () => expect(await value()).toBe(next));
  }
  await unlink(join(folder, '..data'));
  await vi.waitFor(() => expect(warnings.join()).toMatch(/symbolic link whose target does not exist now/));
  expect(await value()).toBe('three');
});

it('locks its file, also under another name of the file, until it is closed', async () => {
  const link = join(dirname(server.file), 'other-name.json');
  await symlink(server.file, link);

  const second = createFlagServer({ file: link, port: 0 });

  await expect(second).rejects.toThrow(`Another process, ${process.pid}, already serves`);
  await server.stop();
  const later = await createFlagServer({ file: link, port: 0 });
  await later.close();
});
