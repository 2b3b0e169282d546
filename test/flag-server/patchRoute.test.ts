import { readFile, stat } from 'node:fs/promises';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { shopFlags } from './flagData.js';
import { requestJson, SEMANTIC_PATCH, type JsonAnswer, type JsonRequest } from './requestJson.js';
import { startFlagServer, type TestFlagServer } from './startFlagServer.js';

let server: TestFlagServer;

beforeEach(async () => {
  server = await startFlagServer(shopFlags());
});

afterEach(() => server.remove());

function ask(path: string, init: JsonRequest = {}): Promise<JsonAnswer> {
  return requestJson(server.url + path, init);
}

function patch(flag: string, instructions: unknown, rest: object = {}, query = ''): Promise<JsonAnswer> {
  return ask(`/api/v2/flags/default/${flag}${query}`, {
    method: 'PATCH',
    body: { environmentKey: 'local', instructions, ...rest },
  });
}

async function idOf(flag: string, variation: number): Promise<string> {
  const { body } = await ask(`/api/v2/flags/default/${flag}`);
  return body.variations[variation]._id;
}

it('turns a flag on and off, and increases the version', async () => {
  const on = await patch('site', [{ kind: 'turnFlagOn' }]);
  const off = await patch('site', [{ kind: 'turnFlagOff' }]);

  expect([on.status, on.body.environments.local.on, on.body.environments.local.version]).toEqual([
    200,
    true,
    4,
  ]);
  expect([off.status, off.body.environments.local.on, off.body._version]).toEqual([200, false, 5]);
});

it('changes neither version nor file when nothing changes', async () => {
  const before = await stat(server.file);

  const { status, body } = await patch('site', [{ kind: 'turnFlagOff' }]);

  expect([status, body._version]).toEqual([200, 3]);
  expect((await stat(server.file)).mtimeMs).toBe(before.mtimeMs);
  expect((await stat(server.file)).ino).toBe(before.ino);
  expect((await ask('/api/v2/auditlog')).body.items).toEqual([]);
});

it('applies either all instructions or none', async () => {
  const text = await readFile(server.file, 'utf8');

  const { status, body } = await patch('site', [
    { kind: 'turnFlagOn' },
    { kind: 'addTargets', variationId: 'no', values: ['bob'] },
  ]);

  expect([status, body.code]).toEqual([400, 'invalid_request']);
  expect(body.message).toContain('no variation with the _id "no"');
  expect(await readFile(server.file, 'utf8')).toBe(text);
  expect((await server.read('site')).environments['local']?.on).toBe(false);
});

it('returns the result of a dry run without changing the flag', async () => {
  const text = await readFile(server.file, 'utf8');

  const { body } = await patch('site', [{ kind: 'turnFlagOn' }], {}, '?dryRun=true');

  expect([body.environments.local.on, body._version]).toEqual([true, 4]);
  expect(await readFile(server.file, 'utf8')).toBe(text);
  expect((await server.read('site'))._version).toBe(3);
});

it('answers 409 for a user who is targeted to another variation', async () => {
  await server.patch('search', [{ kind: 'addTargets', variation: 0, values: ['bob'] }]);

  const { status, body } = await patch('search', [
    { kind: 'addTargets', variationId: await idOf('search', 1), values: ['alice', 'bob'] },
  ]);

  expect([status, body.code]).toEqual([409, 'conflict']);
  expect(body.message).toContain('"bob" is already targeted to variation 0');
  expect((await server.read('search')).environments['local']?.targets).toEqual([
    { values: ['bob'], variation: 0, contextKind: 'user' },
  ]);
});

it('has saved the change when it answers, and keeps unknown fields', async () => {
  await server.remove();
  const { flags, ...rest } = shopFlags();
  server = await startFlagServer({
    $comment: 'ours',
    ...rest,
    flags: { ...flags, site: { ...flags['site'], salt: 'grain', maintainer: { name: 'Ann' } } },
  });

  await server.patch('site', [{ kind: 'turnFlagOn' }]);

  const saved = await server.saved();
  expect(saved).toMatchObject({ $comment: 'ours', segments: {} });
  expect(saved.flags?.['site']).toMatchObject({
    on: true,
    version: 4,
    salt: 'grain',
    maintainer: { name: 'Ann' },
  });
  expect(await readFile(server.file, 'utf8')).toBe(`${JSON.stringify(saved, null, 2)}\n`);
});

