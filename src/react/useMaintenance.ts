'use client';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { MaintenanceStore } from '../core/createMaintenanceStore.js';
import type { Maintenance } from '../core/Maintenance.js';
import type { FeatureKey } from '../core/defineFeatures.js';
import type { SourceStatus } from '../core/FlagSource.js';
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

/**
 * The store of the provider above, for code outside of React, such as `maintenanceFetch`, a cache or a router. It never causes a render; use
 * `useMaintenance` for that. Its `refresh` also updates the times on screen.
 *
 * @throws `no-provider`, in development.
 * @example
 * const store = useMaintenanceStore();
 * const api = useMemo(() => maintenanceFetch(fetch, store, { routes }), [store]);
 */
export function useMaintenanceStore(): MaintenanceStore<FeatureKey> {
  const { store, kept } = useMaintenanceContext('useMaintenanceStore()');
  return useMemo(
    () => ({
      ...store,
      refresh() {
        store.refresh();
        kept.minutes?.refresh();
      },
    }),
    [store, kept],
  );
}

/**
 * Whether the flag source works: `pending`, `ready`, `failed` or `stale`. It is separate from `useMaintenance`, so that only components with
 * this hook render again when a client becomes ready or reconnects.
 *
 * @throws `no-provider`, in development.
 * @example
 * const { state } = useSourceStatus();
 * return state === 'stale' ? <p>Offline</p> : null;
 */
export function useSourceStatus(): SourceStatus {
  const { store } = useMaintenanceContext('useSourceStatus()');
  const getInitial = () => {
    const status = store.getStatus();
    return status.state === 'pending' ? status : pending;
  };
  return useSyncExternalStore(store.subscribeStatus, store.getStatus, getInitial);
}

const pending: SourceStatus = { state: 'pending' };
