import type { ReadFlags } from './MaintenanceHandlerOptions.js';

/** What is used of a LaunchDarkly server client. Those of `@launchdarkly/node-server-sdk` and of the edge SDKs fit. */
export interface LaunchDarklyServerClient<C> {
  variation(flag: string, context: C, defaultValue: unknown): Promise<unknown>;
  initialized?(): boolean;
  waitForInitialization?(options?: { timeout: number }): Promise<unknown>;
}

/**
 * Reads flags from a LaunchDarkly server client: those that are needed, for the context of the request, as LaunchDarkly
 * counts evaluations. Until the client has its flags it waits; the handler's deadline bounds that.
 *
 * @example
 * readFlags: launchDarklyFlags(client, (request) => ({ kind: 'user', key: userOf(request) }))
 */
export function launchDarklyFlags<R, C>(
  client: LaunchDarklyServerClient<C>,
  contextOf: (request: R) => C | Promise<C>,
): ReadFlags<R> {
  return async (request, flags) => {
    const context = await contextOf(request);
    // In seconds, and only so that the client does not warn that there is no limit.
    if (client.initialized?.() === false) await client.waitForInitialization?.({ timeout: 10 });
    const values = await Promise.all(flags.map((flag) => client.variation(flag, context, undefined)));
    return Object.fromEntries(flags.map((flag, index) => [flag, values[index]]));
  };
}
