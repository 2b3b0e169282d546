import { createSource, type FlagSource, type SourceStatus } from '../../core/FlagSource.js';

/**
 * The part of a LaunchDarkly client that is used: the client of `launchdarkly-react-client-sdk` 3, `launchdarkly-js-client-sdk` 3 or
 * `@launchdarkly/react-sdk` 4.
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
  // The versions have different types for hooks.
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
 * Reads flags from a LaunchDarkly client, by the keys that they have at the service. It evaluates a flag once per change, not per render,
 * so that the service counts the right number of evaluations. It also follows clients that start late or fail to start.
 *
 * When `identify` is called for a context with another key, the flags are unknown at once, until the service has answered. Other attributes
 * of the same context change only the flags.
 *
 * A client of version 3 that could not start does not try again. This source makes it open its stream, which tries again, even if the
 * client was created with `streaming: false`. Neither version reports a lost stream; both open it again.
 *
 * @example
 * const source = launchDarklySource(client);
 * <MaintenanceProvider source={source} features={features}>
 */
export function launchDarklySource(client: LaunchDarklyClient): FlagSource {
  const values = new Map<string, unknown>();
  const { source, tell } = createSource({ state: 'pending' }, listen);
  let listening = false;
  // Whether `variation` may be called. Before the first answer it would count evaluations of unknown flags, or of no user.
  let counting = false;
  let following = false;
  /** The canonical key of the context that was requested last. */
  let user: string | undefined;
  /** Whether the client still has the flags of the previous context. */
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

  /** The context that the client itself names. */
  function clientUser(): string | undefined {
    return keyOf(client.getContext?.());
  }

  /** The user whose flags these are. A client without hooks tells only by its context. */
  function readUser(): string | undefined {
    if (!hooked || user === undefined) user = clientUser() ?? user;
    return user;
  }

  /** Called when `identify` is called. By then, both versions have given an anonymous context its key. */
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
      // Version 3 continues with the previous context, whose flags must not be used.
      tell(null, { state: 'failed', error: new Error('LaunchDarkly could not identify the context') });
    }
    return data;
  }

  /** Call it when the client has the flags of the requested context. */
  function settleUser(flag: string | null | undefined): void {
    identifying = false;
    counting = following;
    values.clear();
    tell(flag, ready);
  }

  // Version 3 passes the changes by flag, version 4 the context and a list of flags.
  function follow(first: object, second?: readonly string[]): void {
    const changed = second ?? Object.keys(first);
    const flag = changed.length > 1 ? undefined : changed[0];
    const speaksOf = second ? keyOf(first) : clientUser();
    if (identifying) {
      // A late change of the previous context is ignored.
      if (speaksOf === user) settleUser(flag);
      return;
    }
    if (speaksOf !== undefined && speaksOf !== user) {
      // The client has no hooks, or answers came out of order.
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
    // By now the client has read the flags that it stored on the last visit.
    else if (!counting) tell();
    else if (state === 'INTERRUPTED') setStatus({ state: 'stale', since: stateSince });
  }

  async function settle(): Promise<void> {
    const isVersion3 = client.waitUntilReady;
    await client.waitUntilReady?.();
    // It has settled by now. Version 3 warns if it gets no limit.
    const outcome = await client
      .waitForInitialization(isVersion3 && 0)
      .catch((error: unknown): Outcome => ({ status: 'failed', error }));
    const { status: result = 'complete', error } = (outcome ?? {}) as Outcome;
    if (!listening || following) return;
    following = true;
    // Not earlier: version 4 would open its stream, close it and open it again.
    client.on('change', follow);
    if (isVersion3 && result === 'failed') {
      client.setStreaming(true);
      // From now on it streams only while it has listeners.
      client.setStreaming();
    }
    // The first answer was for the previous context. `afterIdentify` handles the present one.
    if (identifying) return;
    // Version 3 drops all flags when it fails. The flags that it has now come from a stream that opened later.
    if (result === 'complete' || (isVersion3 && peek().size)) setStatus(ready);
    else if (result === 'failed' && !counting) setStatus({ state: 'failed', error });
    tell();
  }

  function listen(): () => void {
    if (!hooked && client.addHook) {
      readUser();
      hooked = true;
      // A hook cannot be removed. Without listeners it does nothing.
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

/** Identifies a context by its kinds and their keys, without its other attributes. */
function keyOf(context: object | null | undefined): string | undefined {
  if (!context) return undefined;
  const { kind = 'user', key, ...kinds } = context as Record<string, unknown>;
  const keys =
    kind === 'multi'
      ? Object.entries(kinds).map(([name, part]) => [name, (part as { key?: unknown } | null)?.key])
      : [[kind, key]];
  return JSON.stringify(keys.sort());
}
