import { featureOfFlag, type Feature, type Features } from '../core/defineFeatures.js';
import { listNames, maintenanceError } from '../core/errors.js';
import type { FlagSource, SourceStatus } from '../core/FlagSource.js';
import { memorySource } from '../core/memorySource.js';

/** A source with which a test acts as the operator. */
export interface TestSource<F extends string = string> extends FlagSource {
  /** Puts a feature into maintenance. `value` is the value of its flag: `true`, a mode or a window. Default `true`. */
  start(feature: F, value?: unknown): void;
  /** Ends it. */
  end(feature: F): void;
  /** Changes the user. `maintenance` is what is in maintenance for the new user. */
  setUser(user: unknown, maintenance?: { readonly [feature in F]?: unknown }): void;
  /** Sets the status of the connection. */
  setStatus(status: SourceStatus): void;
  /** The number of subscriptions; 0 after a clean unmount. */
  listenerCount(): number;
}

/**
 * Creates a source that is controlled by features, not by flags. `maintenance` is the state at the start, by feature.
 *
 * @throws `unknown-feature` if a feature is not in `features`.
 * @example
 * const source = createTestSource(features, { comments: 'read-only' });
 * act(() => source.start('search', { endsAt: '2026-11-23T15:30:00Z' }));
 */
export function createTestSource<F extends string = string>(
  features?: Features<F>,
  maintenance: { readonly [feature in F]?: unknown } = {},
): TestSource<F> {
  const memory = memorySource();
  let listeners = 0;

  function featureOf(key: F): Feature<F> {
    if (!features) return featureOfFlag(key);
    if (Object.hasOwn(features, key)) return features[key];
    throw maintenanceError(
      'unknown-feature',
      `There is no feature "${key}". Defined are: ${listNames(features)}.`,
    );
  }

  function start(key: F, value: unknown = true): void {
    const { flag, maintenanceWhen } = featureOf(key);
    memory.set(flag, maintenanceWhen === 'off' && value === true ? false : value);
  }

  function end(key: F): void {
    const { flag, maintenanceWhen } = featureOf(key);
    memory.set(flag, maintenanceWhen === 'off');
  }

  function count(leave: (() => void) | undefined): () => void {
    listeners += 1;
    let left = false;
    return () => {
      if (!left) listeners -= 1;
      left = true;
      leave?.();
    };
  }

  function startAll(maintenance: { readonly [feature in F]?: unknown }): void {
    // Object.entries loses the keys' type.
    for (const [key, value] of Object.entries(maintenance) as [F, unknown][]) start(key, value);
  }

  startAll(maintenance);
  return {
    get: memory.get,
    subscribe: (flags, onChange) => count(memory.subscribe(flags, onChange)),
    status: () => memory.status?.() ?? { state: 'ready' },
    subscribeStatus: (onStatus) => count(memory.subscribeStatus?.(onStatus)),
    user: () => memory.user?.(),
    setUser(user, maintenance = {}) {
      memory.setUser(user);
      startAll(maintenance);
    },
    setStatus: memory.setStatus,
    start,
    end,
    listenerCount: () => listeners,
  };
}
