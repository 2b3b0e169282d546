'use client';
import { useEffect, useSyncExternalStore } from 'react';
import { checkSettings } from './settings.js';
import { createAnnouncer } from './createAnnouncer.js';
import { createMinutes } from './createMinutes.js';
import { useMaintenanceContext, type MaintenanceContextValue, type Notices } from './MaintenanceContext.js';

/**
 * What gates, banners and pages share: checked settings, the minute clock, and the announcer, which starts with the first of them. Apps that
 * only use hooks do not load it.
 */
export function useNotices(consumer: string): Notices {
  const notices = noticesOf(useMaintenanceContext(consumer));
  const { announcer } = notices;
  useEffect(() => announcer.attach(), [announcer]);
  return notices;
}

function noticesOf(context: MaintenanceContextValue): Notices {
  const { store, presence, given, reportOnce, kept } = context;
  // It belongs to this context or its store, so every caller gets the same.
  return (context.notices ??= {
    store,
    reportOnce,
    kept,
    settings: checkSettings(given, reportOnce),
    announcer: store.shared('announcer', () => createAnnouncer(store, presence)),
    minutes: (kept.minutes ??= createMinutes(store.now)),
  });
}

/** How often the user changed. When it changes, components drop what they keep for the previous user. */
export function useUserChanges(consumer: string): number {
  const { store } = useMaintenanceContext(consumer);
  return useSyncExternalStore(store.subscribeStatus, store.getUserChanges, none);
}

const none = (): number => 0;

/** Whether React has hydrated the page: `false` on the server, and in the first render of a page from a server. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => true,
    () => false,
  );
}

function subscribe(): () => void {
  return () => {};
}
