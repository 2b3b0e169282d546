import type { Messages } from './messages.js';

/** Whose changes are announced to users of assistive technology. */
export type Announcements = 'all' | 'own' | 'off';

/**
 * Where dismissals are stored: `localStorage`, `sessionStorage`, or anything of that shape. When it throws, dismissals are kept in memory.
 *
 * @example
 * <MaintenanceProvider storage={sessionStorage}>
 */
export type DismissalStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** What an app gives for its notices. `checkSettings` checks it when the first gate, banner or page is rendered. */
export interface GivenSettings {
  readonly locale?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly messages?: Partial<Messages> | undefined;
  readonly announcements?: Announcements | undefined;
  readonly storage?: DismissalStorage | undefined;
  readonly storageKey?: string | undefined;
  /** Whose dismissals are read and written; `undefined` when the app does not say. */
  readonly user?: string | undefined;
}

/** The settings of notices, checked, with their defaults. */
export interface MaintenanceSettings extends GivenSettings {
  readonly locale: string;
  /** `undefined` for the viewer's own. */
  readonly timeZone: string | undefined;
  readonly messages: Partial<Messages>;
  readonly announcements: Announcements;
  readonly storageKey: string;
}
