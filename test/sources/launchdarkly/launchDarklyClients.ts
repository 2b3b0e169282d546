import { createClient, type LDReactClient } from '@launchdarkly/react-sdk';
import { EventSource } from 'eventsource';
import { initialize, type LDClient, type LDOptions } from 'launchdarkly-js-client-sdk';
import { onTestFinished, vi } from 'vitest';

import { startFlagServer, type TestFlagServer } from '../../flag-server/startFlagServer.js';

export const alice = { kind: 'user', key: 'alice' };
export const bob = { kind: 'user', key: 'bob' };

// jsdom has none. The SDKs look for it on the window.
vi.stubGlobal('EventSource', EventSource);

/** Two flags that an app cares about, one that it does not, and one whose key collides with the first as camelCase. */
function flags(): Record<string, unknown> {
  return {
    'search-maintenance': perUser('search-maintenance', [true, false]),
    'search.maintenance': perUser('search.maintenance', ['degraded', false]),
    'comments-maintenance': perUser('comments-maintenance', [
      { mode: 'read-only', message: 'Moving.' },
      false,
    ]),
    unrelated: perUser('unrelated', [true, false]),
  };
}

/** A flag that is its last variation for everybody who is no target. */
function perUser(key: string, variations: unknown[]): Record<string, unknown> {
  return {
    key,
    version: 1,
    on: true,
    variations,
    fallthrough: { variation: variations.length - 1 },
    offVariation: variations.length - 1,
    clientSideAvailability: { usingEnvironmentId: true, usingMobileKey: false },
  };
}

/** A flag server that ends with the test. */
export async function serveFlags(): Promise<TestFlagServer> {
  const server = await startFlagServer({ flags: flags() });
  onTestFinished(server.remove);
  // Version 4 keeps flags there.
  localStorage.clear();
  return server;
}

/** A flag server for the contract of sources, whose flags serve everybody what was set last. */
export async function serveContractFlags(): Promise<{
  url: string;
  set: (flag: string, value: unknown) => Promise<void>;
}> {
  const values = [true, 'read-only', { mode: 'down' }, false];
  const keys = ['search-maintenance', 'comments-maintenance'];
  const server = await startFlagServer({
    flags: Object.fromEntries(keys.map((key) => [key, perUser(key, values)])),
  });
  onTestFinished(server.remove);
  localStorage.clear();
  return {
    url: server.url,
    async set(flag, value) {
      const variation = values.findIndex((one) => JSON.stringify(one) === JSON.stringify(value));
      await server.patch(flag, [{ kind: 'updateFallthroughVariationOrRollout', variation }]);
    },
  };
}

/** Puts a user among the targets of a flag, or takes them away: `variation: 0`, as `perUser` has it. */
export async function setForUser(
  server: TestFlagServer,
  flag: string,
  user: string,
  on: boolean,
): Promise<void> {
  const kind = on ? 'addTargets' : 'removeTargets';
  await server.patch(flag, [{ kind, contextKind: 'user', values: [user], variation: 0 }]);
}

/** Lines that an SDK logged, above what it says of its own network trouble. */
export interface Log {
  readonly lines: string[];
  readonly logger: Record<'debug' | 'info' | 'warn' | 'error', (line: string) => void>;
}

export function createLog(): Log {
  const lines: string[] = [];
  const note = (line: string): void => void lines.push(line);
  const ignore = (): void => undefined;
  return { lines, logger: { debug: ignore, info: ignore, warn: note, error: note } };
}

/** Options of version 3 for the local server, with quick reconnection. */
export function optionsOfVersion3(url: string, { logger }: Log = createLog()): LDOptions {
  return {
    baseUrl: url,
    streamUrl: url,
    eventsUrl: url,
    diagnosticOptOut: true,
    fetchGoals: false,
    // As the React SDK has it: allFlags() does not count.
    sendEventsOnlyForVariation: true,
    streamReconnectDelay: 10,
    logger,
  };
}

/** A client of version 3 that ends with the test. */
export function clientOfVersion3(url: string, options: LDOptions = {}, user = bob): LDClient {
  const client = initialize('local', user, { ...optionsOfVersion3(url), ...options });
  onTestFinished(async () => client.close());
  return client;
}

/** A client of version 4, not started yet, that ends with the test. */
export function clientOfVersion4(url: string, log = createLog(), user = bob): LDReactClient {
  const client = createClient('local', user, {
    baseUri: url,
    streamUri: url,
    eventsUri: url,
    diagnosticOptOut: true,
    fetchGoals: false,
    streamInitialReconnectDelay: 0.01,
    logger: log.logger,
  });
  onTestFinished(async () => client.close());
  return client;
}

/** How often the SDKs told the server that a flag was evaluated. */
export function countEvaluations(server: TestFlagServer, flag: string): number {
  let sum = 0;
  for (const summary of server.events('summary')) {
    // The form of a summary event, as both SDKs send it.
    const features = summary['features'] as Record<string, { counters: { count: number }[] }>;
    for (const { count } of features[flag]?.counters ?? []) sum += count;
  }
  return sum;
}

/** How many streams were ever opened. */
export function countStreams(server: TestFlagServer): number {
  return server.requests.filter(({ path }) => path.startsWith('/eval/')).length;
}
