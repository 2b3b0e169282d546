import { createSource } from '../../core/createSource.js';
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
  getContext?(): object | null | undefined;
  // Each version has a type of its own for hooks.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  addHook?(hook: any): void;
  /** Version 3 only. */
  waitUntilReady?(): Promise<void>;
}

interface Outcome {
  status?: string;
  error?: unknown;
}

const ready: SourceStatus = { state: 'ready' };

/**
 * Reads flags from a LaunchDarkly client, by their own keys. It evaluates a flag once per change, not per render, so that the
 * service counts evaluations as they are; and it follows late starts and failed ones.
 *
 * When `identify` is called for a context with another key, the flags of the one before are unknown at once, until the service
 * answered. Other attributes of the same context change nothing but the flags.
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
  const { source, tell } = createSource({ state: 'pending' }, listen);
  let listening = false;
  // Before its first answer a client would count evaluations of flags that do not exist, or of nobody's.
  let counting = false;
  let following = false;
  /** The canonical key of the context that was asked for last. */
  let user: string | undefined;
  /** The flags that the client has are still those of the context before. */
  let identifying = false;
  let hooked = false;

  function setStatus(status: SourceStatus): void {
    const starts = status.state === 'ready' && !counting;
    if (status.state === source.status().state && !starts) return;
    if (starts) {
      counting = true;
      values.clear();
    }
    tell(undefined, status);
  }

  /** The context that the client itself speaks of. */
  function clientUser(): string | undefined {
    return keyOf(client.getContext?.());
  }

  /** Whose flags these are. A client without hooks tells only by its context. */
  function readUser(): string | undefined {
    if (!hooked || user === undefined) user = clientUser() ?? user;
    return user;
  }

  /** `identify` was called; both versions have given an anonymous context its key by now. */
  function beforeIdentify({ context }: { context: object }, data: object): object {
    const next = keyOf(context);
    const before = readUser();
    user = next;
    if (before === undefined || next === before) return data;
    identifying = true;
    values.clear();
    tell(null, { state: 'pending' });
    return data;
  }

  function afterIdentify(
    { context }: { context: object },
    data: object,
    { status: result }: Outcome,
  ): object {
    if (!identifying || keyOf(context) !== user) return data;
    if (result === 'completed') settleUser(null);
    else if (result === 'error') {
      // Version 3 goes on with the context before, whose flags are nobody's now.
      tell(null, { state: 'failed', error: new Error('LaunchDarkly could not identify the context') });
    }
    return data;
  }

  /** The client has the flags of the context that it was asked for. */
  function settleUser(flag: string | null | undefined): void {
    identifying = false;
    counting = following;
    values.clear();
    tell(flag, ready);
  }

  // Version 3 gives the changes by flag, version 4 the context and a list of flags.
  function follow(first: object, second?: readonly string[]): void {
    const changed = second ?? Object.keys(first);
    const flag = changed.length > 1 ? undefined : changed[0];
    const speaksOf = second ? keyOf(first) : clientUser();
    if (identifying) {
      // What still comes for the context before counts for nobody.
      if (speaksOf === user) settleUser(flag);
      return;
    }
    if (speaksOf !== undefined && speaksOf !== user) {
      // A client without hooks, or whose answers overtook each other.
      user = speaksOf;
      return settleUser(undefined);
    }
    for (const flag of changed) values.delete(flag);
    setStatus(ready);
    tell(flag);
  }

  // Version 4 only.
  function followStatus({ state, stateSince }: { state: string; stateSince: number }): void {
    if (identifying) return;
    if (state === 'VALID') setStatus(ready);
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
    if (!listening || following) return;
    following = true;
    // Not before: version 4 would open its stream, close it and open it again.
    client.on('change', follow);
    if (isVersion3 && result === 'failed') {
      client.setStreaming(true);
      // Back to streaming while somebody listens.
      client.setStreaming();
    }
    // What the client answered first was of the context before: afterIdentify tells of the one now.
    if (identifying) return;
    // Version 3 forgets all flags as it fails: those that it has now are of a stream that came up later.
    if (result === 'complete' || (isVersion3 && peek().size)) setStatus(ready);
    else if (result === 'failed' && !counting) setStatus({ state: 'failed', error });
    tell();
  }

  function listen(): () => void {
    if (!hooked && client.addHook) {
      readUser();
      hooked = true;
      // It cannot be removed; without listeners it does nothing.
      client.addHook({
        getMetadata: () => ({ name: 'react-maintenance-mode' }),
        beforeIdentify,
        afterIdentify,
      });
    }
    client.on('dataSourceStatus', followStatus);
    listening = true;
    void settle();
    return () => {
      client.off('change', follow);
      client.off('dataSourceStatus', followStatus);
      listening = counting = following = false;
      values.clear();
    };
  }

  function peek() {
    if (!values.size) for (const [flag, value] of Object.entries(client.allFlags())) values.set(flag, value);
    return values;
  }

  return {
    ...source,
    get(flag) {
      if (identifying) return undefined;
      if (!counting) peek();
      else if (!values.has(flag)) values.set(flag, client.variation(flag));
      return values.get(flag);
    },
    user: readUser,
    status() {
      const status = source.status();
      return !identifying && status.state === 'pending' && peek().size ? ready : status;
    },
  };
}

/** What sets one context apart from others: its kinds with their keys, whatever else it says. */
function keyOf(context: object | null | undefined): string | undefined {
  if (!context) return undefined;
  const { kind = 'user', key, ...kinds } = context as Record<string, unknown>;
  const keys =
    kind === 'multi'
      ? Object.entries(kinds).map(([name, part]) => [name, (part as { key?: unknown } | null)?.key])
      : [[kind, key]];
  return JSON.stringify(keys.sort());
}
