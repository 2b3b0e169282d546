'use client';
import { useEffect, useSyncExternalStore } from 'react';
import { checkSettings } from './settings.js';
import { createAnnouncer } from './createAnnouncer.js';
import { createMinutes } from './createMinutes.js';
import { useMaintenanceContext, type MaintenanceContextValue, type Notices } from './MaintenanceContext.js';

/**
 * What gates, banners and pages share: checked settings, times and the announcer, which works from the first of them on. Apps that use
 * hooks only do not load it.
 */
export function useNotices(consumer: string): Notices {
  const notices = noticesOf(useMaintenanceContext(consumer));
  const { announcer } = notices;
  useEffect(() => announcer.attach(), [announcer]);
  return notices;
}

function noticesOf(context: MaintenanceContextValue): Notices {
  const { store, presence, given, reportOnce, kept } = context;
  // All of it belongs to this context or to its store: every caller gets the same.
  return (context.notices ??= {
    store,
    reportOnce,
    kept,
    settings: checkSettings(given, reportOnce),
    announcer: store.shared('announcer', () => createAnnouncer(store, presence)),
    minutes: (kept.minutes ??= createMinutes(store.now)),
  });
}

/** How often the user changed. When it changes, components drop what they keep of the person before. */
export function useUserChanges(consumer: string): number {
  const { store } = useMaintenanceContext(consumer);
  return useSyncExternalStore(store.subscribeStatus, store.getUserChanges, none);
}

const none = (): number => 0;

/** Whether React has hydrated the page: `false` in the server's HTML, and in the first render of a page that a server wrote. */
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
