import { createServer } from 'node:http';
import { InMemoryProvider, OpenFeature } from '@openfeature/web-sdk';
import { act, cleanup, render, screen } from '@testing-library/react';
import { EventSource } from 'eventsource';
import { MaintenanceProvider } from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';
import { eventStreamSource } from 'react-maintenance-mode/http';
import { serializeSnapshot } from 'react-maintenance-mode/server';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { snippetsOf } from '../docs.js';
import { startFlagServer } from '../flag-server/startFlagServer.js';
import { listen } from '../server/listen.js';
import { App as WithDevtools } from './devtools.js';
import { features } from './features.js';
import { App as ServedApp } from './firstRender.js';
import { Gates, States } from './gates.js';
import { Version3 } from './localFlags.js';
import { App as WithOpenFeature } from './openFeature.js';
import { SearchBox } from './SearchBox.js';

beforeEach(() => {
  // jsdom has none. The SDKs look for it on the window.
  vi.stubGlobal('EventSource', EventSource);
  localStorage.clear();
  // The SDKs log how they fare.
  for (const method of ['error', 'warn', 'info'] as const)
    vi.spyOn(console, method).mockImplementation(() => {});
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

/** A flag server on which search is in maintenance for Bob, until the test ends. */
async function serveFlags(): Promise<string> {
  const server = await startFlagServer({
    flags: {
      'search-maintenance': {
        key: 'search-maintenance',
        on: true,
        variations: [false, true],
        fallthrough: { variation: 0 },
        offVariation: 0,
        targets: [{ values: ['bob'], variation: 1 }],
        clientSideAvailability: { usingEnvironmentId: true },
      },
    },
  });
  onTestFinished(server.remove);
  return server.url;
}

const bob = { kind: 'user', key: 'bob' } as const;
const alice = { kind: 'user', key: 'alice' } as const;
const nowhere = 'http://127.0.0.1:9';

describe('the gates of the README', () => {
  it.each([
    ['nothing is closed', {}, ['Buy', 'All results'], ['Search is unavailable.']],
    ['search is down', { 'search-maintenance': 'down' }, ['Search is unavailable.'], ['All results']],
    ['search is degraded', { 'search-maintenance': 'degraded' }, ['Some results'], ['All results']],
    ['payments are down', { 'payments-maintenance': true }, ['All results'], ['Buy']],
  ])('show what they say when %s', (_what, flags, shown, hidden) => {
    render(
      <MaintenanceProvider features={features} source={memorySource(flags)}>
        <Gates />
      </MaintenanceProvider>,
    );

    for (const text of shown) expect(screen.getByText(text).closest('[hidden], [inert]')).toBeNull();
    for (const text of hidden) expect(screen.queryByText(text)).toBeNull();
  });

  it('are told by hooks what they show', () => {
    render(
      <MaintenanceProvider features={features} source={memorySource({ 'search-maintenance': true })}>
        <States />
      </MaintenanceProvider>,
    );

    expect(screen.getByText('down, search, ready')).toBeDefined();
  });
});

describe('the local flag server of the README', () => {
  it('tells version 3 of the SDK', async () => {
    const url = await serveFlags();

    render(<Version3 url={url} context={bob} />);

    await expectClosed();
  });

  it('tells version 4 of the SDK', async () => {
    const { App: Version4 } = await startVersion4(await serveFlags(), bob.key);

    render(<Version4 />);

    await expectClosed();
  });

  it.each([['for others'], ['where it does not answer']])('closes nothing %s', async (what) => {
    const url = what === 'for others' ? await serveFlags() : nowhere;

    const { App: Version4, client } = await startVersion4(url, alice.key);
    render(
      <>
        <Version3 url={url} context={alice} />
        <Version4 />
      </>,
    );
    await client.waitForInitialization({ timeout: 5 });

    expect(screen.getAllByRole('searchbox')).toHaveLength(2);
  });

  it('is looked at with the developer tools', async () => {
    render(<WithDevtools url={await serveFlags()} />);

    await expectClosed();
    const { shadowRoot } = document.querySelector('[data-maintenance-devtools]') ?? {};
    expect(shadowRoot?.querySelector('button')?.textContent).toContain('Maintenance');
  });
});

it('reads flags from OpenFeature, whose provider may come later', async () => {
  const on = { variants: { on: true, off: false }, defaultVariant: 'on', disabled: false };
  render(<WithOpenFeature />);
  expect(screen.getByRole('searchbox')).toBeDefined();

  await act(() => OpenFeature.setProviderAndWait(new InMemoryProvider({ 'search-maintenance': on })));
  onTestFinished(() => OpenFeature.close());

  await expectClosed();
});

describe('the endpoint of the guide', () => {
  it.each([
    ['says that search is down', () => Response.json({ 'search-maintenance': true }), 0],
    ['does not answer', () => new Response('', { status: 500 }), 1],
  ])('is asked by the page: %s', async (_what, answer, open) => {
    vi.stubGlobal(
      'fetch',
      vi.fn(async () => answer()),
    );

    vi.resetModules();
    const { polled } = await import('./polling.js');
    render(
      <MaintenanceProvider features={features} source={polled} onError={() => {}}>
        <SearchBox />
      </MaintenanceProvider>,
    );
    await vi.waitFor(() => expect(polled.status?.().state).toMatch(open ? /failed/ : /ready/));

    await vi.waitFor(() => expect(screen.queryAllByRole('searchbox')).toHaveLength(open));
  });
});

it('takes over a page whose server could not read the flags', () => {
  const written: null = JSON.parse(serializeSnapshot(undefined));

  render(<ServedApp snapshot={written} source={memorySource({})} />);

  expect(screen.getByRole('searchbox')).toBeDefined();
});

it('reads the stream that the guide shows', async () => {
  const stream = snippetsOf('stories/guides/FlagServices.mdx').find(({ code }) =>
    code.startsWith('event: put'),
  );
  const url = await listen(
    createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'access-control-allow-origin': '*' });
      response.write(stream?.code);
    }),
  );
  const source = eventStreamSource(url, { EventSource });
  const leave = source.subscribe(['search-maintenance', 'comments-maintenance'], () => {});
  onTestFinished(leave);

  await vi.waitFor(() => expect(source.get('search-maintenance')).toBe(true));
  expect(source.get('comments-maintenance')).toBe('read-only');
});

