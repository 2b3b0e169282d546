import { featureOfFlag, type Feature, type Features } from '../core/defineFeatures.js';
import { listNames, maintenanceError } from '../core/errors.js';
import type { FlagSource, SourceStatus } from '../core/FlagSource.js';
import { memorySource } from '../core/memorySource.js';

/** A source that a test plays the operator with. */
export interface TestSource<F extends string = string> extends FlagSource {
  /** Puts a feature into maintenance. `value` is what its flag says: `true`, a mode or a window. Default `true`. */
  start(feature: F, value?: unknown): void;
  /** Ends it. */
  end(feature: F): void;
  /** Hands over to somebody else, with what is in maintenance for them. */
  setUser(user: unknown, maintenance?: { readonly [feature in F]?: unknown }): void;
  /** Pretends that the connection fares otherwise. */
  setStatus(status: SourceStatus): void;
  /** How many subscriptions there are: 0 after a clean unmount. */
  listenerCount(): number;
}

/**
 * Makes a source that is told of features, not flags. `maintenance` is what holds at the beginning, by feature.
 *
 * @throws `unknown-feature` for a feature that is not among `features`.
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
