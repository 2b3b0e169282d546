import { writeFile } from 'node:fs/promises';

import { init, type LDClient } from '@launchdarkly/node-server-sdk';
import { createMaintenanceHandler, launchDarklyFlags } from 'react-maintenance-mode/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { features } from '../server/shop.js';
import { shopFlags } from './flagData.js';
import { startFlagServer, type TestFlagServer } from './startFlagServer.js';

let server: TestFlagServer;
const clients: LDClient[] = [];
const silent = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() };

beforeEach(async () => {
  server = await startFlagServer(shopFlags());
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.remove();
});

async function connect(stream: boolean): Promise<LDClient> {
  const { url } = server;
  const client = init('any-sdk-key', {
    baseUri: url,
    streamUri: url,
    eventsUri: url,
    stream,
    streamInitialReconnectDelay: 0.05,
    logger: silent,
    diagnosticOptOut: true,
  });
  clients.push(client);
  await client.waitForInitialization({ timeout: 10 });
  return client;
}

const bob = { kind: 'user', key: 'bob' };
const ann = { kind: 'user', key: 'ann' };

describe.each([
  ['by stream', true],
  ['by polling', false],
])("LaunchDarkly's server SDK, %s", (_how, stream) => {
  it('evaluates flags as the REST API does, including flags that browsers may not see', async () => {
    const client = await connect(stream);
    const served = await fetch(`${server.url}/api/v2/projects/default/environments/local/flags/evaluate`, {
      method: 'POST',
      body: JSON.stringify(bob),
    });
    const { items }: { items: { key: string; _value: unknown }[] } = await served.json();

    const values = await Promise.all(items.map(({ key }) => client.variation(key, bob, 'unknown')));

    expect(items.length).toBeGreaterThan(3);
    expect(values).toEqual(items.map(({ _value }) => _value));
  });

  it('can send its events', async () => {
    const client = await connect(stream);
    client.identify(bob);

    await client.flush();

    await expect.poll(() => server.requests.find(({ path }) => path === '/bulk')?.status).toBe(202);
  });
});

describe("LaunchDarkly's server SDK, by stream", () => {
  it('gets a change by REST, an edit without a new version, and the removal of a flag', async () => {
    const client = await connect(true);
    expect(await client.variation('search', ann, 'unknown')).toBe(false);

    await server.patch('search', [{ kind: 'addTargets', variation: 0, values: ['ann'] }]);
    await expect.poll(() => client.variation('search', ann, 'unknown')).toBe(true);

    await writeFile(server.file, JSON.stringify({ flagValues: { search: 'edited' } }));
    await expect.poll(() => client.variation('search', ann, 'unknown')).toBe('edited');
    await writeFile(server.file, JSON.stringify({ flagValues: { other: 1 } }));
    await expect.poll(() => client.variation('search', ann, 'unknown')).toBe('unknown');
    await writeFile(server.file, JSON.stringify({ flagValues: { search: 'again' } }));
    await expect.poll(() => client.variation('search', ann, 'unknown')).toBe('again');
  });

  it('gets the changes that it missed while it was disconnected', async () => {
    const client = await connect(true);
    await server.stop();
    await writeFile(server.file, JSON.stringify({ flagValues: { search: 'later' } }));

    await server.start();

    await expect.poll(() => client.variation('search', ann, 'unknown'), { timeout: 10_000 }).toBe('later');
  });

  it('refuses requests of one user with our handler, as the server guide shows', async () => {
    const flags = {
      flagValues: Object.fromEntries(Object.values(features).map(({ flag }) => [flag, false])),
    };
    await writeFile(server.file, JSON.stringify(flags));
    const client = await connect(true);
    const { flag } = features.search;
    await expect.poll(() => client.variation(flag, bob, 'unknown')).toBe(false);
    const handler = createMaintenanceHandler({
      features,
      readFlags: launchDarklyFlags(client, ({ headers }) => ({
        kind: 'user',
        key: headers.get('x-user') ?? 'nobody',
      })),
      failure: 'closed',
      routes: { '/search': 'search' },
    });
    const statusOf = async (user: string): Promise<number> =>
      (await handler(new Request('https://shop.example/search', { headers: { 'x-user': user } }))).response
        ?.status ?? 200;
    expect([await statusOf('bob'), await statusOf('ann')]).toEqual([200, 200]);

    await server.patch(flag, [{ kind: 'addTargets', variation: 0, values: ['bob'] }, { kind: 'turnFlagOn' }]);

    await expect.poll(() => statusOf('bob')).toBe(503);
    expect(await statusOf('ann')).toBe(200);
  });
});

it('answers 304 to a polling SDK when nothing changed', async () => {
  const first = await fetch(`${server.url}/sdk/latest-all`);
  const tag = first.headers.get('etag') ?? '';

  const second = await fetch(`${server.url}/sdk/latest-all`, { headers: { 'if-none-match': tag } });
  await server.patch('search', [{ kind: 'turnFlagOff' }]);
  const third = await fetch(`${server.url}/sdk/latest-all`, { headers: { 'if-none-match': tag } });

  expect([first.status, second.status, third.status]).toEqual([200, 304, 200]);
  expect(await second.text()).toBe('');
});
