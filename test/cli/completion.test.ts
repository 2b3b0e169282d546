import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { buildCommand, type BuiltCommand } from './buildCommand.js';
import { startCommand } from './startCommand.js';

let built: BuiltCommand;
const script = (shell: string): string => join(built.folder, `completion.${shell}`);

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

beforeAll(async () => {
  built = await buildCommand();
  for (const shell of ['bash', 'zsh', 'fish']) {
    const command = startCommand(built.main, ['completion', shell], built.folder);
    expect(await command.ended).toBe(0);
    await writeFile(script(shell), command.stdout());
  }
});

afterAll(() => built.remove());

/** What bash offers for a line, the last word of which is being typed. */
function completeInBash(...words: string[]): string[] {
  const line = words.map((word) => `'${word}'`).join(' ');
  const { stdout, stderr } = spawnSync('bash', [
    '-c',
    `source '${script('bash')}'
     COMP_WORDS=(${line}) COMP_CWORD=${words.length - 1}
     _maintenance_mode; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ]);
  expect(stderr.toString()).toBe('');
  return stdout.toString().trim().split('\n').filter(Boolean);
}

describe('in bash', () => {
  it('completes the names of commands', () => {
    expect(completeInBash('maintenance-mode', '')).toEqual([
      'guard',
      'each',
      'on',
      'off',
      'status',
      'serve',
      'completion',
      'help',
    ]);
    expect(completeInBash('maintenance-mode', 'st')).toEqual(['status']);
  });

  it('completes the options of each command, as its definition has them', () => {
    expect(completeInBash('maintenance-mode', 'guard', '-f', 'search', '--ta')).toEqual(['--take-over']);
    expect(completeInBash('maintenance-mode', 'each', '--m')).toEqual(['--max-held']);
    expect(completeInBash('maintenance-mode', 'on', '--max')).toEqual([]);
  });

  it('completes the command that is run, and leaves its options alone', () => {
    expect(completeInBash('maintenance-mode', 'guard', '-f', 'search', 'mkdi')).toContain('mkdir');
    expect(completeInBash('maintenance-mode', 'guard', '-f', 'search', '--', 'mkdi')).toContain('mkdir');
    expect(completeInBash('maintenance-mode', 'guard', '-f', 'search', 'mkdir', '--ta')).toEqual([]);
  });

  it('is registered for the command', () => {
    const { stdout } = spawnSync('bash', ['-c', `source '${script('bash')}'; complete -p maintenance-mode`]);

    expect(stdout.toString()).toMatch(/-F _maintenance_mode maintenance-mode/);
  });
});

const shells = ['zsh', 'fish'].filter((shell) => spawnSync(shell, ['--version']).status === 0);

it('gives scripts that every other shell of this machine can read, with the options of each command', async () => {
  for (const shell of shells) expect(spawnSync(shell, ['-n', script(shell)]).status).toBe(0);
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
  expect(fish).toMatch(/__fish_seen_subcommand_from each' -l max-held -r -d '/);
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
