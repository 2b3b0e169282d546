import 'fake-indexeddb/auto';
import { gql } from '@apollo/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { memorySource } from 'react-maintenance-mode/core';
import { MaintenanceProvider } from 'react-maintenance-mode';
import { createMaintenanceHandler } from 'react-maintenance-mode/server';
import {
  createMemoryRouter,
  createStaticHandler,
  RouterContextProvider,
  RouterProvider,
  type MiddlewareFunction,
} from 'react-router';
import type { ReactNode } from 'react';

/** What the server's flags say, and what was sent to it. */
let serverFlags: Record<string, unknown>;
let sent: string[];

// A shared machine may be slow for a moment.
configure({ asyncUtilTimeout: 10_000 });

beforeEach(() => {
  // Each test is a new tab: the samples keep their store in a module, as an app does.
  vi.resetModules();
  serverFlags = { 'search-maintenance': true, 'comments-maintenance': true };
  sent = [];
  vi.stubGlobal('fetch', answer);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** The API, behind the real refusals of this package. */
async function answer(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input instanceof URL ? input.href : input, init && { ...init, signal: null });
  sent.push(`${request.method} ${new URL(request.url).pathname}`);
  const { features } = await import('./api');
  const handle = createMaintenanceHandler({
    features,
    readFlags: () => serverFlags,
    failure: 'open',
    routes: { '/search/*': 'search', '/comments/*': 'comments' },
    refusal: { retryAfter: { defaultSeconds: 1 } },
  });
  const { response } = await handle(request);
  if (response) return response;
  const isGraphQL = request.url.endsWith('graphql');
  const isTrpc = request.url.includes('trpc');
  return Response.json(
    isGraphQL ? { data: { words: ['shoe'] } } : isTrpc ? { result: { data: ['shoe'] } } : ['shoe'],
  );
}

/** How each library asks for the words of the search, once. */
const libraries: Record<string, () => Promise<unknown>> = {
  axios: async () => (await import('./axios')).client.get('https://api.example/search/words'),
  ofetch: async () => (await import('./ofetch')).client('https://api.example/search/words'),
  ky: async () => (await import('./ky')).client.get('https://api.example/search/words', { retry: 0 }).json(),
  Apollo: async () =>
    (await import('./apollo')).client.query({
      query: gql`
        query {
          words
        }
      `,
    }),
  urql: async () => {
    const { error } = await (await import('./urql')).client.query('query { words }', {}).toPromise();
    if (error) throw error;
  },
  'RTK Query': async () => {
    const { reduxStore, searchApi } = await import('./rtkQuery');
    return reduxStore.dispatch(searchApi.endpoints.words.initiate('shoe')).unwrap();
  },
  tRPC: async () => (await import('./trpc')).client.words.query(),
};

it.each(Object.entries(libraries))(
  '%s closes a feature by a refusal, sends nothing meanwhile, and asks again later',
  async (_, ask) => {
    const { store } = await import('./api');
    const source = memorySource({ 'search-maintenance': undefined });
    const stop = store.start(source);

    await expect(ask()).rejects.toThrow();
    expect(store.get('search').mode).toBe('down');
    await expect(ask()).rejects.toThrow();
    expect(sent).toHaveLength(1);

    serverFlags = {};
    source.set('search-maintenance', true);
    source.set('search-maintenance', false);
    await ask();
    expect(sent).toHaveLength(2);
    stop();
  },
);

it('ky comes back when the API said, and not a minute later', async () => {
  const { client } = await import('./ky');
  const answered = client.get('https://api.example/search/words').json();
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  serverFlags = {};
  const { store } = await import('./api');
  const stop = store.start(memorySource({}));

  await expect(answered).resolves.toEqual(['shoe']);
  stop();
});

it('SWR asks when the feature is back', async () => {
  const { useWords } = await import('./swr');
  const Words = () => <p>{useWords('shoe').data?.join()}</p>;

  await expectComeback(<Words />);
});

it('an error boundary and a suspended query start over when the feature is back', async () => {
  const { Search } = await import('./errorBoundary');
  const client = new QueryClient();

  await expectComeback(
    <QueryClientProvider client={client}>
      <Search />
    </QueryClientProvider>,
    'Something went wrong.',
  );
});

it('a route of React Router loads again when the feature is back', async () => {
  const { routes } = await import('./reactRouter');

  await expectComeback(
    <RouterProvider router={createMemoryRouter(routes)} />,
    'Search is unavailable for now.',
  );
});

it('a middleware of React Router refuses, and the loader of the root has the snapshot', async () => {
  const { middleware, loader } = await import('./reactRouterServer');
  const children = [{ path: 'search', loader: () => 'secret' }];
  // In framework mode the result of a middleware is a Response, here it may be anything.
  const root = { id: 'root', path: '/', middleware: middleware as MiddlewareFunction[], loader, children };
  const { query } = createStaticHandler([root]);
  const ask = async (path: string, cookie: string) => {
    const request = new Request(`https://shop.example${path}`, { headers: { cookie } });
    const answer: unknown = await query(request, {
      requestContext: new RouterContextProvider(),
      generateMiddlewareResponse: async (load) => {
        const context = await load(request);
        return context instanceof Response ? context : Response.json(context.loaderData);
      },
    });
    if (answer instanceof Response) return { status: answer.status, text: await answer.text() };
    throw new Error('The middleware gave no response.');
  };

  expect(await ask('/search', 'user=bob')).toMatchObject({ status: 503 });
  expect((await ask('/search', 'user=alice')).text).toContain('secret');
  expect((await ask('/', 'user=bob')).text).toMatch(/"root":\{"snapshot":.*"search-maintenance"/);
});

it('a route of TanStack Router loads again when the feature is back', async () => {
  const { router } = await import('./tanstackRouter');
  const { RouterProvider: TanStackRouterProvider } = await import('@tanstack/react-router');
  await router.navigate({ to: '/search' });

  await expectComeback(<TanStackRouterProvider router={router} />, 'Search is unavailable for now.');
});

it('a route of TanStack Router can be left and entered while its gate is closed, and then loads', async () => {
  serverFlags = {};
  const { router } = await import('./tanstackRouter');
  const { RouterProvider: TanStackRouterProvider } = await import('@tanstack/react-router');
  const { store } = await import('./api');
  const source = memorySource({});
  await router.navigate({ to: '/search' });
  render(
    <MaintenanceProvider store={store} source={source}>
      <TanStackRouterProvider router={router} />
    </MaintenanceProvider>,
  );
  fireEvent.change(await screen.findByLabelText('Search'), { target: { value: 'half typ' } });

  serverFlags = { 'search-maintenance': true };
  act(() => source.set('search-maintenance', true));
  await screen.findByRole('heading', { name: /^Search is unavailable/ });
  act(() => source.set('search-maintenance', false));
  expect((await screen.findByLabelText<HTMLInputElement>('Search')).value).toBe('half typ');
  act(() => source.set('search-maintenance', true));
  await act(() => router.navigate({ to: '/' }));
  await screen.findByText('Home');
  await act(() => router.navigate({ to: '/search' }));
  await waitFor(() => expect(screen.queryByText('Home')).toBeNull());
  expect(screen.queryByLabelText('Search')).toBeNull();

  serverFlags = {};
  act(() => source.set('search-maintenance', false));
  await screen.findByText('shoe');
});

it('a paused mutation that resumes into a maintenance is sent when that is over', async () => {
  const { sendComment } = await import('./pausedMutation');
  const { store } = await import('./api');
  const source = memorySource({});
  const stop = store.start(source);
  const client = new QueryClient();
  const mutation = client.getMutationCache().build(client, sendComment);

  const done = mutation.execute('Hello');
  await vi.waitFor(() => expect(store.get('comments').canWrite).toBe(false));
  serverFlags = {};
  source.set('comments-maintenance', true);
  source.set('comments-maintenance', false);
  await done;

  expect(sent).toEqual(['POST /comments/new', 'POST /comments/new']);
  stop();
});

it('a request that Workbox replays into a refusal stays in its queue', async () => {
  vi.stubGlobal('registration', {});
  Object.assign(self, { registration: {} });
  const { queue, sendOrQueue } = await import('./backgroundSync');
  const request = new Request('https://api.example/comments/new', { method: 'POST', body: 'Hello' });

  expect((await sendOrQueue(request)).status).toBe(202);
  await expect(sync(queue)).rejects.toThrow('refused for now');
  expect(await queue.size()).toBe(1);
  serverFlags = {};
  await sync(queue);

  expect(await queue.size()).toBe(0);
  expect(sent).toHaveLength(3);
});

/** What the browser does when it syncs. */
function sync(queue: object): Promise<void> {
  // The callback that was given to it.
  return (queue as { _onSync: (event: object) => Promise<void> })._onSync({ queue });
}

/** Shows an app whose API refuses at first, before its flag says anything. */
async function expectComeback(app: ReactNode, refusal?: string): Promise<void> {
  const { store } = await import('./api');
  const source = memorySource({});
  render(
    <MaintenanceProvider store={store} source={source}>
      {app}
    </MaintenanceProvider>,
  );
  await vi.waitFor(() => expect(store.get('search').canRead).toBe(false), 10_000);
  if (refusal) await screen.findByText(refusal);
  expect(screen.queryByText('shoe')).toBeNull();

  serverFlags = {};
  source.set('search-maintenance', true);
  source.set('search-maintenance', false);

  await screen.findByText('shoe');
}
