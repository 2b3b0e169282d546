'use client';
import { useCallback, useSyncExternalStore } from 'react';
import type { Maintenance } from '../core/Maintenance.js';
import type { FeatureKey } from '../core/defineFeatures.js';
import { useMaintenanceContext } from './MaintenanceContext.js';

type AnyMaintenance = Maintenance<FeatureKey>;

/**
 * The state of a feature for the current user. The component renders again only when it changes. Without an argument, it returns all features
 * that are in maintenance or about to be, worst first, as for a banner.
 *
 * @throws `no-provider` and `unknown-feature`, in development.
 * @example
 * const search = useMaintenance('search');
 * return <button disabled={!search.canRead}>Search</button>;
 */
export function useMaintenance(): readonly AnyMaintenance[];
export function useMaintenance(feature: FeatureKey): AnyMaintenance;
export function useMaintenance(feature?: FeatureKey): AnyMaintenance | readonly AnyMaintenance[] {
  const { store, presence } = useMaintenanceContext('useMaintenance()');
  const subscribe = useCallback(
    (listener: () => void) => {
      const leave = presence.enter(feature);
      const unsubscribe =
        feature === undefined ? store.subscribeAffected(listener) : store.subscribe(feature, listener);
      return () => {
        leave();
        unsubscribe();
      };
    },
    [store, presence, feature],
  );
  return useSyncExternalStore<AnyMaintenance | readonly AnyMaintenance[]>(
    subscribe,
    () => (feature === undefined ? store.getAffected() : store.get(feature)),
    () => (feature === undefined ? store.getInitialAffected() : store.getInitial(feature)),
  );
}
