'use client';
import { useCallback, useInsertionEffect, useRef, useState } from 'react';
import { type Maintenance, isOpen, type Requirement } from '../core/Maintenance.js';
import type { FeatureKey } from '../core/defineFeatures.js';
import { useMaintenanceContext } from './MaintenanceContext.js';
import { useMaintenance } from './useMaintenance.js';

/** When an action runs, and what happens if it does not. */
export interface GatedCallbackOptions {
  /** What the action needs from the feature. Default `write`, because most actions change something. */
  readonly requires?: Requirement | undefined;
  /** Called with the state, in place of the action, while the feature is closed. */
  readonly onBlocked?: ((state: Maintenance<FeatureKey>) => void) | undefined;
}

/** The state of an action. */
export interface GatedCallbackState {
  /** Whether the action would run now. */
  readonly open: boolean;
  /** Whether it is running: from the call until its promise is settled. */
  readonly pending: boolean;
}

/**
 * Wraps an action so that it does not run while its feature is closed. The state at the moment of the call decides, not that of the last
 * render. The action never runs twice at once. If it is running when the feature closes, it may finish. The returned function never changes
 * and calls the latest `action`. Its promise resolves to the result, or to `undefined` if the call was blocked or the action was running.
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
