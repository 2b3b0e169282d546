import { createElement as h } from 'react';
import { addons, types } from 'storybook/manager-api';
import type { Announcement } from '../testing/observeAnnouncements.js';
import { MaintenancePanel, type AnnouncementLog } from './MaintenancePanel.js';
import { announcementsEvent } from './StoryParameters.js';

addons.register('react-maintenance-mode', (api) => {
  const log = createAnnouncementLog((onChange) => api.on(announcementsEvent, onChange));
  addons.add('react-maintenance-mode/panel', {
    type: types.PANEL,
    title: 'Maintenance',
    paramKey: 'maintenance',
    render: ({ active }) => (active ? h(MaintenancePanel, { log }) : null),
  });
});

function createAnnouncementLog(
  listen: (onChange: (announcements: readonly Announcement[]) => void) => void,
): AnnouncementLog {
  const listeners = new Set<() => void>();
  let announcements: readonly Announcement[] = [];
  listen((next) => {
    announcements = next;
    for (const listener of listeners) listener();
  });
  return {
    get: () => announcements,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
