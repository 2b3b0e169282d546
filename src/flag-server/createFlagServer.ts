import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

import { clientRoutes } from './clientRoutes.js';
import { createAccess } from './createAccess.js';
import { createAuditLog } from './createAuditLog.js';
import { createFlagFile } from './createFlagFile.js';
import { createFlagState } from './createFlagState.js';
import { createHttpHandler, type RequestRecord } from './createHttpHandler.js';
import { createStreams } from './createStreams.js';
import { restRoutes } from './restRoutes.js';
import { serverSdkRoutes } from './serverSdkRoutes.js';

export interface FlagServerOptions {
  /** A file of LaunchDarkly's flag-data JSON. */
  file: string;
  /** 0 takes a free one. */
  port: number;
  /** @default '127.0.0.1' */
  host?: string;
  /** The value of `Authorization` that the REST API asks for. Without it, any local program may use the API. */
  token?: string;
  /** Names of this server, beside `localhost` and IP addresses. Pages of these names may read flags, too. */
  allowedHosts?: readonly string[];
  /** Told of what an operator should know: a broken edit of the file, a request that failed in the server. */
  onWarning?: (message: string) => void;
  /** Told of every request once it is answered, or once its stream begins. */
  onRequest?: (request: RequestRecord) => void;
}

/** A flag server that listens. */
export interface FlagServer {
  readonly url: string;
  readonly port: number;
  /** How many event streams are open. */
  readonly openStreams: number;
  /** Cuts every event stream, as a network does. */
  cutStreams: () => void;
  /** Ends streams, lets requests under way finish and stops listening. */
  close: () => Promise<void>;
}

const HEARTBEAT_MS = 15_000;
const CLOSING_MS = 2_000;

/**
 * Serves the flags of a file with LaunchDarkly's protocols for browsers and for servers, and the part of its REST API that operators need.
 *
 * For development and tests: production is LaunchDarkly, its Relay Proxy, or another provider.
 *
 * @throws FlagFileError when the file is absent or broken; an Error that names the port when it is taken.
 *
 * @example
 * const server = await createFlagServer({ file: 'flags.json', port: 0 });
 * const client = initialize('local', user, { baseUrl: server.url, streamUrl: server.url, eventsUrl: server.url });
 */
export async function createFlagServer(options: FlagServerOptions): Promise<FlagServer> {
  const { file, host = '127.0.0.1', onWarning = () => undefined, onRequest = () => undefined } = options;
  const streams = createStreams(HEARTBEAT_MS);
  const state = await createFlagState({
    file: await createFlagFile(file),
    fileName: file,
    onEdition: streams.publish,
    onWarning,
  });
  const auditLog = createAuditLog();
  const handle = createHttpHandler(
    [serverSdkRoutes(state, streams), clientRoutes(state, streams), restRoutes(state, auditLog)],
    createAccess(options),
    onRequest,
    onWarning,
  );
  const underWay = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    underWay.add(response);
    response.on('close', () => underWay.delete(response));
    void handle(request, response);
  });

  try {
    await listen(server, options.port, host);
  } catch (error) {
    await state.close();
    throw error;
  }
  // A server that listens on a port has an address of this form; only one on a pipe has not.
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
      const answered = Promise.allSettled([...underWay].map((response) => once(response, 'close')));
      await Promise.race([answered, setTimeout(CLOSING_MS, undefined, { ref: false })]);
      // Connections that wait for another request, or have never sent one, have nothing to lose.
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
        reject(new Error(`Port ${port} of ${host} is taken. Choose another one, or 0 for a free one.`));
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
