import { type Route, type RouteGroup, HttpProblem, type Reply } from './createHttpHandler.js';
import type { FlagState } from './createFlagState.js';
import type { Streams } from './createStreams.js';

/**
 * LaunchDarkly's client-side protocol, as its JavaScript SDKs 3.9 and 4 use it. The environment can have any name.
 *
 * These routes only show flags that are available to client-side SDKs.
 */
export function clientRoutes(state: FlagState, streams: Streams): RouteGroup {
  const evaluate = async (context: unknown, query: URLSearchParams): Promise<Record<string, unknown>> => {
    const evaluations = await state.current.evaluate(context, {
      clientSideOnly: true,
      withReasons: query.get('withReasons') === 'true',
    });
    if (!evaluations) throw invalidContext();
    return Object.fromEntries(evaluations);
  };
  const stream = (
    context: unknown,
    { query, response }: Parameters<Route['handle']>[0],
  ): Promise<undefined> =>
    // No change may happen between the first event and the registration of the stream.
    state.runExclusively(async () => {
      const withReasons = query.get('withReasons') === 'true';
      if (!(await streams.open(response, { context, withReasons }, state.current))) throw invalidContext();
      return undefined;
    });

  const routes: Route[] = [
    {
      method: 'GET',
      path: '/sdk/evalx/:environment/contexts/:context',
      handle: async ({ param, query }) => ({
        status: 200,
        body: await evaluate(decodeContext(param('context')), query),
      }),
    },
    {
      method: 'REPORT',
      path: '/sdk/evalx/:environment/context',
      handle: async ({ json, query }) => ({
        status: 200,
        body: await evaluate(await json(MAX_CONTEXT_BYTES), query),
      }),
    },
    {
      method: 'GET',
      path: '/eval/:environment/:context',
      handle: (exchange) => stream(decodeContext(exchange.param('context')), exchange),
    },
    {
      method: 'REPORT',
      path: '/eval/:environment',
      handle: async (exchange) => stream(await exchange.json(MAX_CONTEXT_BYTES), exchange),
    },
    {
      method: 'GET',
      path: '/ping/:environment',
      handle: async ({ response }) => void (await streams.openPing(response, state.current)),
    },
    { method: 'GET', path: '/sdk/goals/:environment', handle: async () => ({ status: 200, body: [] }) },
    { method: 'POST', path: '/events/diagnostic/:environment', handle: acceptEvents },
    { method: 'POST', path: '/events/bulk/:environment', handle: acceptEvents },
  ];
  return { prefixes: ['/sdk/', '/eval/', '/ping/', '/events/'], routes, cors: CORS };
}

// Each open stream keeps its context in memory.
const MAX_CONTEXT_BYTES = 128 * 1024;

const CORS = {
  methods: 'GET, POST, REPORT, OPTIONS',
  headers: [
    'accept',
    'authorization',
    'cache-control',
    'content-type',
    'x-launchdarkly-event-schema',
    'x-launchdarkly-payload-id',
    'x-launchdarkly-tags',
    'x-launchdarkly-user-agent',
    'x-launchdarkly-wrapper',
  ].join(', '),
};

async function acceptEvents({ json }: Parameters<Route['handle']>[0]): Promise<{ status: number }> {
  await json();
  return { status: 202 };
}

function decodeContext(encoded: string): unknown {
  try {
    const context: unknown = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
    return context;
  } catch {
    throw new HttpProblem('invalid_request', 'The context in the path is not JSON in base64');
  }
}

function invalidContext(): HttpProblem {
  return new HttpProblem(
    'invalid_request',
    'The context is not valid: it needs a "key", and a "kind" of letters, digits, ".", "_" and "-"',
  );
}

/**
 * Says that the server is up, for tools that wait for it, such as Playwright's `webServer`, wait-on and health checks of containers. LaunchDarkly's Relay
 * Proxy has `/status`, too.
 */
export function statusRoutes(): RouteGroup {
  const isUp = async (): Promise<Reply> => ({ status: 200, body: { status: 'healthy' } });
  return {
    prefixes: ['/'],
    cors: { methods: 'GET, HEAD', headers: 'accept' },
    routes: ['/', '/status'].flatMap((path) =>
      ['GET', 'HEAD'].map((method): Route => ({ method, path, handle: isUp })),
    ),
  };
}

/**
 * LaunchDarkly's protocol for server SDKs. These SDKs evaluate flags themselves, so they get all flags and segments, by stream or by polling.
 * Every SDK key is accepted, because everyone who can reach this server may read its flags.
 */
export function serverSdkRoutes(state: FlagState, streams: Streams): RouteGroup {
  return {
    prefixes: ['/sdk/latest-all', '/all', '/bulk', '/diagnostic'],
    // Server SDKs do not run in pages, so they need no CORS.
    cors: { methods: 'GET, POST', headers: 'authorization, content-type' },
    routes: [
      {
        method: 'GET',
        path: '/all',
        handle: ({ response }) =>
          // No change may happen between the first event and the registration of the stream.
          state.runExclusively(async () => {
            await streams.openData(response, state.current);
            return undefined;
          }),
      },
      {
        method: 'GET',
        path: '/sdk/latest-all',
        handle: async ({ request, response }): Promise<Reply> => {
          // The pid is part of the tag, because another server process may have a revision with the same number.
          const tag = `"${process.pid}-${state.current.number}"`;
          response.setHeader('etag', tag);
          if (request.headers['if-none-match'] === tag) return { status: 304 };
          return { status: 200, body: state.current.sdkData() };
        },
      },
      { method: 'POST', path: '/bulk', handle: async ({ json }) => (await json(), { status: 202 }) },
      { method: 'POST', path: '/diagnostic', handle: async ({ json }) => (await json(), { status: 202 }) },
    ],
  };
}
