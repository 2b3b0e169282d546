import { launchDarklySource } from 'react-maintenance-mode/launchdarkly/source';
import { describe, expect, it, vi } from 'vitest';

import {
  clientOfVersion3,
  clientOfVersion4,
  countEvaluations,
  countStreams,
  createLog,
  serveFlags,
  setForUser,
} from './launchDarklyClients.js';

const search = 'search-maintenance';

describe('the client of version 3', () => {
  it.each([undefined, true, false])('recovers from a failed start with streaming: %s', async (streaming) => {
    const server = await serveFlags();
    await server.stop();
    const client = clientOfVersion3(server.url, streaming === undefined ? {} : { streaming });
    const source = launchDarklySource(client);
    const end = source.subscribe([search], () => {});
    await vi.waitFor(() => expect(source.status?.().state).toBe('failed'));

    await server.start();

    await vi.waitFor(() => expect(source.get(search)).toBe(false));
    await vi.waitFor(() => expect(server.openStreams).toBe(1));
    end();
    await vi.waitFor(() => expect(server.openStreams).toBe(0));
  });

  it('is ready for listeners that subscribe after it recovered', async () => {
    const server = await serveFlags();
    await server.stop();
    const client = clientOfVersion3(server.url);
    const before = launchDarklySource(client);
    const end = before.subscribe([search], () => {});
    await vi.waitFor(() => expect(before.status?.().state).toBe('failed'));
    await server.start();
    await vi.waitFor(() => expect(before.get(search)).toBe(false));
    end();

    const after = launchDarklySource(client);
    after.subscribe([search], () => {});
    await vi.waitFor(() => expect(server.openStreams).toBe(1));

    expect(after.status?.()).toEqual({ state: 'ready' });
    await setForUser(server, search, 'bob', true);
    await vi.waitFor(() => expect(after.get(search)).toBe(true));
  });

  it('opens no stream if the app disabled streaming', async () => {
    const server = await serveFlags();
    const client = clientOfVersion3(server.url, { streaming: false });
    const source = launchDarklySource(client);

    source.subscribe([search], () => {});
    await vi.waitFor(() => expect(source.get(search)).toBe(false));
    await client.flush();
    await vi.waitFor(() => expect(countEvaluations(server, search)).toBe(1));

    expect(countStreams(server)).toBe(0);
  });

  it('reads bootstrap flags while the server is unavailable', async () => {
    const server = await serveFlags();
    await server.stop();
    const log = createLog();
    const bootstrap = {
      [search]: true,
      $flagsState: { [search]: { version: 1, variation: 0 } },
      $valid: true,
    };

    const source = launchDarklySource(clientOfVersion3(server.url, { bootstrap, logger: log.logger }));

    expect(source.get(search)).toBe(true);
    expect(source.status?.()).toEqual({ state: 'ready' });
    source.subscribe([search], () => {});
    expect(log.lines).toEqual([]);
    await server.start();
    await vi.waitFor(() => expect(source.get(search)).toBe(false));
  });
});

describe('the client of version 4', () => {
  it('reads bootstrap flags while the server is unavailable', async () => {
    const server = await serveFlags();
    await server.stop();
    const log = createLog();
    const client = clientOfVersion4(server.url, log);
    const bootstrap = {
      [search]: true,
      $flagsState: { [search]: { version: 1, variation: 0 } },
      $valid: true,
    };
    void client.start({ bootstrap });

    const source = launchDarklySource(client);

    expect(source.get(search)).toBe(true);
    expect(source.status?.()).toEqual({ state: 'ready' });
    expect(log.lines).toEqual([]);
    source.subscribe([search], () => {});
    await server.start();
    await vi.waitFor(() => expect(source.get(search)).toBe(false));
  });

  it('waits for a client that the app starts later', async () => {
    const server = await serveFlags();
    const client = clientOfVersion4(server.url);
    const source = launchDarklySource(client);
    source.subscribe([search], () => {});
    expect(source.status?.()).toEqual({ state: 'pending' });

    await client.start();

    await vi.waitFor(() => expect(source.get(search)).toBe(false));
    await vi.waitFor(() => expect(server.openStreams).toBe(1));
  });

  it('shows the flags of the last visit while the server is unavailable', { timeout: 15_000 }, async () => {
    const server = await serveFlags();
    await setForUser(server, search, 'bob', true);
    const visit = clientOfVersion4(server.url);
    await visit.start();
    await vi.waitFor(() => expect(Object.values(localStorage).join()).toContain(search));
    await visit.close();
    await server.stop();
    const client = clientOfVersion4(server.url);
    void client.start();

    const source = launchDarklySource(client);
    source.subscribe([search], () => {});

    await vi.waitFor(() => expect(source.get(search)).toBe(true));
    await vi.waitFor(() => expect(source.status?.().state).toBe('failed'), 8000);
    expect(source.get(search)).toBe(true);
    await server.start();
    await vi.waitFor(() => expect(source.status?.().state).toBe('ready'), 8000);
    expect(source.get(search)).toBe(true);
  });
});
