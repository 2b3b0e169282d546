import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { buildCommand, type BuiltCommand } from './buildCommand.js';
import { startWorkplace, token, type Workplace } from './startWorkplace.js';

let built: BuiltCommand;
let place: Workplace;

// Many processes, on machines that may have other things to do.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

beforeAll(async () => {
  built = await buildCommand();
});

afterAll(() => built.remove());

beforeEach(async () => {
  place = await startWorkplace(built.main);
  await place.job('job', 'for key in "$@"; do :; done; printf "%s\\n" "$key" >> ran; [ "$key" != bad ]');
});

afterEach(() => place.remove());

const each = ['each', '-f', 'search', '--settle', '0'];

describe('the list', () => {
  const odd = [
    'bob smith',
    `it's "quoted"`,
    String.raw`DOM\bob`,
    '--user',
    '-x',
    ' blank ',
    '$HOME `id` *',
    'Zoë',
    '\ttab\r',
  ];

  const isPlain = (key: string): boolean => key.trim() === key;

  it('passes each key to the command as one argument, unchanged; the last line needs no newline', async () => {
    const { code } = await place.run([...each, './job', '--user'], { input: odd.filter(isPlain).join('\n') });
    const exact = await place.run([...each, '--null', './job', '--user'], {
      input: odd.filter((key) => !isPlain(key)).join('\0'),
    });

    expect([code, exact.code]).toEqual([0, 0]);
    expect((await place.lines('ran')).toSorted()).toEqual(odd.toSorted());
    expect(await place.held()).toEqual([]);
  });

  it('accepts keys that end with NUL, which may contain newlines', async () => {
    await place.job('count', 'printf "%s" "$1" | wc -l >> ran');

    const { code } = await place.run([...each, '--null', './count'], { input: 'two\nlines\0one' });

    expect(code).toBe(0);
    expect((await place.lines('ran')).map(Number)).toEqual([1, 0]);
  });

  it.each([
    ['an empty line', Buffer.from('alice\n\nbob\n'), /Line 2 of the list is empty/],
    [
      'bytes that are no UTF-8',
      Buffer.from('alice\n\xff\nbob\n', 'latin1'),
      /Line 2 of the list is not UTF-8/,
    ],
    ['a NUL byte', Buffer.from('alice\nb\0b\n'), /Line 2 .* --null/],
  ])('stops at %s', async (_what, input, message) => {
    const { code, stderr } = await place.run([...each, './job'], { input });

    expect(code).toBe(123);
    expect(stderr).toMatch(message);
    expect(await place.lines('ran')).toEqual(['alice']);
  });

  it('reports a --from command that fails halfway, and ignores its last unfinished line', async () => {
    await place.job('list', 'printf "alice\\nbo"; exit 3');

    const { code, stderr } = await place.run([...each, '--from', './list', './job']);

    expect(code).toBe(123);
    expect(stderr).toMatch(/may be incomplete: ".\/list" ended with exit code 3/);
    expect(await place.lines('ran')).toEqual(['alice']);
  });

  it('ends a --from command that is still running when the run stops', async () => {
    await place.job('list', 'echo bad; echo $$ > pid; sleep 60; echo end >> ended');

    const { code } = await place.run([...each, '--from', './list', './job']);

    expect(code).toBe(123);
    expect(await place.lines('ended')).toEqual([]);
  });

  it('ends at a signal while it waits for the list', async () => {
    const command = place.start([...each, './job'], { input: null });
    command.process.stdin.write('alice\n');
    await vi.waitFor(async () => expect(await place.lines('ran')).toEqual(['alice']), { timeout: 30_000 });
    await vi.waitFor(async () => expect(await place.held()).toEqual([]), { timeout: 30_000 });

    command.process.kill('SIGINT');

    expect(await command.ended).toBe(130);
  });

  it('is not consumed by a command that reads standard input', async () => {
    await place.job('reader', 'cat > /dev/null; echo "$1" >> ran');

    await place.run([...each, './reader'], { input: 'alice\nbob\ncarol\n' });

    expect(await place.lines('ran')).toEqual(['alice', 'bob', 'carol']);
  });
});

