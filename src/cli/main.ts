#!/usr/bin/env node
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import type { Terminal } from './Terminal.js';
import { createAnnounceCommand } from './commands/announce.js';
import { createEachCommand } from './commands/each.js';
import { createGuardCommand } from './commands/guard.js';
import { createOffCommand, createOnCommand } from './commands/onOff.js';
import { createServeCommand } from './commands/serve.js';
import { createStatusCommand } from './commands/status.js';
import { exitCodes } from './exitCodes.js';
import { ignoresHangup, ownsTerminal } from './terminalSession.js';
import { escapeLines, escapeText, messageOf } from './text.js';
import { wrapHelp } from './wrapHelp.js';

let isReaderGone = false;
const isHangupIgnored = ignoresHangup(process.env);
const terminal: Terminal = {
  print: (line) => void process.stdout.write(`${escapeText(line)}\n`),
  warn: (line) => void process.stderr.write(`${escapeText(line)}\n`),
  flushed: () => untilFlushed(process.stdout),
  isRead: () => !isReaderGone,
  ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
  env: process.env,
  input: () => process.stdin,
  screen:
    process.stderr.isTTY && process.stderr.rows > 0 && process.env['TERM'] !== 'dumb'
      ? process.stderr
      : undefined,
  columns: process.stdout.isTTY ? process.stdout.columns : undefined,
  stdoutIsScreen: process.stdout.isTTY,
  ownsTerminal: ownsTerminal(),
  ignoresHangup: isHangupIgnored,
  platform: process.platform,
  interruption: () => {
    const controller = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (signal !== 'SIGHUP' || !isHangupIgnored) controller.abort(signal);
      });
    }
    return controller.signal;
  },
  exitWith: (code) => {
    process.exitCode = code;
  },
};

// The reader of our output may go away (`| head`, a closed terminal). The work continues.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  isReaderGone = true;
  if (error.code === 'EPIPE' || process.exitCode) return;
  process.exitCode = exitCodes.failed;
  terminal.warn(`maintenance-mode: Standard output could not be written: ${error.message}`);
});
process.stderr.on('error', () => {});

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

/** The question goes to standard error. The end of input counts as an empty answer. */
async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const closed = once(lines, 'close').then(() => '');
  try {
    return await Promise.race([lines.question(escapeText(question)), closed]);
  } finally {
    lines.close();
  }
}

/** Waits for a reader that is slower than we are. It does not wait for a reader that is gone. */
async function untilFlushed(stream: NodeJS.WriteStream): Promise<void> {
  if (!stream.writableNeedDrain || stream.destroyed) return;
  const waiting = new AbortController();
  const { signal } = waiting;
  const ends = ['drain', 'close'].map((event) => once(stream, event, { signal }));
  // An error also ends the wait. Unused listeners are removed.
  await Promise.race(ends).catch(() => {});
  waiting.abort();
  await Promise.allSettled(ends);
}

/** All commands of `maintenance-mode`; each has its own file. A usage error throws a CommanderError. */
export function createProgram(terminal: Terminal): Command {
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
