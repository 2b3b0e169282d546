import { constants } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { buildCommand, type BuiltCommand } from './buildCommand.js';
import { startProcess, type RunningCommand } from './startCommand.js';
import { startWorkplace, token, type Workplace } from './startWorkplace.js';

let built: BuiltCommand;
let place: Workplace;
const running: RunningCommand[] = [];

// Many processes, on machines that may have other things to do.
const patience = 60_000;

vi.setConfig({ testTimeout: 2 * patience, hookTimeout: patience });

beforeAll(async () => {
  built = await buildCommand();
});

afterAll(() => built.remove());

beforeEach(async () => {
  place = await startWorkplace(built.main);
});

afterEach(async () => {
  for (const { process, ended } of running.splice(0)) {
    process.kill('SIGTERM');
    await ended;
  }
  await place.remove();
});

const bob = ['guard', '-f', 'search', '-u', 'bob', '--settle', '0'];
const guard = `maintenance-mode ${bob.join(' ')}`;
const until = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: patience });
const touch = (name: string): Promise<void> => writeFile(join(place.folder, name), '');

/** Starts a shell command, in which `maintenance-mode` is the built command. */
function startShell(script: string, file = 'bash', args: readonly string[] = ['-c', script]): RunningCommand {
  const command = startProcess(file, args, place.folder, {
    input: null,
    env: {
      PATH: `${place.folder}:${process.env['PATH']}`,
      LD_ACCESS_TOKEN: token,
      LD_ENVIRONMENT: 'local',
      LD_BASE_URI: place.server.url,
      TERM: 'xterm',
    },
  });
  running.push(command);
  return command;
}

/** Runs a shell command on a terminal of its own. */
const startOnTerminal = (script: string): RunningCommand =>
  startShell(script, 'script', ['-qefc', script, '/dev/null']);

describe('the surroundings of a person', () => {
  it('may have no name for the operator, as in a container', async () => {
    await writeFile(
      join(place.folder, 'nameless.cjs'),
      `require('node:os').userInfo = () => { throw new Error('uv_os_get_passwd returned ENOENT'); };
      require('node:module').syncBuiltinESMExports();`,
    );
    const env = { NODE_OPTIONS: '--require ./nameless.cjs' };

    const on = await place.run(['on', '-f', 'search', '-u', 'bob'], { env });
    const status = await place.run(['status', '-f', 'search'], { env });
    const off = await place.run(['off', '-f', 'search', '-u', 'bob'], { env });

    expect([on.code, off.code, status.stdout]).toEqual([0, 0, expect.stringMatching(/by hand, by user /)]);
  });

  it('may have a full disk, which status reports', async () => {
    const { code, stderr } = await place.shell('maintenance-mode status -f search > /dev/full');

    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/Standard output could not be written: .*ENOSPC/),
    ]);
  });
});

