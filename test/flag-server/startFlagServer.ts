import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createFlagServer, type FlagServer } from '../../src/flag-server/createFlagServer.js';
import type { RequestRecord } from '../../src/flag-server/createHttpHandler.js';
import type { FlagRepresentation } from '../../src/flag-server/representFlag.js';

/** A local flag server in this process, over a file of its own. */
export interface TestFlagServer {
  readonly url: string;
  readonly file: string;
  /** Every request answered so far, across restarts. Those to `/events/bulk` have the SDK's events as `body`. */
  readonly requests: RequestRecord[];
  readonly warnings: string[];
  readonly openStreams: number;
  /** The SDK's events of one kind, out of all bulk requests so far. */
  events: (kind: string) => Record<string, unknown>[];
  /** Sends a semantic patch. `variation: 1` in an instruction stands for the id of that variation. */
  patch: (flag: string, instructions: readonly object[], comment?: string) => Promise<FlagRepresentation>;
  read: (flag: string) => Promise<FlagRepresentation>;
  /** The file as it is on the disk. */
  saved: () => Promise<{
    flags?: Record<string, Record<string, unknown>>;
    flagValues?: Record<string, unknown>;
  }>;
  cutStreams: () => void;
  stop: () => Promise<void>;
  /** Starts again on the same port, after `stop`. */
  start: () => Promise<void>;
  /** Stops, and removes the file. */
  remove: () => Promise<void>;
}

/** Writes flag data to a temporary file and serves it on a free port. */
export async function startFlagServer(
  flagData: unknown,
  options: { token?: string; allowedHosts?: string[] } = {},
): Promise<TestFlagServer> {
  const folder = await mkdtemp(join(tmpdir(), 'flag-server-'));
  const file = join(folder, 'flags.json');
  await writeFile(file, typeof flagData === 'string' ? flagData : JSON.stringify(flagData));
  const requests: RequestRecord[] = [];
  const warnings: string[] = [];
  const serve = (port: number): Promise<FlagServer> =>
    createFlagServer({
      ...options,
      file,
      port,
      onRequest: (request) => requests.push(request),
      onWarning: (warning) => warnings.push(warning),
    });
  let server: FlagServer | undefined = await serve(0);
  const { url, port } = server;

  const ask = async (method: string, flag: string, body?: unknown): Promise<FlagRepresentation> => {
    const response = await fetch(`${url}/api/v2/flags/default/${flag}`, {
      method,
      headers: {
        authorization: options.token ?? '',
        'content-type': 'application/json; domain-model=launchdarkly.semanticpatch',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${flag}: ${response.status} ${await response.text()}`);
    return (await response.json()) as FlagRepresentation;
  };
  const stop = async (): Promise<void> => {
    await server?.close();
    server = undefined;
  };

  return {
    url,
    file,
    requests,
    warnings,
    get openStreams() {
      return server?.openStreams ?? 0;
    },
    events: (kind) =>
      requests
        .filter(({ path, status }) => status === 202 && path.startsWith('/events/bulk/'))
        .flatMap(({ body }) => body as Record<string, unknown>[])
        .filter((event) => event['kind'] === kind),
    patch: async (flag, instructions, comment) => {
      const { variations } = await ask('GET', flag);
      return ask('PATCH', flag, {
        environmentKey: 'local',
        comment,
        instructions: instructions.map((instruction) =>
          'variation' in instruction
            ? { variationId: variations[Number(instruction.variation)]?._id, ...instruction }
            : instruction,
        ),
      });
    },
    read: (flag) => ask('GET', flag),
    saved: async () => JSON.parse(await readFile(file, 'utf8')),
    cutStreams: () => server?.cutStreams(),
    stop,
    start: async () => {
      if (!server) server = await serve(port);
    },
    remove: async () => {
      await stop();
      await rm(folder, { recursive: true });
    },
  };
}
