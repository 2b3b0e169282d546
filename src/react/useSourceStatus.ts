'use client';
import { useSyncExternalStore } from 'react';
import type { SourceStatus } from '../core/FlagSource.js';
import { useMaintenanceContext } from './MaintenanceContext.js';

const pending: SourceStatus = { state: 'pending' };

/**
 * How the flag source fares: `pending`, `ready`, `failed` or `stale`. It is apart from `useMaintenance`, so that nobody else
 * renders again when a client becomes ready or reconnects.
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
