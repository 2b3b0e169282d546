import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { buildCommand, type BuiltCommand } from './buildCommand.js';
import { completeIn, shells } from './completeIn.js';
import { startCommand } from './startCommand.js';

let built: BuiltCommand;
const script = (shell: string): string => join(built.folder, `completion.${shell}`);

vi.setConfig({ testTimeout: 200_000, hookTimeout: 60_000 });

beforeAll(async () => {
  built = await buildCommand();
  for (const shell of ['bash', 'zsh', 'fish']) {
    const command = startCommand(built.main, ['completion', shell], built.folder);
    expect(await command.ended).toBe(0);
    await writeFile(script(shell), command.stdout());
  }
});

afterAll(() => built.remove());

describe.each(shells)('in %s', (shell) => {
  const complete = (...words: string[]): string[] =>
    completeIn(shell, script(shell), ['maintenance-mode', ...words]);

  it('completes the names of commands', () => {
    expect(complete('').sort()).toEqual([
      'completion',
      'each',
      'guard',
      'help',
      'off',
      'on',
      'serve',
      'status',
    ]);
    expect(complete('st')).toEqual(['status']);
  });

  it('completes the options of each command, as its definition has them', () => {
    expect(complete('guard', '-f', 'search', '--tak')).toEqual(['--take-over']);
    expect(complete('each', '--max')).toEqual(['--max-held']);
    expect(complete('on', '--max')).toEqual([]);
  });

  it('completes the command that is run, and leaves its options alone', () => {
    expect(complete('guard', '-f', 'search', 'mkdi')).toContain('mkdir');
    expect(complete('guard', '-f', 'search', '--', 'mkdi')).toContain('mkdir');
    expect(complete('guard', '-f', 'search', 'mkdir', '--tak')).toEqual([]);
  });

  it('completes the words that a command can be given', () => {
    expect(complete('completion', 'z')).toEqual(['zsh']);
    expect(complete('help', 'gu')).toEqual(['guard']);
  });
});

it('is registered for the command in bash', () => {
  const { stdout } = spawnSync('bash', ['-c', `source '${script('bash')}'; complete -p maintenance-mode`]);

  expect(stdout.toString()).toMatch(/-F _maintenance_mode maintenance-mode/);
});

it('gives scripts with the options of each command for zsh and fish, also where these are not installed', async () => {
  const outputs = ['zsh', 'fish'].map((shell) =>
    startCommand(built.main, ['completion', shell], built.folder),
  );
  const [zsh = '', fish = ''] = await Promise.all(
    outputs.map(async (command) => {
      await command.ended;
      return command.stdout();
    }),
  );

  expect(zsh).toMatch(/^#compdef maintenance-mode\n/);
  expect(zsh).toContain("'--take-over[");
  expect(fish).toMatch(/_at_options each' -l max-held -x -d '/);
});

it('knows three shells', async () => {
  const command = startCommand(built.main, ['completion', 'tcsh'], built.folder);

  expect(await command.ended).toBe(2);
  expect(command.stderr()).toMatch(/Allowed choices are bash, zsh, fish/);
});

it.each(['guard', 'each', 'on', 'off', 'status'])(
  '%s --help has examples, the environment and the exit codes',
  async (name) => {
    const command = startCommand(built.main, [name, '--help'], built.folder);

    expect(await command.ended).toBe(0);
    expect(command.stdout()).toMatch(
      /^Usage: maintenance-mode [^]*\nOptions:[^]*\nExamples:\n[^]*\nEnvironment:\n[^]*\nExit codes:\n  0 /,
    );
  },
);
