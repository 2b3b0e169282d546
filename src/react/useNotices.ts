'use client';
import { useEffect } from 'react';
import { checkSettings } from './checkSettings.js';
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
