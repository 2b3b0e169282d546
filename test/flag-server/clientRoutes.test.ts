import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { createRevision } from '../../src/flag-server/createFlagState.js';
import { createStreams } from '../../src/flag-server/createStreams.js';
import { parseFlagFile } from '../../src/flag-server/parseFlagFile.js';
import { shopFlags } from './flagData.js';
import { startFlagServer, type TestFlagServer } from './startFlagServer.js';

/** An event of a stream. */
interface StreamEvent {
  event: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the tests look into flags of many shapes
  data: Record<string, any>;
}

let server: TestFlagServer;
const controllers: AbortController[] = [];

beforeEach(async () => {
  server = await startFlagServer(shopFlags());
});

afterEach(async () => {
  for (const controller of controllers.splice(0)) controller.abort();
  await server.remove();
});

function encode(context: unknown): string {
  return Buffer.from(JSON.stringify(context)).toString('base64url');
}

/** Opens a stream and collects its events. */
async function openStream(path: string): Promise<StreamEvent[]> {
  const controller = new AbortController();
  controllers.push(controller);
  const events: StreamEvent[] = [];
  const { body, headers } = await fetch(server.url + path, { signal: controller.signal });
  expect(headers.get('content-type')).toBe('text/event-stream');
  void collect(body, events).catch(() => undefined);
  await vi.waitFor(() => expect(events).not.toEqual([]));
  return events;
}

async function collect(body: ReadableStream<Uint8Array> | null, events: StreamEvent[]): Promise<void> {
  let text = '';
  for await (const chunk of body ?? []) {
    text += Buffer.from(chunk).toString();
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const found = /^event: (\w+)\ndata: (.*)$/.exec(text.slice(0, end));
      if (found) events.push({ event: found[1] ?? '', data: JSON.parse(found[2] ?? '') });
      text = text.slice(end + 2);
    }
  }
}

describe('evaluation', () => {
  it("has the form of LaunchDarkly's answers, with the fields that the SDK needs for its events", async () => {
    const response = await fetch(
      `${server.url}/sdk/evalx/any/contexts/${encode({ kind: 'user', key: 'bob' })}`,
    );
    const flags = await response.json();

    expect(response.headers.get('content-type')).toBe('application/json');
    expect(Object.keys(flags).sort()).toEqual(['checkout', 'comments', 'greeting', 'search', 'site']);
    expect(flags.search).toEqual({
      value: false,
      variation: 1,
      version: 7,
      flagVersion: 7,
      trackEvents: false,
    });
    expect(flags.site.flagVersion).toBe(3);
  });

  it.each([
    ['several kinds', { kind: 'multi', user: { key: 'bob' }, organization: { key: 'acme' } }],
    ['an old user without a kind', { key: 'bob' }],
    ['an unusual key', { kind: 'user', key: 'bob+ä/?%@example.com' }],
  ])('accepts a context with %s, in the path and in the body', async (_what, context) => {
    const get = await fetch(`${server.url}/sdk/evalx/any/contexts/${encode(context)}?withReasons=true`);
    const report = await fetch(`${server.url}/sdk/evalx/any/context?withReasons=true`, {
      method: 'REPORT',
      body: JSON.stringify(context),
    });

    expect([get.status, report.status]).toEqual([200, 200]);
    const flags = await get.json();
    expect(await report.json()).toEqual(flags);
    expect(flags.site.reason).toEqual({ kind: 'OFF' });
  });

  it.each([
    ['evalx', '/sdk/evalx/any/contexts/'],
    ['a stream', '/eval/any/'],
  ])('answers 400 for an invalid context in the path of %s', async (_what, path) => {
    const statuses = await Promise.all(
      [
        '@',
        'bm8',
        encode(null),
        encode([]),
        encode({}),
        encode({ kind: 'user' }),
        encode({ kind: 'a b', key: 'x' }),
      ].map(async (context) => {
        const response = await fetch(server.url + path + context);
        expect(await response.json()).toEqual({ code: 'invalid_request', message: expect.any(String) });
        return response.status;
      }),
    );

    expect(new Set(statuses)).toEqual(new Set([400]));
  });
});

describe('the other requests of browsers', () => {
  it('are allowed for pages of this computer, with the headers of the SDKs', async () => {
    const { status, headers } = await fetch(`${server.url}/sdk/evalx/any/contexts/x`, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:3000' },
    });

    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
    expect(headers.get('access-control-allow-methods')).toContain('REPORT');
    for (const name of ['user-agent', 'wrapper', 'tags', 'event-schema', 'payload-id']) {
      expect(headers.get('access-control-allow-headers')).toContain(`x-launchdarkly-${name}`);
    }
    expect(headers.get('access-control-expose-headers')).toBe('date');
  });

  it('return no goals, and accept events', async () => {
    const goals = await fetch(`${server.url}/sdk/goals/any`);
    const bulk = await fetch(`${server.url}/events/bulk/any`, {
      method: 'POST',
      body: '[{"kind":"identify"}]',
    });
    const diagnostic = await fetch(`${server.url}/events/diagnostic/any`, { method: 'POST', body: '{}' });
    const broken = await fetch(`${server.url}/events/bulk/any`, { method: 'POST', body: '[{' });

    expect(await goals.json()).toEqual([]);
    expect([bulk.status, diagnostic.status, broken.status]).toEqual([202, 202, 400]);
    expect(server.events('identify')).toEqual([{ kind: 'identify' }]);
  });

  it('get 404 or 405 in JSON if there is no such route', async () => {
    const unknown = await fetch(`${server.url}/sdk/other`);
    const method = await fetch(`${server.url}/sdk/goals/any`, { method: 'POST' });

    expect([unknown.status, (await unknown.json()).code]).toEqual([404, 'not_found']);
    expect([method.status, (await method.json()).code]).toEqual([405, 'method_not_allowed']);
  });
});

