'use client';
import { useMemo } from 'react';
import type { MaintenanceStore } from '../core/createMaintenanceStore.js';
import type { FeatureKey } from '../core/defineFeatures.js';
import { useMaintenanceContext } from './MaintenanceContext.js';

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
