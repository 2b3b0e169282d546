'use client';
import { useSyncExternalStore } from 'react';
import { useMaintenanceContext } from './MaintenanceContext.js';

/** How often somebody else took over: what a component keeps of the person before is to be dropped when it changes. */
export function useUserChanges(consumer: string): number {
  const { store } = useMaintenanceContext(consumer);
  return useSyncExternalStore(store.subscribeStatus, store.getUserChanges, none);
}

const none = (): number => 0;
