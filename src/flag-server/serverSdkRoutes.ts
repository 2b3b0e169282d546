import type { FlagState } from './createFlagState.js';
import type { Reply, RouteGroup } from './createHttpHandler.js';
import type { Streams } from './createStreams.js';

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
