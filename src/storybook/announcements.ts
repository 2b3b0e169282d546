import type { Announcement } from '../testing/observeAnnouncements.js';

/** The event with which a story sends its announcements so far to the panel, newest first. */
export const announcementsEvent = 'react-maintenance-mode/announcements';

/** The announcements that the panel shows. They are also collected while the panel is closed. */
export interface AnnouncementLog {
  readonly get: () => readonly Announcement[];
  readonly subscribe: (listener: () => void) => () => void;
}
