import { Command } from 'commander';

import { version } from '../../package.json';
import { createEachCommand } from './each.js';
import { escapeLines } from './escapeText.js';
import { createGuardCommand } from './guard.js';
import { createOffCommand, createOnCommand } from './onOff.js';
import { createServeCommand } from './serve.js';
import { createStatusCommand } from './status.js';
import type { Terminal } from './Terminal.js';
import { wrapHelp } from './wrapHelp.js';

/** All commands of `maintenance-mode`; each has a file of its own. Wrong usage throws a CommanderError. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('maintenance-mode')
    .description('Put features into maintenance by feature flags, and serve such flags locally.')
    .version(version)
    .enablePositionalOptions();
  const commands = [
    createGuardCommand,
    createEachCommand,
    createOnCommand,
    createOffCommand,
    createStatusCommand,
    createServeCommand,
  ].map((create) => create(terminal));
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands]) {
    command.exitOverride();
    command.configureOutput({
      // As wide as Commander makes its own part, which ends at 80 columns where there is no terminal.
      writeOut: (text) => void process.stdout.write(wrapHelp(text, process.stdout.columns || 80)),
      // Its messages quote what was typed, which may be another's key.
      writeErr: (text) => void process.stderr.write(escapeLines(text)),
    });
  }
  return program;
}
