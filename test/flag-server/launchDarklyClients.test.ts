// @vitest-environment jsdom
import { writeFile } from 'node:fs/promises';

import { createClient } from '@launchdarkly/react-sdk';
import { EventSource } from 'eventsource';
import { initialize } from 'launchdarkly-js-client-sdk';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { shopFlags } from './flagData.js';
import { startFlagServer, type TestFlagServer } from './startFlagServer.js';

/** What the tests need of a client, whichever the version. */
interface TestClient {
  ready: () => Promise<unknown>;
  variation: (flag: string) => unknown;
  detail: (flag: string) => unknown;
  all: () => Record<string, unknown>;
  identify: (key: string) => Promise<unknown>;
  flush: () => Promise<unknown>;
  onChange: (listener: () => void) => void;
  close: () => Promise<unknown>;
}

const silent = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() };

const versions: Record<string, (url: string, key: string, useReport?: boolean) => TestClient> = {
  'the JavaScript SDK 3': (url, key, useReport = false) => {
    const client = initialize(
      'any-environment',
      { kind: 'user', key },
      {
        baseUrl: url,
        streamUrl: url,
        eventsUrl: url,
        logger: silent,
        evaluationReasons: true,
        streaming: true,
        useReport,
        streamReconnectDelay: 50,
      },
    );
    return {
      ready: () => client.waitForInitialization(5),
      variation: (flag) => client.variation(flag, 'unknown'),
      detail: (flag) => client.variationDetail(flag, 'unknown').reason,
      all: () => client.allFlags(),
      identify: (next) => client.identify({ kind: 'user', key: next }),
      flush: () => client.flush(),
      onChange: (listener) => client.on('change', listener),
      close: () => client.close(),
    };
  },
  'the JavaScript SDK 4': (url, key, useReport = false) => {
    const client = createClient(
      'any-environment',
      { kind: 'user', key },
      {
        baseUri: url,
        streamUri: url,
        eventsUri: url,
        logger: silent,
        withReasons: true,
        streaming: true,
        useReport,
        streamInitialReconnectDelay: 1,
      },
    );
    void client.start();
    return {
      ready: () => client.waitForInitialization({ timeout: 5 }),
      variation: (flag) => client.variation(flag, 'unknown'),
      detail: (flag) => client.variationDetail(flag, 'unknown').reason,
      all: () => client.allFlags(),
      identify: (next) => client.identify({ kind: 'user', key: next }),
      flush: () => client.flush(),
      onChange: (listener) => client.on('change', listener),
      close: () => client.close(),
    };
  },
};

let server: TestFlagServer;
const clients: TestClient[] = [];

beforeEach(async () => {
  vi.stubGlobal('EventSource', EventSource);
  server = await startFlagServer(shopFlags());
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await server.remove();
  vi.unstubAllGlobals();
});