/** Loads the app of the guide, which starts its client at once, for one user. */
async function startVersion4(url: string, user: string) {
  vi.stubEnv('FLAG_SERVER', url);
  vi.stubEnv('SHOP_USER', user);
  vi.resetModules();
  const { App, client } = await import('./launchDarkly4.js');
  onTestFinished(() => client.close());
  return { App, client };
}

async function expectClosed(): Promise<void> {
  expect(await screen.findByText(/Search is unavailable/)).toBeDefined();
  expect(screen.queryByRole('searchbox')).toBeNull();
}

describe('the guide of frameworks', () => {
  it('has islands that close together, and are announced once', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    onTestFinished(() => void vi.useRealTimers());
    let closed = false;
    vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ 'search-maintenance': closed })));
    // Its source begins with the clock that it finds. Other tests may have loaded the package before, and reset modules.
    vi.resetModules();
    const { Maintenance: Island } = await import('../../stories/guides/samples/islands.js');
    const { MaintenanceGate } = await import('react-maintenance-mode');
    const island = (
      <Island>
        <MaintenanceGate feature="search" fallback="closed">
          open
        </MaintenanceGate>
      </Island>
    );
    render(island);
    render(island);
    await act(() => vi.advanceTimersByTimeAsync(1_000));

    closed = true;
    const spoken = new Set<Element>();
    for (let seconds = 0; seconds < 600 && !spoken.size; seconds += 1) {
      await act(() => vi.advanceTimersByTimeAsync(1_000));
      for (const region of screen.getAllByRole('status')) if (region.textContent) spoken.add(region);
    }

    expect(screen.getAllByText('closed')).toHaveLength(2);
    expect(spoken.size).toBe(1);
  });
});
