import type { FlagSource, SourceStatus } from '../../core/FlagSource.js';

/**
 * What is used of a LaunchDarkly client. Those of `launchdarkly-js-client-sdk` 3, `launchdarkly-react-client-sdk` 3 and
 * `@launchdarkly/react-sdk` 4 fit.
 */
export interface LaunchDarklyClient {
  variation(flag: string, defaultValue?: unknown): unknown;
  allFlags(): Readonly<Record<string, unknown>>;
  // The arguments differ between versions 3 and 4, and by event.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  on(event: string, listener: (...args: any[]) => void): void;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  off(event: string, listener: (...args: any[]) => void): void;
  // Version 3 takes seconds and rejects; version 4 takes an object and resolves to a status.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  waitForInitialization(limit?: any): Promise<unknown>;
  /** Version 3 only. */
  waitUntilReady?(): Promise<void>;
  /** Version 3: `true` opens the stream even when the first request failed. */
  setStreaming?(streaming?: boolean): void;
  /** Version 4 of the React client only. */
  isReady?(): boolean;
}

/**
 * Reads flags from a LaunchDarkly client, by their own keys. It evaluates a flag once per change, not per render, so that the
 * service counts evaluations as they are; and it follows `identify`, late and failed starts, and lost connections.
 *
 * @example
 * const source = launchDarklySource(client);
 * <MaintenanceProvider source={source} features={features}>
 */
export function launchDarklySource(client: LaunchDarklyClient): FlagSource {
  const values = new Map<string, unknown>();
  const statusListeners = new Set<() => void>();
  let status: SourceStatus = { state: 'pending' };
  let waiting = false;

  function setStatus(next: SourceStatus): void {
    if (next.state === status.state) return;
    status = next;
    // What was unknown before the first answer may be known now.
    for (const [flag, value] of values) if (value === undefined) values.delete(flag);
    for (const listener of statusListeners) listener();
  }

  async function waitForFirstAnswer(): Promise<void> {
    try {
      await client.waitUntilReady?.();
      // It has settled, so the limit of a second only keeps version 3 from warning that there is none.
      const result = await client.waitForInitialization(client.waitUntilReady ? 1 : undefined);
      const { status: outcome, error } = (result ?? {}) as { status?: string; error?: unknown };
      if (outcome === 'failed') setStatus({ state: 'failed', error });
      else if (outcome !== 'timeout') setStatus({ state: 'ready' });
    } catch (error) {
      setStatus({ state: 'failed', error });
      // Version 3 gives up after one failed request, unless it is told to stream: that it tries again for ever.
      if (client.waitUntilReady) client.setStreaming?.(true);
    }
  }

  function followStatus({ state, stateSince }: { state: string; stateSince: number }): void {
    if (state === 'VALID') setStatus({ state: 'ready' });
    else if (state === 'INTERRUPTED' && status.state === 'ready')
      setStatus({ state: 'stale', since: stateSince });
  }

  return {
    get(flag) {
      if (!values.has(flag)) {
        if (client.isReady?.() === false) return undefined;
        values.set(flag, client.variation(flag));
      }
      return values.get(flag);
    },
    subscribe(flags, onChange) {
      const wanted = new Set(flags);
      // Version 3 gives the changes by flag, version 4 the context and a list of flags.
      const follow = (changes: object, changedFlags: readonly string[] = Object.keys(changes)) => {
        setStatus({ state: 'ready' });
        for (const flag of changedFlags) {
          values.delete(flag);
          if (wanted.has(flag)) onChange(flag);
        }
      };
      client.on('change', follow);
      // What changed while nobody listened; `allFlags` is not counted as an evaluation.
      const present = client.allFlags();
      for (const [flag, value] of values) if (present[flag] !== value) values.delete(flag);
      if (!waiting) void waitForFirstAnswer();
      waiting = true;
      return () => client.off('change', follow);
    },
    status: () => status,
    subscribeStatus(onStatus) {
      statusListeners.add(onStatus);
      client.on('dataSourceStatus', followStatus);
      return () => {
        statusListeners.delete(onStatus);
        client.off('dataSourceStatus', followStatus);
      };
    },
  };
}
