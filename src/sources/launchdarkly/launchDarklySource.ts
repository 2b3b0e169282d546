import type { FlagSource, SourceStatus } from '../../core/FlagSource.js';

/**
 * What is used of a LaunchDarkly client. Those of `launchdarkly-react-client-sdk` 3, `launchdarkly-js-client-sdk` 3 and
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
  setStreaming(streaming?: boolean): void;
  /** Version 3 only. */
  waitUntilReady?(): Promise<void>;
}

interface Outcome {
  status?: string;
  error?: unknown;
}

/**
 * Reads flags from a LaunchDarkly client, by their own keys. It evaluates a flag once per change, not per render, so that the
 * service counts evaluations as they are; and it follows `identify`, late starts and failed ones.
 *
 * A client of version 3 that could not start does not try again by itself: it is told to open its stream, which does, even
 * where it was made with `streaming: false`. Neither version says that its stream was lost; both open it again.
 *
 * @example
 * const source = launchDarklySource(client);
 * <MaintenanceProvider source={source} features={features}>
 */
export function launchDarklySource(client: LaunchDarklyClient): FlagSource {
  const values = new Map<string, unknown>();
  const listeners = new Set<(flag?: string) => void>();
  let status: SourceStatus = { state: 'pending' };
  // Before its first answer a client would count evaluations of flags that do not exist, or of nobody's.
  let counting = false;
  let following = false;

  function tell(flag?: string): void {
    for (const listener of listeners) listener(flag);
  }

  function setStatus(next: SourceStatus): void {
    const starts = next.state === 'ready' && !counting;
    if (next.state === status.state && !starts) return;
    status = next;
    if (starts) {
      counting = true;
      values.clear();
    }
    tell();
  }

  // Version 3 gives the changes by flag, version 4 the context and a list of flags.
  function follow(changes: object, changed: readonly string[] = Object.keys(changes)): void {
    for (const flag of changed) values.delete(flag);
    setStatus({ state: 'ready' });
    tell(changed.length > 1 ? undefined : changed[0]);
  }

  // Version 4 only.
  function followStatus({ state, stateSince }: { state: string; stateSince: number }): void {
    if (state === 'VALID') setStatus({ state: 'ready' });
    // By now it has read what it kept from the last visit.
    else if (!counting) tell();
    else if (state === 'INTERRUPTED') setStatus({ state: 'stale', since: stateSince });
  }

  async function settle(): Promise<void> {
    const isVersion3 = client.waitUntilReady;
    await client.waitUntilReady?.();
    // It has settled: the limit only keeps version 3 from warning that there is none.
    const outcome = await client
      .waitForInitialization(isVersion3 && 0)
      .catch((error: unknown): Outcome => ({ status: 'failed', error }));
    const { status: result = 'complete', error } = (outcome ?? {}) as Outcome;
    if (!listeners.size || following) return;
    following = true;
    // Not before: version 4 would open its stream, close it and open it again.
    client.on('change', follow);
    if (isVersion3 && result === 'failed') {
      client.setStreaming(true);
      // Back to streaming while somebody listens.
      client.setStreaming();
    }
    // Version 3 forgets all flags as it fails: those that it has now are of a stream that came up later.
    if (result === 'complete' || (isVersion3 && peek().size)) setStatus({ state: 'ready' });
    else if (result === 'failed' && !counting) setStatus({ state: 'failed', error });
    tell();
  }

  function listen(listener: (flag?: string) => void): () => void {
    if (!listeners.size) {
      client.on('dataSourceStatus', followStatus);
      void settle();
    }
    listeners.add(listener);
    return () => {
      if (!listeners.delete(listener) || listeners.size) return;
      client.off('change', follow);
      client.off('dataSourceStatus', followStatus);
      counting = following = false;
      values.clear();
    };
  }

  function peek() {
    if (!values.size) for (const [flag, value] of Object.entries(client.allFlags())) values.set(flag, value);
    return values;
  }

  return {
    get(flag) {
      if (!counting) peek();
      else if (!values.has(flag)) values.set(flag, client.variation(flag));
      return values.get(flag);
    },
    subscribe: (_flags, onChange) => listen((flag) => onChange(flag)),
    status() {
      if (status.state === 'pending' && peek().size) status = { state: 'ready' };
      return status;
    },
    subscribeStatus(onStatus) {
      let told = status;
      return listen(() => {
        if (told !== status) onStatus();
        told = status;
      });
    },
  };
}
