import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { expect, it } from 'vitest';

import { createBarReporter } from '../../src/cli/each/reporters.js';
import { findWorkers } from '../../src/cli/locks.js';
import { readProcess } from '../../src/cli/processes.js';
import { runChild } from '../../src/cli/runChild.js';

const startOf = (pid: number | undefined): number => readProcess(pid ?? 0)?.start ?? 0;

it('processes that another part of the same script starts are no work of the guard', async () => {
  const neighbor = spawn('sh', ['-c', 'read -r go; sleep 60 & echo $!; wait']);
  let own = spawn('sleep', ['60']);
  // The kernel counts time in steps.
  while (startOf(own.pid) === startOf(neighbor.pid)) {
    own.kill();
    own = spawn('sleep', ['60']);
  }

  neighbor.stdin.end('go\n');
  const [theirs] = await once(neighbor.stdout, 'data');
  const group = readProcess(process.pid)?.group ?? 0;
  const found = findWorkers({ group, since: startOf(own.pid) }).map(({ pid }) => pid);

  expect(found).toContain(own.pid);
  expect(found).not.toContain(Number(theirs));
  process.kill(Number(theirs));
  own.kill();
});

it('a command has ended when its last words are passed on, also without a newline', async () => {
  let output = '';
  const collect = (): Writable =>
    new Writable({
      write(chunk, _encoding, done) {
        output += String(chunk);
        done();
      },
      final: (done) => {
        output += '(end)';
        done();
      },
    });

  await runChild(['printf', 'last words'], { stdout: collect });

  expect(output).toBe('last words(end)');
});

it('a command has ended although a daemon has its output open', async () => {
  let output = '';
  const collect = (): Writable =>
    new Writable({ write: (chunk, _encoding, done) => ((output += String(chunk)), done()) });

  await runChild(['sh', '-c', 'setsid sleep 60 & echo $!'], { stdout: collect });

  process.kill(Number(output));
});

it('output without a newline takes no memory beside a progress bar', async () => {
  const screen = Object.assign(new PassThrough(), { columns: 80, rows: 24, isTTY: true });
  // The reporter writes to it and asks for its size.
  const reporter = await createBarReporter(screen as unknown as NodeJS.WriteStream, {
    ownsStdout: true,
    format: (line) => line,
  });
  const output = typeof reporter.stdout === 'function' ? reporter.stdout() : undefined;

  for (let written = 0; written < 10; written += 1) output?.write('.'.repeat(10_000));

  expect(screen.readableLength).toBeGreaterThan(65_536);
});