describe('a stream', () => {
  it('starts with all flags, and then sends only what changed for its context', async () => {
    const bob = await openStream(`/eval/any/${encode({ kind: 'user', key: 'bob' })}?withReasons=true`);
    const alice = await openStream(`/eval/any/${encode({ kind: 'user', key: 'alice' })}`);

    await server.patch('search', [{ kind: 'addTargets', variation: 0, values: ['bob'] }]);
    await server.patch('internal', [{ kind: 'turnFlagOff' }]);
    await server.patch('site', [{ kind: 'turnFlagOn' }]);

    await vi.waitFor(() => expect(alice).toHaveLength(2));
    expect(alice.map(({ event, data }) => [event, data['key']])).toEqual([
      ['put', undefined],
      ['patch', 'site'],
    ]);
    await vi.waitFor(() => expect(bob).toHaveLength(3));
    expect(bob[0]?.data['search']).toMatchObject({ value: false, reason: { kind: 'FALLTHROUGH' } });
    expect(bob[1]).toEqual({
      event: 'patch',
      data: {
        key: 'search',
        value: true,
        variation: 0,
        version: 8,
        flagVersion: 8,
        trackEvents: false,
        reason: { kind: 'TARGET_MATCH' },
      },
    });
  });

  it('sends a higher version when only a prerequisite changed, so that the SDK accepts the change', async () => {
    const flags = shopFlags();
    await server.remove();
    flags.flags['search'] = {
      ...flags.flags['search'],
      fallthrough: { variation: 0 },
      prerequisites: [{ key: 'site', variation: 0 }],
    };
    server = await startFlagServer(flags);
    const events = await openStream(`/eval/any/${encode({ kind: 'user', key: 'bob' })}`);

    await server.patch('site', [{ kind: 'turnFlagOn' }]);

    await vi.waitFor(() => expect(events).toHaveLength(3));
    const patch = events.find(({ data }) => data['key'] === 'search');
    expect(patch?.data).toMatchObject({ value: true, flagVersion: 7 });
    expect(patch?.data['version']).toBeGreaterThan(events[0]?.data['search'].version);
  });

  it('loses no change when it is opened while flags change', async () => {
    const patches = Array.from({ length: 15 }, (_value, index) => async () => {
      const kind = index % 2 === 0 ? 'turnFlagOn' : 'turnFlagOff';
      await server.patch('site', [{ kind }, { kind: 'addTargets', variation: 0, values: [`user-${index}`] }]);
    });
    const opened: Promise<StreamEvent[]>[] = [];

    for (const patch of patches) {
      opened.push(openStream(`/eval/any/${encode({ kind: 'user', key: 'bob' })}`));
      await patch();
    }

    for (const events of await Promise.all(opened)) {
      await vi.waitFor(() => {
        const last = events.findLast(({ event, data }) => event === 'put' || data['key'] === 'site');
        expect((last?.event === 'put' ? last.data['site'] : last?.data).value).toBe(true);
      });
    }
    expect(server.openStreams).toBe(15);
  });

  it('of pings sends one at once and one after each change', async () => {
    const events = await openStream('/ping/any');

    await server.patch('site', [{ kind: 'turnFlagOn' }]);

    await vi.waitFor(() => expect(events.map(({ event }) => event)).toEqual(['ping', 'ping']));
  });

  it('ends when its client disconnects', async () => {
    await openStream(`/eval/any/${encode({ kind: 'user', key: 'bob' })}`);
    expect(server.openStreams).toBe(1);

    controllers[0]?.abort();

    await vi.waitFor(() => expect(server.openStreams).toBe(0));
  });

  it('sends a comment regularly, so that proxies keep it open', async () => {
    const streams = createStreams(10);
    const revision = await createRevision(parseFlagFile('{}', 'flags.json'), 1);
    const context = { kind: 'user', key: 'bob' };
    const http = createServer(
      (_request, response) => void streams.open(response, { context, withReasons: false }, revision),
    );
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as AddressInfo;
    let text = '';

    const { body } = await fetch(`http://127.0.0.1:${port}`);
    for await (const chunk of body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.endsWith(':\n\n:\n\n')) break;
    }

    expect(text).toBe('event: put\ndata: {}\n\n:\n\n:\n\n');
    await vi.waitFor(() => expect(streams.size).toBe(0));
    http.close();
    revision.close();
  });
});
