import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { memorySource } from 'react-maintenance-mode/core';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { SWRConfig } from 'swr';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let server: Server;
/** What the app sends, and what the API is asked for, in order. */
let sent: string[];
let asked: (string | undefined)[];
/** The flags as the server reads them. */
let serverFlags: Record<string, unknown>;
/** How often the app behind the middleware fails before it answers. */
let failures: number;
/** How often a library decided to ask again because of an error. */
let retries: number;

beforeEach(async () => {
  // The samples keep their store in a module, as an app does: each test is a new tab.
  vi.resetModules();
  sent = [];
  asked = [];
  serverFlags = {};
  failures = 0;
  retries = 0;
  const { features } = await import('../../../stories/guides/samples/api.js');
  const maintenance = maintenanceMiddleware({
    features,
    readFlags: () => serverFlags,
    failure: 'open',
    routes: { '/api/search/*': 'search' },
  });
  server = createServer((request, response) => {
    asked.push(request.url);
    maintenance(request, response, () => {
      response.statusCode = failures > 0 ? 500 : 200;
      failures -= 1;
      response.end('{"found":3}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { fetch } = globalThis;
  vi.stubGlobal('fetch', (path: string, init?: RequestInit) => {
    sent.push(path);
    return fetch(new URL(path, own), init);
  });
  vi.resetModules();
});

afterEach(async () => {
  cleanup();
  vi.unstubAllGlobals();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** What a user of each library has around the app, with retries that come at once and are counted. */
const libraries = {
  'TanStack Query': {
    sample: () => import('../../../stories/guides/samples/tanstackQuery.js'),
    around(app: ReactNode) {
      const client = new QueryClient({ defaultOptions: { queries: { retryDelay: 1 } } });
      client.getQueryCache().subscribe((event) => {
        if (event.type === 'updated' && event.action.type === 'failed') retries += 1;
      });
      return <QueryClientProvider client={client}>{app}</QueryClientProvider>;
    },
  },
  SWR: {
    sample: () => import('../../../stories/guides/samples/swr.js'),
    around(app: ReactNode) {
      const retryAtOnce = (
        _error: unknown,
        _key: string,
        _config: unknown,
        revalidate: (options: { retryCount: number }) => unknown,
        options: { retryCount: number },
      ): void => {
        retries += 1;
        void revalidate(options);
      };
      const value = { provider: () => new Map(), dedupingInterval: 0, onErrorRetry: retryAtOnce };
      return <SWRConfig value={value}>{app}</SWRConfig>;
    },
  },
};

describe.each(Object.entries(libraries))('the sample for %s', (_, { sample, around }) => {
  /** Opens the app in a tab of its own. */
  async function open(flags: Record<string, unknown> = {}) {
    const { store } = await import('../../../stories/guides/samples/api.js');
    const { MaintenanceProvider } = await import('react-maintenance-mode');
    const { useSearch } = await sample();
    const source = memorySource(flags);
    const Results = (): ReactNode => {
      const { data, error } = useSearch('red shoes');
      return <p role="status">{JSON.stringify(data ?? (error ? 'failed' : 'asking'))}</p>;
    };
    render(
      around(
        <MaintenanceProvider store={store} source={source}>
          <Results />
        </MaintenanceProvider>,
      ),
    );
    return { source, store };
  }

  const shown = (text: string) => screen.findByText(text);

  it('shows the answers of the API', async () => {
    await open();

    await shown('{"found":3}');
    expect(asked).toEqual(['/api/search?words=red%20shoes']);
  });

  it('does not repeat refused requests until the feature is open', async () => {
    serverFlags = { 'search-maintenance': true };
    const { source, store } = await open();
    await vi.waitFor(() => expect(store.get('search').canRead).toBe(false));
    source.set('search-maintenance', true);
    serverFlags = {};
    expect(asked).toHaveLength(1);

    source.set('search-maintenance', false);

    await shown('{"found":3}');
    expect(asked).toHaveLength(2);
    expect(retries).toBe(0);
  });

  it('sends nothing while the feature is closed', async () => {
    const { source } = await open({ 'search-maintenance': true });
    await shown('"asking"');
    expect(sent).toEqual([]);

    source.set('search-maintenance', false);

    await shown('{"found":3}');
    expect(asked).toHaveLength(1);
  });

  it('repeats a request after an error that is not a refusal', async () => {
    failures = 2;
    await open();

    await shown('{"found":3}');
    expect(asked).toHaveLength(3);
    expect(retries).toBe(2);
  });
});
