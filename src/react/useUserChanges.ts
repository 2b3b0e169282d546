'use client';
import { useSyncExternalStore } from 'react';
import { useMaintenanceContext } from './MaintenanceContext.js';

/** How often the user changed. When it changes, components drop what they keep of the person before. */
export function useUserChanges(consumer: string): number {
  const { store } = useMaintenanceContext(consumer);
  return useSyncExternalStore(store.subscribeStatus, store.getUserChanges, none);
}

const none = (): number => 0;
