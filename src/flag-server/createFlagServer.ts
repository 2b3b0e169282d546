import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { createFlagFile } from './createFlagFile.js';
import { createFlagState } from './createFlagState.js';
import { createHttpHandler, type RequestRecord } from './createHttpHandler.js';
import { createStreams } from './createStreams.js';
import { restRoutes } from './restRoutes.js';
import { clientRoutes, serverSdkRoutes, statusRoutes } from './sdkRoutes.js';

export interface FlagServerOptions {
  /** A file of LaunchDarkly's flag-data JSON. */
  file: string;
  /** 0 means any free port. */
  port: number;
  /** @default '127.0.0.1' */
  host?: string;
  /** The value of `Authorization` that the REST API requires. Without it, every local program may use the API. */
  token?: string;
  /** Further names of this server, besides `localhost` and IP addresses. Pages of these hosts may read flags, too. */
  allowedHosts?: readonly string[];
  /** Called with warnings for the operator, such as an invalid edit of the file or an error in the server. */
  onWarning?: (message: string) => void;
  /** Called for every request, when it is answered or when its stream starts. */
  onRequest?: (request: RequestRecord) => void;
}

/** A running flag server. */
export interface FlagServer {
  readonly url: string;
  readonly port: number;
  /** How many event streams are open. */
  readonly openStreams: number;
  /** Cuts every event stream, as a broken network does. */
  cutStreams: () => void;
  /** Stops listening, ends the streams, and lets requests in progress finish. */
  close: () => Promise<void>;
}

const HEARTBEAT_MS = 15_000;
const CLOSING_MS = 2_000;

/**
 * Serves the flags of a file. It implements LaunchDarkly's protocols for browsers and servers, and the part of its REST API that operators use.
 *
 * For development and tests only. In production use LaunchDarkly, its Relay Proxy, or another provider.
 *
 * @throws FlagFileError if the file is missing or invalid. An Error that names the port if another program uses it.
 *
 * @example
 * const server = await createFlagServer({ file: 'flags.json', port: 0 });
 * const client = initialize('local', user, { baseUrl: server.url, streamUrl: server.url, eventsUrl: server.url });
 */
export async function createFlagServer(options: FlagServerOptions): Promise<FlagServer> {
  const { file, host = '127.0.0.1', token, allowedHosts } = options;
  const { onWarning = () => undefined, onRequest = () => undefined } = options;
  const streams = createStreams(HEARTBEAT_MS);
  const state = await createFlagState({
    file: await createFlagFile(file),
    fileName: file,
    onRevision: streams.publish,
    onWarning,
  });
  const handle = createHttpHandler(
    [serverSdkRoutes(state, streams), clientRoutes(state, streams), restRoutes(state), statusRoutes()],
    { token, allowedHosts, onRequest, onWarning },
  );
  const openResponses = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    openResponses.add(response);
    response.on('close', () => openResponses.delete(response));
    void handle(request, response);
  });

  try {
    await listen(server, options.port, host);
  } catch (error) {
    await state.close();
    throw error;
  }
  // A server that listens on a port has an address of this type.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    port,
    get openStreams() {
      return streams.size;
    },
    cutStreams: streams.cut,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      streams.cut();
      const answered = Promise.allSettled([...openResponses].map((response) => once(response, 'close')));
      await Promise.race([answered, setTimeout(CLOSING_MS, undefined, { ref: false })]);
      // The remaining connections are idle.
      server.closeAllConnections();
      await closed;
      await state.close();
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const code = 'code' in error ? error.code : undefined;
      if (code === 'EADDRINUSE') {
        reject(new Error(`Port ${port} of ${host} is taken. Choose another port, or 0 for any free one.`));
      } else {
        reject(new Error(`Cannot listen on port ${port} of ${host}: ${error.message}.`));
      }
    });
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}
