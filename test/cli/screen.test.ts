import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { escapeText } from '../../src/cli/text.js';
import { formatAuditComment, parseAuditComment } from '../../src/cli/auditComment.js';
import { quoteForShell } from '../../src/cli/text.js';
import { buildCommand, type BuiltCommand } from './buildCommand.js';
import { startWorkplace, token, type Workplace } from './startWorkplace.js';

let built: BuiltCommand;
let place: Workplace;

// Many processes, on machines that may have other things to do.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

beforeAll(async () => {
  built = await buildCommand();
});

afterAll(() => built.remove());

beforeEach(async () => {
  place = await startWorkplace(built.main);
});

afterEach(() => place.remove());

const settle = ['--settle', '0'];
const odd = 'b\u001b[31mo\u009b2Jb\u202e\u2028\u007f\u2066x';
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

describe('a screen', () => {
  it('gets no control characters of keys or comments from on, status, off, guard and each', async () => {
    const comment = `Ticket\nEveryone, since now\u001b[2J`;
    await place.server.patch('search', [{ kind: 'addTargets', variation: 0, values: [odd] }], comment);
    const listed = { input: `${odd}\0` };

    const ends = [
      await place.run(['status', '-f', 'search']),
      await place.run(['status', '-f', 'search', '--json']),
      await place.run(['off', '-f', 'search', '-u', odd]),
      await place.run(['each', '-f', 'search', '--null', ...settle, 'false'], listed),
      await place.run(
        ['each', '-f', 'search', '--null', '--take-over', '--json', ...settle, 'false'],
        listed,
      ),
      await place.run(['status', '-f', 'search']),
      await place.run(['on', '-f', 'search', '-u', odd]),
      await place.run(['guard', '-f', odd, '-u', 'bob', 'true']),
      await place.run(['guard', '-f', 'search', '-u', 'bob', '--comment', odd, odd]),
      await place.run([odd]),
    ];

    for (const { stdout, stderr } of ends) expect(stdout + stderr).not.toMatch(controls);
    expect(ends[0]?.stdout.split('\n')).toHaveLength(3);
    const json = JSON.parse(ends[1]?.stdout ?? '') as { held: { user: string }[] };
    expect(json.held[0]?.user).toBe(odd);
  });

  it('gets a comment from status in one line', async () => {
    await place.run(['on', '-f', 'search', '-u', 'bob', '--comment', 'one\ntwo\u001b[2J']);

    const { stdout } = await place.run(['status', '-f', 'search']);

    expect(stdout).toMatch(/"bob", since .*: one\\u000atwo\\u001b\[2J\n$/);
  });

  it('gets a command to end maintenance that a shell parses to the same key', async () => {
    const { stderr } = await place.run(['each', '-f', 'search', '--null', ...settle, 'false'], {
      input: `${odd}'\\\0`,
    });
    const line = /To end it: (.*)$/m.exec(stderr)?.[1] ?? '';

    expect((await place.shell(line)).code).toBe(0);
    expect(await place.held()).toEqual([]);
  });
});

it('does not escape letters, signs and emoji', () => {
  const text = 'Zoë 🧑‍🚀 山田 شكرا "it\'s" \\ €';

  expect([escapeText(text), escapeText('\ud800')]).toEqual([text, String.raw`\ud800`]);
  expect(quoteForShell(text)).not.toMatch(/^\$/);
});

it.each([
  ['a soft hyphen', 'bo\u00adb', String.raw`bo\u00adb`],
  ['a filler that looks like nothing', 'bob\u3164', String.raw`bob\u3164`],
  ['tags that hide a text', 'bob\u{e0078}', String.raw`bob\udb40\udc78`],
  [
    'a link to elsewhere (OSC 8)',
    '\u001b]8;;https://x.example\u0007bob',
    String.raw`\u001b]8;;https://x.example\u0007bob`,
  ],
  ['a word for the clipboard (OSC 52)', '\u009d52;c;eA==\u009c', String.raw`\u009d52;c;eA==\u009c`],
])('escapes %s in a way that JSON can parse', (_what, text, escaped) => {
  expect(escapeText(text)).toBe(escaped);
  expect(JSON.parse(escapeText(JSON.stringify(text)))).toBe(text);
});

it('parses any comment of somebody else quickly', () => {
  const many = ' [maintenance-mode on ['.repeat(100_000);
  const key = 'x [maintenance-mode on';

  expect(parseAuditComment(`${many}]x`)).toBeUndefined();
  expect(parseAuditComment(formatAuditComment(many, { by: 'on', users: [key] }))).toEqual({
    reason: many,
    by: 'on',
    users: [key],
  });
});

it('help has at most 80 columns, except for commands to copy', async () => {
  for (const command of ['guard', 'each', 'on', 'off', 'status', 'serve']) {
    const { stdout } = await place.run([command, '--help']);
    expect(stdout).toMatch(/\n {2}\$ maintenance-mode/);
    expect(stdout.split('\n').filter((line) => line.length > 80 && !line.startsWith('  $ '))).toEqual([]);
  }
});

it('help shows no default that only a program understands', async () => {
  for (const command of ['guard', 'each', 'on', 'off', 'status', 'serve']) {
    const { stdout } = await place.run([command, '--help']);
    expect(stdout).toMatch(/^Usage/);
    expect(stdout).not.toMatch(/default: (\{|\[|undefined|null|"\[)/);
  }
});

it('an unreachable service behind a proxy comes with a hint about the proxy', async () => {
  const env = { LD_BASE_URI: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:8' };

  const { stderr } = await place.run(['on', '-f', 'search', '-u', 'bob'], { env });

  expect(stderr).toMatch(/HTTPS_PROXY is set.*NODE_USE_ENV_PROXY=1/);
});

it('a journal of another service is refused, and no user is skipped', async () => {
  const args = ['each', '-f', 'search', ...settle, '--journal', 'journal', '--resume'];
  await place.run([...args, 'true'], { input: 'bob\n' });

  const elsewhere = place.server.url.replace('127.0.0.1', 'localhost');
  const other = await place.run([...args, '--base-uri', elsewhere, 'true'], {
    input: 'bob\n',
  });

  expect([other.code, other.stderr]).toEqual([1, expect.stringMatching(/journal is about .*localhost/s)]);
});

it('each --json takes no more memory for a slow reader', async () => {
  const users = 200_000;
  const done = Array.from({ length: users }, (_value, index) => `user-${index}`);
  const subject = {
    service: place.server.url,
    flag: 'search',
    project: 'default',
    environment: 'local',
    contextKind: 'user',
  };
  const lines = [{ subject, run: 'r' }, ...done.map((user) => ({ user, step: 'done' }))];
  await writeFile(join(place.folder, 'journal'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await writeFile(join(place.folder, 'list'), `${done.join('\n')}\n`);
  const each = `each -f search --json --journal journal --resume true < list`;
  // The heap holds the journal, and not all events beside it.
  const script = `"${process.execPath}" --max-old-space-size=120 "${built.main}" ${each} | (sleep 1; tail -1)`;

  const child = spawn('bash', ['-o', 'pipefail', '-c', script], {
    cwd: place.folder,
    env: {
      PATH: process.env['PATH'],
      LD_ACCESS_TOKEN: token,
      LD_ENVIRONMENT: 'local',
      LD_BASE_URI: place.server.url,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let last = '';
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => (last += text));
  const [code] = (await once(child, 'close')) as [number | null];

  expect(code).toBe(0);
  expect(JSON.parse(last)).toMatchObject({ event: 'end', counts: { skipped: users } });
  // The runtime warns of listeners that pile up.
  expect(said).toBe(`maintenance-mode: ${users} users: 0 done, ${users} skipped.\n`);
});