it('turns a boolean constant into a flag, and refuses to change other constants', async () => {
  const comments = await patch('comments', [{ kind: 'turnFlagOff' }]);
  const greeting = await patch('greeting', [{ kind: 'turnFlagOff' }]);
  const dryRun = await patch('greeting', [{ kind: 'turnFlagOff' }], {}, '?dryRun=true');

  expect(comments.body.environments.local).toMatchObject({ on: false, version: 2 });
  expect([greeting.status, dryRun.status]).toEqual([400, 400]);
  expect(greeting.body.message).toContain('greeting is a constant in "flagValues"');
  const saved = await server.saved();
  expect(saved.flagValues).toEqual({ greeting: 'hello' });
  expect(saved.flags?.['comments']).toMatchObject({ key: 'comments', on: false, variations: [true, false] });
});

it.each([
  ['another content type', { headers: { 'content-type': 'text/plain' }, body: [] }, /semantic/],
  ['no content type', { headers: { 'content-type': '' }, body: {} }, /semantic/],
  ['a body that is not JSON', { text: '{"instructions": [' }, /not JSON/],
  ['a body that is not an object', { body: [] }, /must be an object/],
  ['no instructions', { body: { environmentKey: 'local' } }, /"instructions"/],
  [
    'an empty list of instructions',
    { body: { environmentKey: 'local', instructions: [] } },
    /"instructions"/,
  ],
  [
    'an instruction that is not an object',
    { body: { environmentKey: 'local', instructions: [null] } },
    /"instructions"/,
  ],
  [
    'an unknown instruction',
    { body: { environmentKey: 'local', instructions: [{ kind: 'explode' }] } },
    /"explode"/,
  ],
  ['no environment', { body: { instructions: [{ kind: 'turnFlagOn' }] } }, /"environmentKey" is missing/],
  [
    'a comment that is not a string',
    { body: { comment: 1, instructions: [{ kind: 'turnFlagOn' }] } },
    /"comment"/,
  ],
])('answers 400 for a patch with %s', async (_what, init, message) => {
  const { status, body } = await ask('/api/v2/flags/default/site', { method: 'PATCH', ...init });

  expect(status).toBe(400);
  expect(body.code).toBe('invalid_request');
  expect(body.message).toMatch(message);
});

it('answers 404 for a patch in an unknown environment or of an unknown flag', async () => {
  const environment = await patch('site', [{ kind: 'turnFlagOn' }], { environmentKey: 'production' });
  const flag = await patch('nothing', [{ kind: 'turnFlagOn' }]);

  expect([environment.status, flag.status]).toEqual([404, 404]);
});

it('answers 413 for a huge body, with or without a content-length, and keeps working', async () => {
  const huge = 'x'.repeat(3 * 1024 * 1024);
  const announced = await ask('/api/v2/flags/default/site', { method: 'PATCH', text: huge });
  // Node's fetch wants to be told that the body is a stream; the types of browsers do not know it.
  const stream = { body: new Blob([huge]).stream(), duplex: 'half' };
  const streamed = await fetch(`${server.url}/api/v2/flags/default/site`, {
    method: 'PATCH',
    headers: { 'content-type': SEMANTIC_PATCH },
    ...stream,
  });

  expect([announced.status, announced.body.code]).toEqual([413, 'payload_too_large']);
  expect(streamed.status).toBe(413);
  expect((await patch('site', [{ kind: 'turnFlagOn' }])).status).toBe(200);
});

it('applies concurrent changes one after another', async () => {
  const variationId = await idOf('search', 0);
  const users = Array.from({ length: 20 }, (_value, index) => `user-${index}`);

  const answers = await Promise.all(
    users.map((user) => patch('search', [{ kind: 'addTargets', variationId, values: [user] }])),
  );

  expect(answers.map(({ body }) => body._version).sort((one, other) => one - other)).toEqual(
    users.map((_user, index) => 8 + index),
  );
  expect((await server.saved()).flags?.['search']?.['targets']).toEqual([{ variation: 0, values: users }]);
});
