import { createMaintenanceStore } from 'react-maintenance-mode/core';
import { launchDarklySource } from 'react-maintenance-mode/launchdarkly/source';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

import {
  alice,
  bob,
  clientOfVersion3,
  clientOfVersion4,
  countEvaluations,
  countStreams,
  createLog,
  serveFlags,
  setForUser,
} from './launchDarklyClients.js';
import { startSlowServer } from './startSlowServer.js';

type Version = 'version 3' | 'version 4';

const search = 'search-maintenance';
const comments = 'comments-maintenance';
const open = (version: Version, url: string, log = createLog()) => {
  if (version === 'version 3') return clientOfVersion3(url, { logger: log.logger });
  const client = clientOfVersion4(url, log);
  void client.start();
  return client;
};

describe.each<Version>(['version 3', 'version 4'])('launchDarklySource with the client of %s', (version) => {
  it('follows a flag and reports its key', async () => {
    const server = await serveFlags();
    const source = launchDarklySource(open(version, server.url));
    const onChange = vi.fn();

    source.subscribe([search], onChange);
    await vi.waitFor(() => expect(server.openStreams).toBe(1));
    onChange.mockClear();
    await setForUser(server, search, 'bob', true);

    await vi.waitFor(() => expect(source.get(search)).toBe(true));
    expect(onChange.mock.calls).toEqual([[search]]);
  });

  it('reports its status only when it changes', async () => {
    const server = await serveFlags();
    const source = launchDarklySource(open(version, server.url));
    const onStatus = vi.fn(() => source.status?.().state);
    source.subscribe([search], () => {});
    source.subscribeStatus?.(onStatus);

    await vi.waitFor(() => expect(server.openStreams).toBe(1));
    await setForUser(server, search, 'bob', true);
    await vi.waitFor(() => expect(source.get(search)).toBe(true));

    expect(onStatus.mock.results.map(({ value }) => value)).toEqual(['ready']);
  });

  it('distinguishes flags whose keys are equal in camel case', async () => {
    const server = await serveFlags();
    const source = launchDarklySource(open(version, server.url));

    source.subscribe([search, 'search.maintenance'], () => {});
    await setForUser(server, 'search.maintenance', 'bob', true);

    await vi.waitFor(() => expect(source.get('search.maintenance')).toBe('degraded'));
    expect(source.get(search)).toBe(false);
  });

  it('evaluates a flag once per change, however often it is read', async () => {
    const server = await serveFlags();
    const client = open(version, server.url);
    const source = launchDarklySource(client);
    const read = () => [1, 2, 3].map(() => source.get(search));

    read();
    source.subscribe([search], read);
    source.subscribe([search, comments], read);
    source.subscribeStatus?.(read);
    await vi.waitFor(() => expect(server.openStreams).toBe(1));
    await setForUser(server, search, 'bob', true);
    await vi.waitFor(() => expect(read()).toEqual([true, true, true]));
    await client.flush();

    await vi.waitFor(() => expect(countEvaluations(server, search)).toBeGreaterThan(0));
    expect(countEvaluations(server, search)).toBe(2);
    expect(countEvaluations(server, 'unrelated')).toBe(0);
  });

  it('opens one stream, and closes it after the last listener', async () => {
    const server = await serveFlags();
    const client = open(version, server.url);
    const on = vi.spyOn(client, 'on');
    const off = vi.spyOn(client, 'off');
    const source = launchDarklySource(client);

    const ends = [source.subscribe([search], () => {}), source.subscribeStatus?.(() => {})];
    await vi.waitFor(() => expect(server.openStreams).toBe(1));
    for (const end of ends) end?.();

    await vi.waitFor(() => expect(server.openStreams).toBe(0));
    expect(countStreams(server)).toBe(1);
    expect(off.mock.calls.map(String).sort()).toEqual(on.mock.calls.map(String).sort());
  });

  it('opens one stream if listeners subscribe during the start', async () => {
    const server = await serveFlags();
    const slow = await startSlowServer(server.url);
    const client = open(version, slow.url);
    await vi.waitFor(() => expect(slow.paths).toHaveLength(1));
    const source = launchDarklySource(client);

    source.subscribe([search], () => {});
    slow.release();
    await vi.waitFor(() => expect(server.openStreams).toBe(1));

    expect(source.get(search)).toBe(false);
    expect(slow.paths.filter((path) => path.startsWith('/eval/'))).toHaveLength(1);
  });

  it('follows another user who signs in, in one change', async () => {
    const server = await serveFlags();
    await setForUser(server, search, 'alice', true);
    await setForUser(server, comments, 'alice', true);
    const client = open(version, server.url);
    const source = launchDarklySource(client);
    const onChange = vi.fn();
    source.subscribe([search, comments], onChange);
    await vi.waitFor(() => expect(source.status?.().state).toBe('ready'));
    await vi.waitFor(() => expect(server.openStreams).toBe(1));
    onChange.mockClear();

    await client.identify(alice);

    expect(source.get(search)).toBe(true);
    expect(source.get(comments)).toEqual({ mode: 'read-only', message: 'Moving.' });
    expect(onChange.mock.calls).toEqual([[undefined]]);
    await vi.waitFor(() => expect(server.openStreams).toBe(1));
    await setForUser(server, search, 'alice', false);
    await vi.waitFor(() => expect(source.get(search)).toBe(false));
  });

  it('reports nothing if another user has the same flags', async () => {
    const server = await serveFlags();
    const client = open(version, server.url);
    const source = launchDarklySource(client);
    const onChange = vi.fn();
    source.subscribe([search], onChange);
    await vi.waitFor(() => expect(server.openStreams).toBe(1));
    onChange.mockClear();

    await client.identify(alice);
    await vi.waitFor(() => expect(countStreams(server)).toBe(2));
    await vi.waitFor(() => expect(server.openStreams).toBe(1));

    expect(onChange).not.toHaveBeenCalled();
  });

  it('reopens a stream that was cut, and reads the changes of the meantime', async () => {
    const server = await serveFlags();
    const source = launchDarklySource(open(version, server.url));
    source.subscribe([search], () => {});
    await vi.waitFor(() => expect(server.openStreams).toBe(1));

    await server.stop();
    expect(source.get(search)).toBe(false);
    await server.start();
    await setForUser(server, search, 'bob', true);

    await vi.waitFor(() => expect(source.get(search)).toBe(true), 5000);
  });

  it('keeps the last state while the server is unavailable', async () => {
    const server = await serveFlags();
    await setForUser(server, search, 'bob', true);
    const source = launchDarklySource(open(version, server.url));
    const onChange = vi.fn();
    source.subscribe([search], onChange);
    await vi.waitFor(() => expect(server.openStreams).toBe(1));
    onChange.mockClear();

    await server.stop();

    expect(source.get(search)).toBe(true);
    expect(onChange).not.toHaveBeenCalled();
  });

  it('has failed while the server is unavailable, and recovers with it', { timeout: 15_000 }, async () => {
    const server = await serveFlags();
    await setForUser(server, search, 'bob', true);
    await server.stop();
    const source = launchDarklySource(open(version, server.url));
    const onStatus = vi.fn();
    source.subscribe([search], () => {});
    source.subscribeStatus?.(onStatus);
    expect(source.status?.()).toEqual({ state: 'pending' });

    await vi.waitFor(() => expect(source.status?.().state).toBe('failed'), 8000);
    expect(source.get(search)).toBeUndefined();
    await server.start();

    await vi.waitFor(() => expect(source.get(search)).toBe(true), 8000);
    expect(source.status?.()).toEqual({ state: 'ready' });
    expect(server.openStreams).toBe(1);
  });

  it('evaluates no flag before the first answer, so that the SDK does not warn', async () => {
    const server = await serveFlags();
    const log = createLog();
    const client = open(version, server.url, log);
    const source = launchDarklySource(client);

    expect(source.get(search)).toBeUndefined();
    source.subscribe([search], () => {});
    expect(source.get(search)).toBeUndefined();
    await vi.waitFor(() => expect(source.get(search)).toBe(false));
    await client.flush();

    await vi.waitFor(() => expect(countEvaluations(server, search)).toBe(1));
    expect(log.lines).toEqual([]);
  });

  it('reads an initialised client at once', async () => {
    const server = await serveFlags();
    await setForUser(server, search, 'bob', true);
    const client = open(version, server.url);
    await client.waitForInitialization(version === 'version 3' ? 5 : undefined);

    const source = launchDarklySource(client);

    expect(source.get(search)).toBe(true);
    expect(source.status?.()).toEqual({ state: 'ready' });
  });

  it('reads flags as soon as a slow server answers', async () => {
    const server = await serveFlags();
    const slow = await startSlowServer(server.url);
    const source = launchDarklySource(open(version, slow.url));
    const onChange = vi.fn();
    source.subscribe([search], onChange);
    await vi.waitFor(() => expect(slow.paths).toHaveLength(1));
    expect(source.status?.()).toEqual({ state: 'pending' });
    expect(onChange).not.toHaveBeenCalledWith(search);

    slow.release();

    await vi.waitFor(() => expect(source.get(search)).toBe(false));
    expect(source.status?.()).toEqual({ state: 'ready' });
  });

  it('starts again after a time without listeners', async () => {
    const server = await serveFlags();
    const source = launchDarklySource(open(version, server.url));
    source.subscribe([search], () => {})();
    const end = source.subscribe([search], () => {});
    await vi.waitFor(() => expect(source.get(search)).toBe(false));
    await vi.waitFor(() => expect(server.openStreams).toBe(1));
    end();
    await vi.waitFor(() => expect(server.openStreams).toBe(0));
    await setForUser(server, search, 'bob', true);
    expect(source.get(search)).toBe(false);

    source.subscribe([search], () => {});

    await vi.waitFor(() => expect(source.get(search)).toBe(true));
    expect(server.openStreams).toBe(1);
  });

  it('serves the subscribers of two stores separately', async () => {
    const server = await serveFlags();
    const source = launchDarklySource(open(version, server.url));
    const [first, second] = [vi.fn(), vi.fn()];
    const end = source.subscribe([search], first);
    source.subscribe([search], second);
    await vi.waitFor(() => expect(server.openStreams).toBe(1));
    end();
    first.mockClear();

    await setForUser(server, search, 'bob', true);

    await vi.waitFor(() => expect(second).toHaveBeenLastCalledWith(search));
    expect(first).not.toHaveBeenCalled();
  });

  describe('when another user signs in', () => {
    /** A store for Bob, whose search is down for a reopening of ten minutes, and a page of whose API was refused. */
    async function openForBob() {
      const server = await serveFlags();
      await setForUser(server, search, 'bob', true);
      const client = open(version, server.url);
      const source = launchDarklySource(client);
      const store = createMaintenanceStore({ source });
      store.subscribe(search, () => {});
      onTestFinished(store.start());
      await vi.waitFor(() => expect(store.get(search).mode).toBe('down'));
      await vi.waitFor(() => expect(server.openStreams).toBe(1));
      store.reportUnavailable('payments', { id: 'refused', mode: 'down' }, Date.now() + 3_600_000);
      return { server, client, source, store };
    }

    it('drops the flags of the previous user', async () => {
      const { client, store } = await openForBob();

      await client.identify(alice);

      expect(store.get('payments').mode).toBe('none');
      expect(store.get(search).phase).toBe('none');
      expect(store.getUserChanges()).toBe(1);
      expect(store.getStatus()).toEqual({ state: 'ready' });
    });

    it('drops a refusal even if no flag differs', async () => {
      const { client, store } = await openForBob();
      await client.identify(alice);
      store.reportUnavailable('payments', { id: 'refused', mode: 'down' }, Date.now() + 3_600_000);

      await client.identify({ kind: 'user', key: 'carol' });

      expect(store.get('payments').mode).toBe('none');
    });

    it('shows no flags of the previous user while the service is slow', async () => {
      const { server, client, store } = await openForBob();
      const seen = vi.fn();
      store.subscribeStatus(() => seen(store.getStatus().state, store.get(search).phase));

      const identified = client.identify(alice);
      await vi.waitFor(() => expect(seen).toHaveBeenCalled());

      expect(seen.mock.calls[0]).toEqual(['pending', 'none']);
      await identified;
      await setForUser(server, search, 'alice', true);
      await vi.waitFor(() => expect(store.get(search).mode).toBe('down'));
    });

    it('shows no flags of the previous user while the service is unavailable', async () => {
      const { server, client, source, store } = await openForBob();
      await server.stop();

      await client.identify(alice).then(undefined, () => undefined);

      expect(source.get(search)).toBeUndefined();
      expect(store.get(search).phase).toBe('none');
      expect(store.getStatus().state).not.toBe('ready');
    });

    it('shows the flags of the next user when the service is back, even if they are the same', async () => {
      const { server, client, store } = await openForBob();
      await setForUser(server, search, 'alice', true);
      await server.stop();
      await client.identify(alice).then(undefined, () => undefined);
      expect(store.get(search).phase).toBe('none');

      await server.start();
      // Version 3 stays with Bob until the app asks again.
      if (version === 'version 3') await client.identify(alice);

      await vi.waitFor(() => expect(store.get(search).mode).toBe('down'), 10_000);
      expect(store.getStatus()).toEqual({ state: 'ready' });
    });

    it('counts an anonymous visitor who signs in as another user, and keeps a number as key', async () => {
      const { client, store } = await openForBob();

      // The types of both versions require a key, but apps call them from JavaScript, with numbers of a database.
      await client.identify({ kind: 'user', anonymous: true } as unknown as typeof bob);
      expect(store.getUserChanges()).toBe(1);
      await client.identify({ kind: 'user', key: 'alice' });
      expect(store.getUserChanges()).toBe(2);
      await client.identify({ key: 42 } as unknown as typeof bob);
      await vi.waitFor(() => expect(store.getStatus()).toEqual({ state: 'ready' }));

      expect(store.getUserChanges()).toBe(3);
    });

    it('keeps everything if the same user is identified with other attributes', async () => {
      const { client, store } = await openForBob();

      await client.identify({ ...bob, plan: 'premium' });

      expect(store.get(search).mode).toBe('down');
      expect(store.get('payments').mode).toBe('down');
      expect(store.getUserChanges()).toBe(0);
    });

    it('shows the flags of the last of several users', async () => {
      const { client, store } = await openForBob();

      await Promise.allSettled([
        client.identify(alice),
        client.identify({ kind: 'user', key: 'carol' }),
        client.identify(bob),
      ]);

      await vi.waitFor(() => expect(store.get(search).mode).toBe('down'));
      expect(store.get('payments').mode).toBe('none');
    });

    it('distinguishes organizations', async () => {
      const { client, store } = await openForBob();
      const multi = (organization: string) =>
        // Each version has a type of its own for it.
        ({
          kind: 'multi',
          user: { key: 'bob' },
          organization: { key: organization },
        }) as unknown as typeof bob;

      await client.identify(multi('a'));
      expect(store.getUserChanges()).toBe(1);
      await client.identify(multi('b'));

      expect(store.getUserChanges()).toBe(2);
    });
  });
});