describe('a failure', () => {
  it('stops the run, leaves that user in maintenance, and says how to continue', async () => {
    const { code, stderr } = await place.run([...each, './job'], { input: 'alice\nbad\ncarol\n' });

    expect(code).toBe(123);
    expect(await place.held()).toEqual(['bad']);
    expect(await place.lines('ran')).toEqual(['alice', 'bad']);
    expect(stderr).toMatch(/2 users: 1 done, 1 left in maintenance\./);
    expect(stderr).toMatch(/maintenance-mode off -f search -u bad .*\n.*To continue, /);
  });

  it('is retried with --resume, which skips users who are done', async () => {
    const args = [...each, '--journal', 'journal'];
    const first = await place.run([...args, './job'], { input: 'alice\nbad\ncarol\n' });
    const again = await place.run([...args, './job'], { input: 'alice\n' });
    const second = await place.run([...args, '--resume', 'sh', '-c', 'echo "again $0" >> ran'], {
      input: 'alice\nbad\ncarol\n',
    });

    expect([first.code, again.code, second.code]).toEqual([123, 1, 0]);
    expect(again.stderr).toMatch(/journal exists.*--resume/);
    expect(await place.lines('ran')).toEqual(['alice', 'bad', 'again bad', 'again carol']);
    expect(await place.held()).toEqual([]);
    expect(await place.read('journal')).not.toContain(token);
  });

  it.each([
    ['the flag is off', [{ kind: 'turnFlagOff' }], /is off/],
    [
      'the flag serves maintenance by default',
      [{ kind: 'updateFallthroughVariationOrRollout', variation: 0 }],
      /by default/,
    ],
  ])('of the whole flag is found before the first user: %s', async (_what, patch, message) => {
    await place.server.patch('search', patch);

    const { code, stderr } = await place.run([...each, '--journal', 'journal', './job'], {
      input: 'alice\n',
    });

    expect(code).toBe(120);
    expect(stderr).toMatch(message);
    expect(await place.lines('journal')).toEqual([]);
  });
});

describe('a journal', () => {
  it('can be used by one run at a time, and by the next run after that was killed', async () => {
    const args = [...each, '--journal', 'journal', '--resume'];
    const first = place.start([...args, 'sh', '-c', 'sleep 60'], { input: 'alice\n' });
    await vi.waitFor(async () => expect(await place.held()).toEqual(['alice']), { timeout: 30_000 });

    const second = await place.run([...args, './job'], { input: 'bob\n' });
    const lock = await place.read('journal.lock');
    first.process.kill('SIGTERM');
    await first.ended;
    // As if it had been killed.
    await writeFile(join(place.folder, 'journal.lock'), lock);
    const third = await place.run([...args, './job'], { input: 'alice\nbob\n' });

    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/has been at work since.*journal\.lock/);
    expect(third.code).toBe(0);
  });

  it('has one lock under all its symbolic links', async () => {
    const args = [...each, '--resume'];
    await mkdir(join(place.folder, 'kept'));
    await symlink('kept/journal', join(place.folder, 'other'));
    await symlink('kept', join(place.folder, 'folder'));
    const first = place.start([...args, '--journal', 'kept/journal', 'sh', '-c', 'sleep 60'], {
      input: 'a\n',
    });
    await vi.waitFor(async () => expect(await place.held()).toEqual(['a']), { timeout: 30_000 });

    const byFile = await place.run([...args, '--journal', 'other', './job'], { input: 'bob\n' });
    const byFolder = await place.run([...args, '--journal', 'folder/journal', './job'], { input: 'bob\n' });
    first.process.kill('SIGTERM');
    await first.ended;

    expect([byFile.code, byFolder.code]).toEqual([1, 1]);
    expect(byFile.stderr + byFolder.stderr).toMatch(/has been at work since.*\n.*has been at work since/);
  });

  it('that is not a regular file is refused at once', async () => {
    await place.shell('mkfifo pipe');

    const { code, stderr } = await place.run([...each, '--journal', 'pipe', './job'], { input: 'a\n' });

    expect([code, stderr]).toEqual([1, expect.stringMatching(/The journal pipe is not a regular file/)]);
  });

  it.each([
    ['about another flag', '{"subject":{"flag":"x"}}\n', /is about .*"x"/],
    ['none', 'some text\n', /is not a journal/],
  ])('with %s as content is refused', async (_what, text, message) => {
    await writeFile(join(place.folder, 'journal'), text);

    const { code, stderr } = await place.run([...each, '--journal', 'journal', '--resume', './job'], {
      input: 'a\n',
    });

    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(await place.lines('ran')).toEqual([]);
  });
});

it('prints events for programs, separate from the output of commands', async () => {
  await writeFile(join(place.folder, 'list'), 'alice\nbad');

  const { stdout, stderr, code } = await place.shell(
    'maintenance-mode each -f search --settle 0 --json sh -c \'echo "output of $0"; [ "$0" != bad ]\' < list',
  );

  expect(code).toBe(123);
  expect(stderr).toMatch(/output of alice/);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events[0]).toMatchObject({ event: 'start', flag: 'search', total: 2 });
  const about = (user: string): unknown[] =>
    events
      .filter((event) => event['user'] === user)
      .map(({ event, step, result }) => (event === 'step' ? step : result));
  expect(about('alice')).toEqual(['holding', 'running', 'ran', 'done', 'done']);
  expect(about('bad')).toEqual(['holding', 'running', 'failed', 'held']);
  expect(events.find(({ result }) => result === 'held')).toMatchObject({
    code: 1,
    byHand: expect.stringMatching(/^maintenance-mode off -f search -u bad /),
  });
  expect(events.at(-1)).toMatchObject({ event: 'end', code: 123, users: 2, counts: { done: 1, held: 1 } });
});

it('writes plain lines without colors and cursor movements if there is no terminal', async () => {
  const { stderr } = await place.run([...each, './job'], { input: 'alice\n', env: { FORCE_COLOR: '1' } });

  expect(stderr).toMatch(/^maintenance-mode: "alice": done\. 1 user/);
  expect(stderr).not.toContain('\u001b');
});
