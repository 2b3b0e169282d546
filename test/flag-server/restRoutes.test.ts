import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { shopFlags } from './flagData.js';
import { requestJson, type JsonAnswer, type JsonRequest } from './requestJson.js';
import { startFlagServer, type TestFlagServer } from './startFlagServer.js';

// The same inputs in each run; `npm run test:hard` chooses others.
fc.configureGlobal({ seed: Number(process.env['FUZZ_SEED'] ?? 2015) });

const BOB = { kind: 'user', key: 'bob' };

let server: TestFlagServer;

beforeEach(async () => {
  server = await startFlagServer(shopFlags());
});

afterEach(() => server.remove());

function ask(path: string, init: JsonRequest = {}): Promise<JsonAnswer> {
  return requestJson(server.url + path, init);
}

async function idOf(flag: string, variation: number): Promise<string> {
  const { body } = await ask(`/api/v2/flags/default/${flag}`);
  return body.variations[variation]._id;
}

describe('reading', () => {
  it('returns a flag in the form of the REST API', async () => {
    const { status, body } = await ask('/api/v2/flags/default/search?env=local');

    expect(status).toBe(200);
    expect(body).toMatchObject({
      key: 'search',
      name: 'search',
      kind: 'boolean',
      archived: false,
      _version: 7,
      clientSideAvailability: { usingEnvironmentId: true, usingMobileKey: false },
      variations: [{ value: true }, { value: false }],
      environments: {
        local: {
          on: true,
          version: 7,
          offVariation: 1,
          fallthrough: { variation: 1 },
          targets: [],
          contextTargets: [],
          rules: [],
          prerequisites: [],
          archived: false,
        },
      },
    });
  });

  it('gives each variation an id that stays the same after a restart', async () => {
    const before = await idOf('checkout', 2);

    await server.stop();
    await server.start();

    expect(await idOf('checkout', 2)).toBe(before);
    expect(await idOf('checkout', 1)).not.toBe(before);
  });

  it('lists all flags, including constants', async () => {
    const { body } = await ask('/api/v2/flags/default');

    expect(body.totalCount).toBe(6);
    expect(body.items.map(({ key }: { key: string }) => key)).toEqual([
      'search',
      'site',
      'checkout',
      'internal',
      'comments',
      'greeting',
    ]);
  });

  it.each([
    ['an unknown flag', '/api/v2/flags/default/nothing'],
    ['an unknown project', '/api/v2/flags/other/search'],
    ['an unknown environment', '/api/v2/flags/default/search?env=production'],
    ['an unknown path', '/api/v2/nothing'],
    ['a path of no route group', '/favicon.ico'],
    ['a property of every JavaScript object', '/api/v2/flags/default/__proto__'],
  ])('answers 404 for %s', async (_what, path) => {
    const { status, body } = await ask(path);

    expect(status).toBe(404);
    expect(body).toEqual({ code: 'not_found', message: expect.any(String) });
  });

  it.each(['/', '/status'])('answers 200 at %s for tools that wait until the server is up', async (path) => {
    const { status, body } = await ask(path);

    expect(status).toBe(200);
    expect(body).toEqual({ status: 'healthy' });
    expect((await fetch(server.url + path, { method: 'HEAD' })).status).toBe(200);
  });

  it('answers 405 with the allowed methods for any other method', async () => {
    const { status, headers, body } = await ask('/api/v2/flags/default/search', { method: 'DELETE' });

    expect(status).toBe(405);
    expect(headers.get('allow')).toBe('GET, PATCH');
    expect(body.code).toBe('method_not_allowed');
  });

  it('answers 400 for a path that is not percent-encoded UTF-8', async () => {
    const { status, body } = await ask('/api/v2/flags/default/%E0%A4%A');

    expect(status).toBe(400);
    expect(body.code).toBe('invalid_request');
  });
});