describe('ended means ended', () => {
  it.each([
    ['goes on in the background', 'work & exit 0'],
    ['was told to survive', 'nohup work > log 2>&1 & exit 0'],
    ['has a group of its own by the job control of a shell', 'set -m; work & exit 0'],
    ['is started by what was started', '(work & ) ; exit 0'],
  ])('maintenance stays on while a process works that %s', async (_what, script) => {
    await place.job('work', 'echo up >> up; until [ -e over ]; do sleep 0.02; done; echo end >> ended');
    const command = startShell(`${guard} -- bash -c '${script}'`);
    await until(async () => expect(command.stderr()).toMatch(/still at work: process \d+ \(/));

    const during = await place.held();
    await touch('over');

    expect(during).toEqual(['bob']);
    expect(await command.ended).toBe(0);
    expect([await place.lines('ended'), await place.held()]).toEqual([['end'], []]);
  });

  it('--timeout ends the remaining processes, and leaves maintenance on', async () => {
    const { code, stderr } = await place.run([...bob, '--timeout', '1', 'sh', '-c', 'sleep 60 & exit 0']);

    expect([code, stderr]).toEqual([124, expect.stringMatching(/longer than 1 s/)]);
    expect(await place.held()).toEqual(['bob']);
  });

  it('a signal ends the remaining processes', async () => {
    await place.job('work', 'trap "echo end >> ended; exit 0" TERM; while :; do sleep 0.05; done');
    const command = place.start([...bob, 'sh', '-c', './work & exit 0']);
    await until(async () => expect(command.stderr()).toMatch(/still at work/));

    command.process.kill('SIGTERM');

    expect(await command.ended).toBe(143);
    expect([await place.lines('ended'), await place.held()]).toEqual([['end'], ['bob']]);
  });

  it('after a failure guard reports the remaining processes without waiting, and they block the next guard', async () => {
    await place.job('work', 'touch up; until [ -e over ]; do sleep 0.02; done');
    // Until it is up, what is left behind is the shell that is about to become the job.
    const leave = './work > log 2>&1 & until [ -e up ]; do sleep 0.02; done; exit 3';
    const first = await place.run([...bob, 'sh', '-c', leave]);
    const second = await place.run([...bob, '--take-over', 'true']);
    await touch('over');
    await until(async () => expect((await place.run([...bob, '--take-over', 'true'])).code).toBe(0));

    expect([first.code, first.stderr]).toEqual([3, expect.stringMatching(/still at work: .*\(work\)/)]);
    expect([second.code, second.stderr]).toEqual([120, expect.stringMatching(/still at work/)]);
  });
});

describe('the access token', () => {
  it.each([
    ['the command', (job: string) => [...bob, job]],
    ['--verify', (job: string) => [...bob, '--verify', `${job}; true`, 'true']],
  ])('is not inherited by %s, under any name, without --pass-token', async (_what, argsOf) => {
    const job = await place.job('job', 'env >> seen');
    const env = { LD_API_KEY: token, OTHER: `Bearer ${token}`, KEPT: 'kept' };

    const { code } = await place.run(argsOf(job), { env });
    const without = await place.read('seen');
    await place.run([...argsOf(job).slice(0, 7), '--pass-token', ...argsOf(job).slice(7)], { env });

    expect(code).toBe(0);
    expect(without).toMatch(/^KEPT=kept$/m);
    expect(without).not.toContain(token);
    expect((await place.read('seen')).slice(without.length)).toMatch(
      new RegExp(`^LD_ACCESS_TOKEN=${token}$`, 'm'),
    );
  });

  it('is not inherited by --from', async () => {
    await place.run(['each', '-f', 'search', '--settle', '0', '--from', 'env > seen; echo bob', 'true']);

    expect(await place.read('seen')).toMatch(/^PATH=/m);
    expect(await place.read('seen')).not.toContain(token);
  });
});

describe('a terminal', () => {
  it.each([
    ['guard', guard, ''],
    ['each', 'maintenance-mode each -f search --settle 0', ' < list'],
  ])('can be used by a job of %s to ask a question', async (_what, command, rest) => {
    await place.job(
      'ask',
      'printf "Password: " > /dev/tty; read answer < /dev/tty; echo "$1 $answer" >> ran',
    );
    await writeFile(join(place.folder, 'list'), 'bob\n');
    const run = startOnTerminal(`${command} -- ./ask${rest}`);
    await until(async () => expect(run.stdout()).toContain('Password: '));

    run.process.stdin.write('secret\n');

    expect(await run.ended).toBe(0);
    expect(await place.lines('ran')).toEqual(['bob secret']);
  });

  it('that sends SIGINT sends it to the job only once', async () => {
    await place.job(
      'job',
      'trap "echo INT >> got" INT; echo up >> up; until [ -e got ]; do sleep 0.02; done; sleep 0.3; exit 4',
    );
    const run = startOnTerminal(`${guard} -- ./job`);
    await until(async () => expect(await place.lines('up')).toEqual(['up']));

    run.process.stdin.write('\u0003');

    expect(await run.ended).toBe(130);
    expect([await place.lines('got'), await place.held()]).toEqual([['INT'], ['bob']]);
  });

  it('that is in the background gives the job a session of its own, so that it is not stopped', async () => {
    await place.job('ask', 'read answer < /dev/tty || echo refused >> ran');

    const run = startOnTerminal(`set -m; ${guard} -- ./ask & wait`);

    expect(await run.ended).toBe(0);
    expect(await place.lines('ran')).toEqual(['refused']);
  });
});

it('SIGQUIT, with which some containers are stopped, ends the job and says that maintenance is on', async () => {
  await place.job(
    'job',
    'trap "echo end >> ended; exit 0" QUIT; echo up >> up; while :; do sleep 0.05; done',
  );
  const command = place.start([...bob, './job']);
  await until(async () => expect(await place.lines('up')).toEqual(['up']));

  command.process.kill('SIGQUIT');

  expect(await command.ended).toBe(131);
  expect([await place.lines('ended'), await place.held()]).toEqual([['end'], ['bob']]);
  expect(command.stderr()).toMatch(/Stopped by SIGQUIT\. Maintenance is still on for "bob"/);
});

it('a killed guard leaves standard input as it was, for the shell whose loop reads a list from it', async () => {
  await place.job('job', 'kill -9 $PPID');

  // A pipe that does not block ends `while read user` early.
  const { stdout } = await place.shell(`echo bob | { ${guard} ./job; grep flags /proc/self/fdinfo/0; }`);

  const [, flags = ''] = /flags:\s*([0-7]+)/.exec(stdout) ?? [];
  expect(flags).not.toBe('');
  expect(Number.parseInt(flags, 8) & constants.O_NONBLOCK).toBe(0);
});

it('a second signal reaches a job that ignores the first one', async () => {
  await place.job(
    'job',
    'trap "echo INT >> got" INT; trap "exit 0" TERM; echo up >> up; while :; do sleep 0.05; done',
  );
  const command = place.start([...bob, '--grace', '600', './job']);
  await until(async () => expect(await place.lines('up')).toEqual(['up']));

  command.process.kill('SIGINT');
  await until(async () => expect(await place.lines('got')).toEqual(['INT']));
  command.process.kill('SIGTERM');

  expect(await command.ended).toBe(130);
  expect(await place.held()).toEqual(['bob']);
});

describe('nohup', () => {
  it.each([
    ['of bash', 'bash', 'nohup'],
    ['in a script of sh', 'sh', 'nohup'],
    ['of a shell that runs it', 'bash', 'nohup sh -c \'exec "$@"\' sh'],
    ['in a script of sh, with all of it redirected', 'env -u _ sh', 'nohup', '> log 2>&1 < /dev/null'],
  ])('%s keeps guard and job alive when the terminal closes', async (_what, shell, nohup, streams = '') => {
    await place.job('job', 'echo $$ >> up; until [ -e over ]; do sleep 0.02; done; echo end >> ended');
    // On a terminal, of which nohup takes its traces: standard input and output.
    const run = startOnTerminal(
      `${shell} -c '${nohup.replaceAll("'", String.raw`'\''`)} ${guard} -- ./job ${streams} & echo $! > pid; wait'`,
    );
    await until(async () => expect(await place.lines('up')).toHaveLength(1));
    const pids = [...(await place.lines('pid')), ...(await place.lines('up'))].map(Number);

    for (const pid of pids) process.kill(pid, 'SIGHUP');
    await touch('over');

    await run.ended;
    await until(async () => expect(await place.held()).toEqual([]));
    expect(await place.lines('ended')).toEqual(['end']);
  });

  it('without it, SIGHUP ends guard and job', async () => {
    await place.job('job', 'echo $$ >> up; until [ -e over ]; do sleep 0.02; done');
    const command = place.start([...bob, './job']);
    await until(async () => expect(await place.lines('up')).toHaveLength(1));

    command.process.kill('SIGHUP');

    expect(await command.ended).toBe(129);
  });
});

it('a guard that was suspended reports a job that ended in the meantime as ended, not as timed out', async () => {
  await place.job('job', 'echo up >> up; until [ -e over ]; do sleep 0.02; done; echo end >> ended');
  const command = place.start([...bob, '--timeout', '2', './job']);
  await until(async () => expect(await place.lines('up')).toEqual(['up']));

  command.process.kill('SIGSTOP');
  const suspended = performance.now();
  await touch('over');
  await until(async () => expect(performance.now() - suspended).toBeGreaterThan(2500));
  command.process.kill('SIGCONT');

  expect([await command.ended, await place.lines('ended')]).toEqual([0, ['end']]);
  expect(await place.held()).toEqual([]);
});
