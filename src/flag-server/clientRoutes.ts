import type { Route, RouteGroup } from './createHttpHandler.js';
import type { FlagState } from './createFlagState.js';
import type { Streams } from './createStreams.js';
import { HttpProblem } from './HttpProblem.js';

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
