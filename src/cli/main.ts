#!/usr/bin/env node
import { CommanderError } from 'commander';

import { createProgram } from './createProgram.js';
import { exitCodes } from './exitCodes.js';
import { messageOf } from './messageOf.js';
import type { Terminal } from './Terminal.js';

const terminal: Terminal = {
  print: (line) => void process.stdout.write(`${line}\n`),
  warn: (line) => void process.stderr.write(`${line}\n`),
  env: process.env,
  input: () => process.stdin,
  screen:
    process.stderr.isTTY && process.stderr.rows > 0 && process.env['TERM'] !== 'dumb'
      ? process.stderr
      : undefined,
  stdoutIsScreen: process.stdout.isTTY,
  interruption: () => {
    const controller = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => controller.abort(signal));
    }
    return controller.signal;
  },
  exitWith: (code) => {
    process.exitCode = code;
  },
};

// Whoever reads our words may go away (`| head`, a closed terminal); the work goes on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

try {
  await createProgram(terminal).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said what is wrong.
    terminal.exitWith(error.exitCode === 0 ? 0 : exitCodes.usage);
  } else {
    terminal.warn(`maintenance-mode: ${messageOf(error)}`);
    terminal.exitWith(exitCodes.failed);
  }
}
