#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, type Option } from 'commander';
import { version } from '../../package.json';
import { createTerminal, type Terminal } from './Terminal.js';
import { createAnnounceCommand } from './commands/announce.js';
import { createEachCommand } from './commands/each.js';
import { createGuardCommand } from './commands/guard.js';
import { createOffCommand, createOnCommand } from './commands/onOff.js';
import { createServeCommand } from './commands/serve.js';
import { createStatusCommand } from './commands/status.js';
import { exitCodes } from './exitCodes.js';
import { escapeLines, messageOf, wrapHelp } from './text.js';

const terminal = createTerminal();
try {
  await createProgram(terminal).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has already printed the error.
    terminal.exitWith(error.exitCode === 0 ? 0 : exitCodes.usage);
  } else {
    for (const line of `maintenance-mode: ${messageOf(error)}`.split('\n')) terminal.warn(line);
    terminal.exitWith(exitCodes.failed);
  }
}
await terminal.end();

/** All commands of `maintenance-mode`; each has its own file. A usage error throws a CommanderError. */
function createProgram(terminal: Terminal): Command {
  const program = new Command('maintenance-mode')
    .description('Put features into maintenance by feature flags, and serve such flags locally.')
    .version(version)
    .enablePositionalOptions();
  const commands = [
    createGuardCommand,
    createEachCommand,
    createAnnounceCommand,
    createOnCommand,
    createOffCommand,
    createStatusCommand,
    createServeCommand,
  ].map((create) => create(terminal));
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands]) {
    command.options.forEach(refuseMissingValue);
    command.exitOverride();
    command.configureOutput({
      // The same width that Commander uses for its own part: 80 columns when there is no terminal.
      writeOut: (text) => void process.stdout.write(wrapHelp(text, process.stdout.columns || 80)),
      // Its messages quote the arguments, which may contain control characters.
      writeErr: (text) => void process.stderr.write(escapeLines(text)),
    });
  }
  return program;
}

/** Refuses `--` as the value of an option: the value is missing there, because an unquoted variable of the shell was empty. */
function refuseMissingValue(option: Option): void {
  if (!option.required) return;
  const parse: (value: string, previous: unknown) => unknown = option.parseArg ?? ((value) => value);
  option.argParser((value: string, previous: unknown) => {
    if (value !== '--') return parse(value, previous);
    throw new InvalidArgumentError('The value is missing. Is a variable of the shell not set?');
  });
}
