import type { Announcement } from '../testing/observeAnnouncements.js';

/** The event by which a story tells the panel what was announced in it so far, the last one first. */
export const announcementsEvent = 'react-maintenance-mode/announcements';

/** What the panel shows of them. It is filled while the panel is closed, too. */
export interface AnnouncementLog {
  readonly get: () => readonly Announcement[];
  readonly subscribe: (listener: () => void) => () => void;
}
