import { cleanup, render, screen, waitFor } from '@testing-library/react';
import {
  asyncWithLDProvider,
  LDProvider,
  reactSdkContextFactory,
  useLDClient,
  type LDClient,
} from 'launchdarkly-react-client-sdk';
import { Profiler, StrictMode, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import {
  defineFeatures,
  MaintenanceProvider,
  takeSnapshot,
  type FlagSource,
  useMaintenance,
  useSourceStatus,
} from 'react-maintenance-mode';
import { LaunchDarklyMaintenanceProvider } from 'react-maintenance-mode/launchdarkly';
import { launchDarklySource } from 'react-maintenance-mode/launchdarkly/source';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import {
  alice,
  bob,
  clientOfVersion3,
  clientOfVersion4,
  countStreams,
  optionsOfVersion3,
  serveFlags,
  setForUser,
} from './launchDarklyClients.js';

afterEach(cleanup);

const flag = 'search-maintenance';
const features = defineFeatures({ search: { flag } });

function Search({ seen }: { seen?: (mode: string) => void }): ReactNode {
  const { mode } = useMaintenance('search');
  seen?.(mode);
  return <p data-testid="state">{mode}</p>;
}

/** `LDProvider` closes no client, so that a test has to. */
function CloseClient({ clients }: { clients: Set<LDClient> }): ReactNode {
  const client = useLDClient();
  if (client) clients.add(client);
  return null;
}

function closeWithTest(): Set<LDClient> {
  const clients = new Set<LDClient>();
  onTestFinished(async () => void (await Promise.all([...clients].map((client) => client.close()))));
  return clients;
}

describe('LaunchDarklyMaintenanceProvider', () => {
  it('wraps its source once, however often it renders', async () => {
    const server = await serveFlags();
    const clients = closeWithTest();
    const sources: FlagSource[] = [];
    const App = () => (
      <LDProvider clientSideID="local" context={bob} options={optionsOfVersion3(server.url)}>
        <CloseClient clients={clients} />
        <LaunchDarklyMaintenanceProvider
          features={features}
          wrapSource={(source) => {
            sources.push(source);
            return { ...source, get: (key) => (source.get(key) === true ? 'read-only' : false) };
          }}
        >
          <Search />
        </LaunchDarklyMaintenanceProvider>
      </LDProvider>
    );
    const { rerender } = render(<App />);
    await waitFor(() => expect(server.openStreams).toBe(1));

    await setForUser(server, flag, 'bob', true);
    await waitFor(() => expect(screen.getByTestId('state').textContent).toBe('read-only'));
    rerender(<App />);

    expect(sources).toHaveLength(1);
    expect(screen.getByTestId('state').textContent).toBe('read-only');
  });

  it('follows the flags of the LDProvider above it, and another user', async () => {
    const server = await serveFlags();
    const clients = closeWithTest();
    render(
      <LDProvider clientSideID="local" context={bob} options={optionsOfVersion3(server.url)}>
        <CloseClient clients={clients} />
        <LaunchDarklyMaintenanceProvider features={features}>
          <Search />
        </LaunchDarklyMaintenanceProvider>
      </LDProvider>,
    );
    await waitFor(() => expect(server.openStreams).toBe(1));
    expect(screen.getByTestId('state').textContent).toBe('none');

    await setForUser(server, flag, 'bob', true);
    await waitFor(() => expect(screen.getByTestId('state').textContent).toBe('down'));

    const [client] = clients;
    await client?.identify(alice);
    await waitFor(() => expect(screen.getByTestId('state').textContent).toBe('none'));
  });

  it('rerenders nothing if the client becomes ready and no value changed', async () => {
    const server = await serveFlags();
    const clients = closeWithTest();
    const seen = vi.fn();
    const Status = () => <p>{useSourceStatus().state}</p>;
    render(
      <LDProvider clientSideID="local" context={bob} options={optionsOfVersion3(server.url)}>
        <CloseClient clients={clients} />
        <LaunchDarklyMaintenanceProvider features={features}>
          <Search seen={seen} />
          <Status />
        </LaunchDarklyMaintenanceProvider>
      </LDProvider>,
    );

    await screen.findByText('ready');
    await waitFor(() => expect(server.openStreams).toBe(1));

    expect(seen.mock.calls).toEqual([['none']]);
  });

  it('is correct at the first render with asyncWithLDProvider', async () => {
    const server = await serveFlags();
    await setForUser(server, flag, 'bob', true);
    const client = clientOfVersion3(server.url);
    const Ready = await asyncWithLDProvider({ clientSideID: 'local', ldClient: client, timeout: 5 });
    const seen = vi.fn();

    render(
      <Ready>
        <LaunchDarklyMaintenanceProvider features={features} pending="hold">
          <Search seen={seen} />
        </LaunchDarklyMaintenanceProvider>
      </Ready>,
    );
    await waitFor(() => expect(server.openStreams).toBe(1));

    expect(seen.mock.calls).toEqual([['down']]);
  });

  it('is correct at the first render with bootstrap flags', async () => {
    const server = await serveFlags();
    await setForUser(server, flag, 'bob', true);
    const clients = closeWithTest();
    const bootstrap = { [flag]: true, $flagsState: { [flag]: { version: 1, variation: 0 } }, $valid: true };
    const seen = vi.fn();
    const app = (
      <LDProvider
        clientSideID="local"
        context={bob}
        options={{ ...optionsOfVersion3(server.url), bootstrap }}
      >
        <CloseClient clients={clients} />
        <LaunchDarklyMaintenanceProvider
          features={features}
          snapshot={takeSnapshot({ features, flags: bootstrap })}
        >
          <Search seen={seen} />
        </LaunchDarklyMaintenanceProvider>
      </LDProvider>
    );
    expect(renderToString(app)).toContain('down');
    seen.mockClear();

    render(app);
    await waitFor(() => expect(server.openStreams).toBe(1));
    expect(seen.mock.calls).toEqual([['down']]);

    await setForUser(server, flag, 'bob', false);
    await waitFor(() => expect(screen.getByTestId('state').textContent).toBe('none'));
    expect(seen.mock.calls).toEqual([['down'], ['none']]);
  });

  it('adds no stream and no client in StrictMode', async () => {
    const server = await serveFlags();
    const client = clientOfVersion3(server.url);
    const listeners = countListeners(client);
    const { unmount } = render(
      <StrictMode>
        <LDProvider clientSideID="local" ldClient={client}>
          <LaunchDarklyMaintenanceProvider features={features}>
            <Search />
          </LaunchDarklyMaintenanceProvider>
        </LDProvider>
      </StrictMode>,
    );
    await waitFor(() => expect(server.openStreams).toBe(1));
    await setForUser(server, flag, 'bob', true);
    await waitFor(() => expect(screen.getByTestId('state').textContent).toBe('down'));
    unmount();

    // LDProvider takes neither of its own two away.
    await waitFor(() => expect(listeners.count('change')).toBe(2));
    expect(listeners.count()).toBe(2);
    expect(countStreams(server)).toBe(1);
  });

  it('finds the client of an LDProvider with its own React context', async () => {
    const server = await serveFlags();
    await setForUser(server, flag, 'bob', true);
    const reactContext = reactSdkContextFactory();

    render(
      <LDProvider
        clientSideID="local"
        ldClient={clientOfVersion3(server.url)}
        reactOptions={{ reactContext }}
      >
        <LaunchDarklyMaintenanceProvider features={features} reactContext={reactContext}>
          <Search />
        </LaunchDarklyMaintenanceProvider>
      </LDProvider>,
    );

    await waitFor(() => expect(screen.getByTestId('state').textContent).toBe('down'));
  });

  it('is open outside of an LDProvider', () => {
    render(
      <LaunchDarklyMaintenanceProvider features={features}>
        <Search />
      </LaunchDarklyMaintenanceProvider>,
    );

    expect(screen.getByTestId('state').textContent).toBe('none');
  });
});

describe.each(['version 3', 'version 4'])('a provider with the client of %s, in StrictMode', (version) => {
  it('opens one stream and removes all listeners', async () => {
    const server = await serveFlags();
    const client =
      version === 'version 3' ? clientOfVersion3(server.url) : startedClientOfVersion4(server.url);
    const listeners = countListeners(client);
    const source = launchDarklySource(client);
    const onRender = vi.fn();

    const { unmount } = render(
      <StrictMode>
        <MaintenanceProvider source={source} features={features}>
          <Profiler id="search" onRender={onRender}>
            <Search />
          </Profiler>
        </MaintenanceProvider>
      </StrictMode>,
    );
    await waitFor(() => expect(server.openStreams).toBe(1));
    expect(listeners.count('change')).toBe(1);
    expect(onRender).toHaveBeenCalledTimes(1);
    await setForUser(server, flag, 'bob', true);
    await waitFor(() => expect(screen.getByTestId('state').textContent).toBe('down'));
    expect(onRender).toHaveBeenCalledTimes(2);
    unmount();

    await waitFor(() => expect(server.openStreams).toBe(0));
    expect(countStreams(server)).toBe(1);
    expect(listeners.count()).toBe(0);
  });

  it('rerenders nothing for another user with the same flags', async () => {
    const server = await serveFlags();
    const client =
      version === 'version 3' ? clientOfVersion3(server.url) : startedClientOfVersion4(server.url);
    const source = launchDarklySource(client);
    const onRender = vi.fn();
    render(
      <MaintenanceProvider source={source} features={features}>
        <Profiler id="search" onRender={onRender}>
          <Search />
        </Profiler>
      </MaintenanceProvider>,
    );
    await waitFor(() => expect(server.openStreams).toBe(1));

    await client.identify(alice);
    await waitFor(() => expect(countStreams(server)).toBe(2));
    await waitFor(() => expect(server.openStreams).toBe(1));

    expect(onRender).toHaveBeenCalledTimes(1);
  });
});

function startedClientOfVersion4(url: string): ReturnType<typeof clientOfVersion4> {
  const client = clientOfVersion4(url);
  void client.start();
  return client;
}

interface Emitter {
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}

/** Counts the listeners that are put on a client from now on. */
function countListeners(client: unknown): { count: (event?: string) => number } {
  // Both SDKs' clients have these two, with types of their own.
  const emitter = client as Emitter;
  const listeners: { event: string; listener: () => void }[] = [];
  const { on, off } = emitter;
  emitter.on = (event, listener) => {
    listeners.push({ event, listener });
    on(event, listener);
  };
  emitter.off = (event, listener) => {
    const index = listeners.findIndex((one) => one.event === event && one.listener === listener);
    if (index >= 0) listeners.splice(index, 1);
    off(event, listener);
  };
  return { count: (event) => listeners.filter((one) => event === undefined || one.event === event).length };
}
