#!/usr/bin/env node
import { CommanderError } from 'commander';

import { createProgram } from './createProgram.js';
import type { Terminal } from './Terminal.js';

const terminal: Terminal = {
  print: (line) => void process.stdout.write(`${line}\n`),
  warn: (line) => void process.stderr.write(`${line}\n`),
  env: process.env,
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

const USAGE = 2;

try {
  await createProgram(terminal).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said what is wrong.
    terminal.exitWith(error.exitCode === 0 ? 0 : USAGE);
  } else {
    terminal.warn(`maintenance-mode: ${error instanceof Error ? error.message : String(error)}`);
    terminal.exitWith(1);
  }
}