describe.each(Object.entries(versions))('%s', (_name, create) => {
  const connect = async (key: string, useReport = false): Promise<TestClient> => {
    const streams = server.openStreams;
    const client = create(server.url, key, useReport);
    clients.push(client);
    await client.ready();
    await vi.waitFor(() => expect(server.openStreams).toBe(streams + 1));
    return client;
  };

  it('gets the values and reasons for its user, and only of flags that browsers may see', async () => {
    const bob = await connect('bob');

    expect(bob.all()).toEqual({
      search: false,
      site: false,
      checkout: false,
      comments: false,
      greeting: 'hello',
    });
    expect(bob.detail('search')).toEqual({ kind: 'FALLTHROUGH' });
    expect(bob.detail('site')).toEqual({ kind: 'OFF' });
  });

  it('gets a change for Bob as Bob, and not as Alice', async () => {
    const bob = await connect('bob');
    const alice = await connect('alice');
    const heard: string[] = [];
    bob.onChange(() => heard.push('bob'));
    alice.onChange(() => heard.push('alice'));

    await server.patch('search', [{ kind: 'addTargets', variation: 0, values: ['bob'] }]);
    await vi.waitFor(() => expect(bob.variation('search')).toBe(true));
    await server.patch('comments', [{ kind: 'updateFallthroughVariationOrRollout', variation: 0 }]);
    await vi.waitFor(() => expect(alice.variation('comments')).toBe(true));

    expect(alice.variation('search')).toBe(false);
    expect(bob.detail('search')).toEqual({ kind: 'TARGET_MATCH' });
    await vi.waitFor(() => expect(heard.toSorted()).toEqual(['alice', 'bob', 'bob']));
  });

  it('gets the end of a change for Bob', async () => {
    const bob = await connect('bob');
    await server.patch('search', [{ kind: 'addTargets', variation: 0, values: ['bob'] }]);
    await vi.waitFor(() => expect(bob.variation('search')).toBe(true));

    await server.patch('search', [{ kind: 'removeTargets', variation: 0, values: ['bob'] }]);

    await vi.waitFor(() => expect(bob.variation('search')).toBe(false));
  });

  it('gets the new value of a variation as soon as it is written', async () => {
    const bob = await connect('bob');
    const value = { mode: 'read-only', message: 'Back at one.', endsAt: '2030-01-01T13:00:00Z' };

    await server.patch('checkout', [
      { kind: 'updateVariation', variation: 1, value },
      { kind: 'updateFallthroughVariationOrRollout', variation: 1 },
    ]);

    await vi.waitFor(() => expect(bob.variation('checkout')).toEqual(value));
  });

  it(
    'reconnects after its stream was cut, and gets the changes that it missed',
    { timeout: 15_000 },
    async () => {
      const bob = await connect('bob');

      server.cutStreams();
      await server.patch('search', [{ kind: 'addTargets', variation: 0, values: ['bob'] }]);

      await vi.waitFor(() => expect(bob.variation('search')).toBe(true), { timeout: 10_000 });
    },
  );

  it('reconnects after a restart of the server, and gets the next change', { timeout: 30_000 }, async () => {
    const bob = await connect('bob');
    await server.patch('site', [{ kind: 'turnFlagOn' }]);
    await vi.waitFor(() => expect(bob.variation('site')).toBe(true));

    await server.stop();
    await server.start();
    await vi.waitFor(() => expect(server.openStreams).toBe(1), { timeout: 20_000 });
    await server.patch('site', [{ kind: 'turnFlagOff' }]);

    await vi.waitFor(() => expect(bob.variation('site')).toBe(false));
  });

  it('gets the values and changes of the next user after identify', async () => {
    await server.patch('search', [{ kind: 'addTargets', variation: 0, values: ['bob'] }]);
    const client = await connect('bob');
    expect(client.variation('search')).toBe(true);

    await client.identify('alice');
    expect(client.variation('search')).toBe(false);
    await vi.waitFor(() => expect(server.openStreams).toBe(1));
    await server.patch('search', [{ kind: 'addTargets', variation: 0, values: ['alice'] }]);

    await vi.waitFor(() => expect(client.variation('search')).toBe(true));
  });

  it('gets an edit of the file: a changed, a removed and a new flag', async () => {
    const bob = await connect('bob');
    const { flags, flagValues } = shopFlags();
    const { site: _removed, ...rest } = flags;

    await writeFile(
      server.file,
      JSON.stringify({ flags: rest, flagValues: { ...flagValues, greeting: 'hey', fresh: 1 } }),
    );

    await vi.waitFor(() => expect(bob.variation('fresh')).toBe(1));
    await vi.waitFor(() => expect(bob.variation('greeting')).toBe('hey'));
    await vi.waitFor(() => expect(bob.variation('site')).toBe('unknown'));
  });

  it('gets changes through pings when it sends its user in the body', async () => {
    const bob = await connect('bob', true);

    await server.patch('search', [{ kind: 'addTargets', variation: 0, values: ['bob'] }]);

    await vi.waitFor(() => expect(bob.variation('search')).toBe(true));
    expect(server.requests.some(({ method, status }) => method === 'REPORT' && status === 200)).toBe(true);
    expect(server.requests.some(({ path }) => path.startsWith('/ping/'))).toBe(true);
  });

  it('sends events that the server accepts', async () => {
    const bob = await connect('bob');

    bob.variation('search');
    await bob.flush();

    await vi.waitFor(() => expect(server.events('summary')).toHaveLength(1));
    expect(server.events('summary')[0]).toMatchObject({
      features: { search: { counters: [{ count: 1, value: false }] } },
    });
  });
});
