import type { FlagState } from './createFlagState.js';
import type { Reply, RouteGroup } from './createHttpHandler.js';
import type { Streams } from './createStreams.js';
import { toSdkData } from './sdkData.js';

/**
 * LaunchDarkly's protocol for server SDKs, which evaluate by themselves: all flags and segments, by stream or polling. Any SDK key
 * is taken, for whoever reaches this server may read its flags.
 */
export function serverSdkRoutes(state: FlagState, streams: Streams): RouteGroup {
  return {
    prefixes: ['/sdk/latest-all', '/all', '/bulk', '/diagnostic'],
    // Server SDKs are no pages.
    cors: { methods: 'GET, POST', headers: 'authorization, content-type' },
    routes: [
      {
        method: 'GET',
        path: '/all',
        handle: ({ response }) =>
          // Between changes, so that none falls between the first event and the next.
          state.between(async () => {
            await streams.openData(response, state.edition);
            return undefined;
          }),
      },
      {
        method: 'GET',
        path: '/sdk/latest-all',
        handle: async ({ request, response }): Promise<Reply> => {
          const { data, revision } = state.edition;
          // Another server process may count to the same revision.
          const tag = `"${process.pid}-${revision}"`;
          response.setHeader('etag', tag);
          if (request.headers['if-none-match'] === tag) return { status: 304 };
          return { status: 200, body: toSdkData(data, revision) };
        },
      },
      { method: 'POST', path: '/bulk', handle: async ({ json }) => (await json(), { status: 202 }) },
      { method: 'POST', path: '/diagnostic', handle: async ({ json }) => (await json(), { status: 202 }) },
    ],
  };
}
