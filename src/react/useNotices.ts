'use client';
import { useEffect, useSyncExternalStore } from 'react';
import { checkSettings } from './settings.js';
import { createAnnouncer } from './createAnnouncer.js';
import {
  useMaintenanceContext,
  type MaintenanceContextValue,
  type Minutes,
  type Notices,
} from './MaintenanceContext.js';

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

const minuteMs = 60_000;

function createMinutes(now: () => number): Minutes {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function tick(): void {
    clearTimeout(timer);
    if (document.hidden || !listeners.size) return;
    for (const listener of listeners) listener();
    timer = setTimeout(tick, minuteMs - (now() % minuteMs));
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) {
        document.addEventListener('visibilitychange', tick);
        tick();
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size) return;
        document.removeEventListener('visibilitychange', tick);
        clearTimeout(timer);
      };
    },
    get: () => Math.floor(now() / minuteMs) * minuteMs,
    refresh: tick,
  };
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
