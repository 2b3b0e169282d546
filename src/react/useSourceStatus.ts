'use client';
import { useSyncExternalStore } from 'react';
import type { SourceStatus } from '../core/FlagSource.js';
import { useMaintenanceContext } from './MaintenanceContext.js';

const pending: SourceStatus = { state: 'pending' };

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
