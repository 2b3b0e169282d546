'use client';
import { useCallback, useInsertionEffect, useRef, useState } from 'react';
import { type Maintenance, isOpen, type Requirement } from '../core/Maintenance.js';
import type { FeatureKey } from '../core/defineFeatures.js';
import { useMaintenanceContext } from './MaintenanceContext.js';
import { useMaintenance } from './useMaintenance.js';

/** When an action runs, and who hears that it did not. */
export interface GatedCallbackOptions {
  /** What the action needs of the feature. Default `write`: most actions change something. */
  readonly requires?: Requirement | undefined;
  /** Called in place of the action while the feature is closed, with its state. */
  readonly onBlocked?: ((state: Maintenance<FeatureKey>) => void) | undefined;
}

/** How an action fares. */
export interface GatedCallbackState {
  /** Whether the action would run now. */
  readonly open: boolean;
  /** Whether it runs: from the call until what it returned is settled. */
  readonly pending: boolean;
}

/**
 * An action that does not run while its feature is closed. What counts is the state at the moment of the call, not that of the
 * last render. It never runs twice at once; one that runs when the feature closes is left to finish. The returned function is
 * always the same, calls the latest `action` at once, and gives a promise of its result: of `undefined` for a call that was
 * blocked or came while the action ran.
 *
 * @throws `no-provider` and `unknown-feature`, in development.
 * @example
 * const [send, { open, pending }] = useGatedCallback('comments', () => api.send(text));
 * return <button aria-disabled={!open || pending} onClick={() => void send()}>Send</button>;
 */
export function useGatedCallback<Args extends unknown[], Result>(
  feature: FeatureKey,
  action: (...args: Args) => Result | Promise<Result>,
  { requires = 'write', onBlocked }: GatedCallbackOptions = {},
): readonly [(...args: Args) => Promise<Result | undefined>, GatedCallbackState] {
  const { store } = useMaintenanceContext('useGatedCallback()');
  const open = isOpen(useMaintenance(feature), requires);
  const [pending, setPending] = useState(false);
  const running = useRef(false);
  const latest = { store, feature, action, requires, onBlocked };
  const call = useRef(latest);
  useInsertionEffect(() => {
    call.current = latest;
  });

  const run = useCallback(async (...args: Args) => {
    const { store, feature, action, requires, onBlocked } = call.current;
    const state = store.get(feature);
    if (!isOpen(state, requires)) onBlocked?.(state);
    else if (!running.current) {
      running.current = true;
      setPending(true);
      try {
        return await action(...args);
      } finally {
        running.current = false;
        setPending(false);
      }
    }
    return undefined;
  }, []);
  return [run, { open, pending }];
}