describe('evaluating', () => {
  const EVALUATE = '/api/v2/projects/default/environments/local/flags/evaluate';

  it('returns each value with its reason, also for flags that browsers do not see', async () => {
    await server.patch('search', [{ kind: 'addTargets', variation: 0, values: ['bob'] }]);

    const { status, body } = await ask(EVALUATE, { method: 'POST', body: BOB });

    expect(status).toBe(200);
    expect(body.totalCount).toBe(6);
    expect(body.items).toContainEqual({
      name: 'search',
      key: 'search',
      _value: true,
      reason: { kind: 'TARGET_MATCH' },
    });
    expect(body.items).toContainEqual(expect.objectContaining({ key: 'internal', _value: 'secret' }));
  });

  it('filters by a part of the key or name, with or without quotation marks', async () => {
    const plain = await ask(`${EVALUATE}?filter=${encodeURIComponent('query equals CHECK')}`, {
      method: 'POST',
      body: BOB,
    });
    const quoted = await ask(`${EVALUATE}?filter=${encodeURIComponent('query equals "site"')}`, {
      method: 'POST',
      body: BOB,
    });

    expect(plain.body.items.map(({ key }: { key: string }) => key)).toEqual(['checkout']);
    expect(quoted.body.items.map(({ key }: { key: string }) => key)).toEqual(['site']);
  });

  it.each([
    ['a context without a key', { kind: 'user' }, ''],
    ['a context with a bad kind', { kind: 'a b', key: 'x' }, ''],
    ['a body that is not a context', 'bob', ''],
    ['null', null, ''],
    ['a key that is not a string', { key: { toString: '' } }, ''],
    [
      'a private attribute that is not a string',
      { kind: 'user', key: 'bob', _meta: { privateAttributes: [1] } },
      '',
    ],
    ['an unknown filter', BOB, '?filter=tags+equals+x'],
  ])('answers 400 for %s', async (_what, body, query) => {
    const answer = await ask(EVALUATE + query, { method: 'POST', body });

    expect(answer.status).toBe(400);
    expect(answer.body.code).toBe('invalid_request');
  });

  it('answers 200 or 400 for any JSON', async () => {
    const kind = fc.constantFrom<unknown>('user', 'multi', 'organization', '', 'kind', null, 1);
    const context = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { kind, key: fc.jsonValue(), user: fc.jsonValue(), _meta: fc.jsonValue() },
        { requiredKeys: [] },
      ),
      fc.record({ kind: fc.constant('multi'), user: fc.record({ key: fc.string(), _meta: fc.jsonValue() }) }),
    );

    await fc.assert(
      fc.asyncProperty(context, async (body) => {
        const { status } = await ask(EVALUATE, { method: 'POST', body });
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 300 },
    );
  });

  it('answers 404 for another environment', async () => {
    const { status } = await ask(EVALUATE.replace('local', 'test'), { method: 'POST', body: BOB });

    expect(status).toBe(404);
  });
});

describe('the audit log', () => {
  it('lists changes with their comments, newest first', async () => {
    const started = Date.now();
    await server.patch('site', [{ kind: 'turnFlagOn' }], 'migration 42');
    await server.patch('search', [{ kind: 'addTargets', variation: 0, values: ['bob'] }]);

    const { body } = await ask('/api/v2/auditlog');

    expect(body.items).toMatchObject([
      { titleVerb: 'updated the flag', kind: 'flag', name: 'search', comment: '' },
      {
        titleVerb: 'turned on the flag',
        comment: 'migration 42',
        target: { name: 'site', resources: ['proj/default:env/local:flag/site'] },
      },
    ]);
    expect(body.items[0].date).toBeGreaterThanOrEqual(started);
  });

  it('filters by flag and limits the number of entries', async () => {
    await server.patch('site', [{ kind: 'turnFlagOn' }]);
    await server.patch('search', [{ kind: 'turnFlagOff' }]);
    await server.patch('site', [{ kind: 'turnFlagOff' }]);

    const found = await ask('/api/v2/auditlog?spec=proj/default:env/*:flag/site');
    const limited = await ask('/api/v2/auditlog?limit=1');
    const later = await ask(`/api/v2/auditlog?after=${Date.now() + 1000}`);

    expect(found.body.items.map(({ name }: { name: string }) => name)).toEqual(['site', 'site']);
    expect(limited.body.items).toHaveLength(1);
    expect(later.body.items).toEqual([]);
    expect((await ask('/api/v2/auditlog?limit=21')).status).toBe(400);
    expect((await ask('/api/v2/auditlog?before=yesterday')).status).toBe(400);
  });

  it.each([
    ['proj/*:env/*:flag/site', 1],
    ['proj/default:env/local:flag/site', 1],
    ['*', 1],
    ['**', 1],
    ['*site', 1],
    ['proj/*', 1],
    ['proj/*site:flag/site', 0],
    ['proj/default:env/local:flag/sit', 0],
    ['PROJ/*', 0],
    ['proj/default:env/local:flag/site*site', 0],
    // A regular expression made of these would try every way to share the resource out among the stars.
    [`${'*'.repeat(50)}x`, 0],
    [`${'*t*i'.repeat(100)}x`, 0],
  ])('finds by the specifier %s so many entries: %i', async (spec, count) => {
    await server.patch('site', [{ kind: 'turnFlagOn' }]);

    const { body } = await ask(`/api/v2/auditlog?spec=${encodeURIComponent(spec)}`);

    expect(body.items).toHaveLength(count);
  });
});

describe('a token', () => {
  beforeEach(async () => {
    await server.remove();
    server = await startFlagServer(shopFlags(), { token: 'api-123' });
  });

  it.each([
    ['none', {}],
    ['a wrong one', { authorization: 'api-124' }],
    ['one with Bearer before it', { authorization: 'Bearer api-123' }],
  ])('answers 401 for %s on every path', async (_what, headers: Record<string, string>) => {
    const read = await ask('/api/v2/flags/default/site', { headers });
    const unknown = await ask('/api/v2/nothing', { headers });

    expect([read.status, read.body]).toEqual([
      401,
      { code: 'unauthorized', message: 'Invalid access token' },
    ]);
    expect(unknown.status).toBe(401);
  });

  it('accepts the right token, and lets browsers read flags without one', async () => {
    expect((await server.patch('site', [{ kind: 'turnFlagOn' }]))._version).toBe(4);
    expect((await ask('/sdk/goals/any')).status).toBe(200);
  });
});
