import { access, constants, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { version } from '../../package.json';
import { buildCommand, type BuiltCommand } from './buildCommand.js';
import { startCommand, type RunningCommand } from './startCommand.js';

const CONTEXT = Buffer.from('{"kind":"user","key":"bob"}').toString('base64url');
const FLAGS = '{"flagValues": {"search-maintenance": false}}';

let built: BuiltCommand;
let folder: string;
const running: RunningCommand[] = [];

beforeAll(async () => {
  built = await buildCommand();
});

afterAll(() => built.remove());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serve-'));
  await writeFile(join(folder, 'flags.json'), FLAGS);
});

afterEach(async () => {
  for (const { process, ended } of running.splice(0)) {
    process.kill('SIGKILL');
    await ended;
  }
  await rm(folder, { recursive: true });
});

function run(...args: string[]): RunningCommand {
  const command = startCommand(built.main, args, folder);
  running.push(command);
  return command;
}

/** Serves flags.json on a free port. */
async function serve(...args: string[]): Promise<{ command: RunningCommand; url: string }> {
  const command = run('serve', '--flags', 'flags.json', '--port', '0', ...args);
  return { command, url: (await command.firstLine).replace('listening on ', '') };
}

describe('the built command', () => {
  it('is an executable script that contains its dependencies and their licenses', async () => {
    const files = await readdir(built.folder);
    const texts = await Promise.all(files.map((file) => readFile(join(built.folder, file), 'utf8')));

    await access(built.main, constants.X_OK);
    expect(await readFile(built.main, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(files).toContain('THIRD_PARTY_LICENSES.txt');
    const licenses = await readFile(join(built.folder, 'THIRD_PARTY_LICENSES.txt'), 'utf8');
    for (const name of ['@launchdarkly/node-server-sdk', 'commander', 'log-update', 'semver'])
      expect(licenses).toContain(`\n${name} `);
    expect(licenses).toContain('END OF TERMS AND CONDITIONS');
    for (const place of [process.cwd(), homedir(), built.folder])
      expect(texts.join('')).not.toContain(`${place}/`);
  });

  it('does not load LaunchDarkly before it serves', async () => {
    const main = await readFile(built.main, 'utf8');

    expect(main).not.toContain('sdk.launchdarkly.com');
  });

  it('shows help with examples, and a version', async () => {
    const help = run('--help');
    const serveHelp = run('serve', '--help');
    const versionOnly = run('--version');

    expect([await help.ended, await serveHelp.ended, await versionOnly.ended]).toEqual([0, 0, 0]);
    expect(help.stdout()).toMatch(/^Usage: maintenance-mode .*\n[^]*serve/);
    expect(serveHelp.stdout()).toMatch(/Examples:\n +\$ echo/);
    expect(versionOnly.stdout()).toBe(`${version}\n`);
  });

  it.each([
    [[], /Usage: maintenance-mode/],
    [['srve'], /unknown command 'srve'\n\(Did you mean serve\?\)/],
    [['serve', '--flag', 'x', '--port', '0'], /unknown option '--flag'\n\(Did you mean --flags\?\)/],
    [['serve', '--port', '0'], /'--flags <file>' is missing/],
    [['serve', '--flags', 'flags.json'], /'--port <number>' is missing/],
    [['serve', '--flags', 'flags.json', '--port', '65536'], /must be a number from 0 to 65535/],
    [['serve', '--flags', 'flags.json', '--port', '-1'], /must be a number from 0 to 65535/],
    [['serve', '--flags', 'flags.json', '--port', '0', 'more'], /too many arguments/],
  ])('exits with 2 for wrong usage: %j', async (args, message) => {
    const command = run(...args);

    expect(await command.ended).toBe(2);
    expect(command.stderr()).toMatch(message);
    expect(command.stdout()).toBe('');
  });
});

describe('serve', () => {
  it('prints only its address on standard output, and says on standard error what it is for', async () => {
    const { command, url } = await serve();

    const response = await fetch(`${url}/sdk/evalx/any/contexts/${CONTEXT}`);

    expect(await response.json()).toMatchObject({ 'search-maintenance': { value: false } });
    expect(command.stdout()).toMatch(/^listening on http:\/\/127\.0\.0\.1:[1-9]\d*\n$/);
    expect(command.stderr()).toMatch(/^For development and tests\. In production use LaunchDarkly/);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('exits with 0 at %s while streams are open', async (signal) => {
    const { command, url } = await serve('--token', 'secret');
    const stream = await fetch(`${url}/eval/any/${CONTEXT}`);
    const reader = stream.body?.getReader();
    await reader?.read();

    command.process.kill(signal);

    expect(await command.ended).toBe(0);
    await expect(reader?.closed).rejects.toThrow();
    expect(command.stderr().trim().split('\n')).toHaveLength(1);
  });

  it('protects the REST API with a token', async () => {
    const { url } = await serve('--token', 'secret');
    const read = (authorization: string): Promise<Response> =>
      fetch(`${url}/api/v2/flags/default`, { headers: { authorization } });

    expect([(await read('secret')).status, (await read('other')).status]).toEqual([200, 401]);
  });

  it('reads the token from the environment or from a file, where other users of the machine cannot see it', async () => {
    await writeFile(join(folder, 'token'), 'from-file\n');
    const read = async (url: string, authorization: string): Promise<number> =>
      (await fetch(`${url}/api/v2/flags/default`, { headers: { authorization } })).status;
    const args = ['serve', '--flags', 'flags.json', '--port', '0'];
    const byVariable = startCommand(built.main, args, folder, { env: { LD_ACCESS_TOKEN: 'from-env' } });
    running.push(byVariable);
    const variableUrl = (await byVariable.firstLine).replace('listening on ', '');
    expect([await read(variableUrl, 'from-env'), await read(variableUrl, '')]).toEqual([200, 401]);
    byVariable.process.kill('SIGTERM');
    await byVariable.ended;

    const { url } = await serve('--token-file', 'token');

    expect([await read(url, 'from-file'), await read(url, 'from-file\n'), await read(url, 'x')]).toEqual([
      200, 200, 401,
    ]);
  });

  it('creates a token when none is given, and prints how to use it', async () => {
    const { command, url } = await serve();
    await expect.poll(command.stderr).toContain('LD_BASE_URI');
    const exported = /export LD_ACCESS_TOKEN=(\S+) LD_ENVIRONMENT=local LD_BASE_URI=(\S+)\n/.exec(
      command.stderr(),
    );
    const [, token = '', base] = exported ?? [];

    const change = startCommand(built.main, ['on', '-f', 'search-maintenance', '-u', 'bob'], folder, {
      env: { LD_ACCESS_TOKEN: token, LD_ENVIRONMENT: 'local', LD_BASE_URI: base ?? '' },
    });

    expect(await change.ended).toBe(0);
    const refused = await fetch(`${url}/api/v2/flags/default/search-maintenance`);
    expect([base, refused.status]).toEqual([url, 401]);
  });

  it.each([
    [['--token-file', 'none'], /--token-file none cannot be read: .*ENOENT/],
    [['--token-file', 'flags.json'], /--token-file flags\.json must contain only the token/],
    [['--token-file', 'flags.json', '--token', 'x'], /--token or --token-file, not both/],
    [['--token', ''], /--token is empty/],
  ])('refuses %j', async (args, message) => {
    const command = run('serve', '--flags', 'flags.json', '--port', '0', ...args);

    expect(await command.ended).toBe(1);
    expect(command.stderr()).toMatch(message);
  });

  it('answers to a host name of --allowed-host', async () => {
    const { command, url } = await serve('--allowed-host', 'flags.test');
    const ask = (origin: string) =>
      fetch(`${url}/sdk/evalx/any/contexts/${CONTEXT}`, { headers: { origin } });

    expect((await ask('https://flags.test')).status).toBe(200);
    expect((await ask('https://other.test')).status).toBe(403);
    expect(command.process.exitCode).toBeNull();
  });

  it('warns when other machines can read flags', async () => {
    const command = run('serve', '--flags', 'flags.json', '--port', '0', '--host', '0.0.0.0');
    await command.firstLine;

    expect(command.stderr()).toMatch(/Anyone who can reach 0\.0\.0\.0 can read the flags/);
  });

  it('reports a port that is in use, and exits', async () => {
    const { url } = await serve();
    const { port } = new URL(url);

    await writeFile(join(folder, 'other.json'), FLAGS);
    const second = run('serve', '--flags', 'other.json', '--port', port);

    expect(await second.ended).toBe(1);
    expect(second.stderr()).toMatch(`Port ${port} of 127.0.0.1 is taken`);
    expect(second.stdout()).toBe('');
  });

  it('refuses a file that another server uses, and accepts it after that server was killed', async () => {
    const { command } = await serve();

    const second = run('serve', '--flags', 'flags.json', '--port', '0');
    expect(await second.ended).toBe(1);
    expect(second.stderr()).toMatch(`Another process, ${command.process.pid}, already serves flags.json`);

    command.process.kill('SIGKILL');
    await command.ended;
    await serve();
    expect((await readdir(folder)).sort()).toEqual(['flags.json']);
  });

  it('says how to create a missing file', async () => {
    const command = run('serve', '--flags', 'none.json', '--port', '0');

    expect(await command.ended).toBe(1);
    expect(command.stderr()).toMatch(
      /none\.json does not exist.*\{"flagValues": \{"search-maintenance": false\}\}/,
    );
    expect(await readdir(folder)).toEqual(['flags.json']);
  });

  it('refuses an invalid file with line, column and reason, and does not change it', async () => {
    const broken = '{\n  "flags": {},\n  "flagValues": {"a": tru}\n}\n';
    await writeFile(join(folder, 'flags.json'), broken);

    const command = run('serve', '--flags', 'flags.json', '--port', '0');

    expect(await command.ended).toBe(1);
    expect(command.stderr()).toMatch(
      'flags.json:3:23: expected a value, or a key in double quotes, found: tru}',
    );
    expect(await readFile(join(folder, 'flags.json'), 'utf8')).toBe(broken);
  });

  it('refuses a folder instead of a file', async () => {
    const command = run('serve', '--flags', '.', '--port', '0');

    expect(await command.ended).toBe(1);
    expect(command.stderr()).toMatch(/cannot be read/);
  });

  it('survives clients that disconnect during a request, and input that is not HTTP', async () => {
    const { command, url } = await serve();
    const { hostname, port } = new URL(url);
    const beginnings = [
      'PATCH /api/v2/flags/default/search-maintenance HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\ncontent-type: application/json; domain-model=launchdarkly.semanticpatch\r\n\r\n{"ins',
      `GET /eval/any/${CONTEXT} HTTP/1.1\r\nhost: localhost\r\n\r\n`,
      'GET /sdk/goals/any HTTP/1.1\r\nhost',
      'GET //[ HTTP/1.1\r\nhost: localhost\r\n\r\n',
      '\u0000\u0001\u0002\r\n\r\n',
    ];

    for (const beginning of beginnings) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => socket.write(beginning, () => socket.destroy()));
        socket.on('close', () => resolve());
      });
    }

    expect((await fetch(`${url}/sdk/goals/any`)).status).toBe(200);
    expect(command.process.exitCode).toBeNull();
  });
});
