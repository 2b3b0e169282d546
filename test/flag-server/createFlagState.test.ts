import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { createFlagFile } from '../../src/flag-server/createFlagFile.js';
import { createFlagState, type FlagState } from '../../src/flag-server/createFlagState.js';
import type { FlagConfig } from '../../src/flag-server/FlagConfig.js';
import type { FlagData } from '../../src/flag-server/parseFlagFile.js';
import { shopFlags } from './flagData.js';

let folder: string;
let state: FlagState;
const told: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flag-state-'));
  const path = join(folder, 'flags.json');
  await writeFile(path, JSON.stringify(shopFlags()));
  told.length = 0;
  state = await createFlagState({
    file: await createFlagFile(path),
    fileName: path,
    onRevision: async ({ number }) => void told.push(`revision ${number}`),
    onWarning: () => undefined,
  });
});

afterEach(async () => {
  await state.close();
  await rm(folder, { recursive: true });
});

/** An edit that turns `site` on or off. */
function turn(on: boolean): (data: FlagData) => FlagConfig {
  return ({ flags }) => {
    const site = flags.get('site');
    if (!site) throw new Error('There is no site');
    return { ...site, on, version: (site.version ?? 1) + 1 };
  };
}

it('makes changes one after another, and runs a task exclusively between them', async () => {
  const first = state.change('site', turn(true));
  const task = state.runExclusively(async () => void told.push(`task at ${state.current.number}`));
  const second = state.change('site', turn(false));

  await Promise.all([first, task, second]);

  expect(told).toEqual(['revision 8', 'task at 8', 'revision 9']);
  expect(state.current.data.flags.get('site')).toMatchObject({ on: false, version: 5 });
});

it('continues after a change that throws, and after one that changes nothing', async () => {
  const failed = state.change('site', () => {
    throw new Error('No');
  });
  const same = state.change(
    'site',
    ({ flags }) => flags.get('site') ?? { key: 'site', on: false, variations: [] },
  );
  const changed = state.change('site', turn(true));

  await expect(failed).rejects.toThrow('No');
  expect([(await same).version, (await changed).version]).toEqual([3, 4]);
  expect(told).toEqual(['revision 8']);
});

it('reports an invalid edit once, however many events tell of it, and again after another edit', async () => {
  const warnings: string[] = [];
  let text = '{"flagValues": {}}';
  let tell = (): void => undefined;
  const edited = await createFlagState({
    file: {
      text,
      read: async () => text,
      write: async () => undefined,
      accept: () => undefined,
      watch(onEdit) {
        tell = onEdit;
        return () => undefined;
      },
      close: async () => undefined,
    },
    fileName: 'flags.json',
    onRevision: async () => undefined,
    onWarning: (warning) => warnings.push(warning),
  });

  text = '{"flagValues": oops}';
  for (let told = 0; told < 3; told += 1) tell();
  await edited.runExclusively(async () => undefined);
  expect(warnings).toHaveLength(1);

  text = '{"flagValues": still}';
  tell();
  await edited.runExclusively(async () => undefined);
  expect(warnings).toHaveLength(2);
  await edited.close();
});
