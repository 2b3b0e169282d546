import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { refuseCommand } from '../../src/cli/runChild.js';

/** The path of a file that can be run, in a folder of its own. */
async function makeJob(name: string, text = ''): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'job-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, name), text);
  await chmod(join(folder, name), 0o755);
  return join(folder, name);
}

it.each(['reindex.cmd', 'reindex.bat', 'reindex.exe', 'reindex'])(
  'refuses to run %s on Windows, and says what works there',
  async (name) => {
    const job = await makeJob(name);

    const problem = refuseCommand(job, { env: {}, platform: 'win32' });

    expect(problem?.code).toBe(126);
    expect(problem?.message).toMatch(/do not run on Windows.*WSL.*on, off, status and serve work on Windows/);
  },
);

it.each(['linux', 'darwin', 'freebsd'] as const)('accepts a command on %s', async (platform) => {
  const job = await makeJob('reindex.cmd');

  expect(refuseCommand(job, { env: {}, platform })).toBeUndefined();
});

it.each([
  ['#!/bin/sh\r\necho hi\r\n', /its first line ends with a carriage return\. Save it with Unix line endings/],
  ['#!/usr/bin/env node\r\n', /ends with a carriage return/],
  ['#! /opt/nothing/python -u\n', /names "\/opt\/nothing\/python", which was not found\.$/],
])('refuses a script whose first line does not work: %j', async (text, message) => {
  const problem = refuseCommand(await makeJob('job', text), { env: {}, platform: 'linux' });

  expect([problem?.code, problem?.message]).toEqual([126, expect.stringMatching(message)]);
});

it.each(['#!/bin/sh\necho hi\n', '#!/usr/bin/env node\n', '# no script of its own\r\n', '\u007fELF'])(
  'accepts the file %j',
  async (text) => {
    expect(refuseCommand(await makeJob('job', text), { env: {}, platform: 'linux' })).toBeUndefined();
  },
);

it('a command is looked for in the folders of the system if there is no PATH', () => {
  expect(refuseCommand('ls', { env: {}, platform: 'linux' })).toBeUndefined();
  expect(refuseCommand('ls', { env: { PATH: '/nowhere' }, platform: 'linux' })?.code).toBe(127);
});
