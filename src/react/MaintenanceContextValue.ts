import type { MaintenanceError } from '../core/errors.js';
import type { MaintenanceStore } from '../core/MaintenanceStore.js';
import type { FeatureKey } from '../core/Register.js';
import type { Announcer } from './createAnnouncer.js';
import type { Minutes } from './createMinutes.js';
import type { DismissalStorage } from './DismissalStorage.js';
import type { TimeFormat } from './formatInstant.js';

/** Whose changes are spoken to users of assistive technology. */
export type Announcements = 'all' | 'own' | 'off';

/** How notices are worded and times are written, below a provider. */
export interface MaintenanceSettings extends TimeFormat {
  readonly announcements: Announcements;
  /** `undefined` for the browser's `localStorage`. */
  readonly storage: DismissalStorage | undefined;
  readonly storageKey: string;
  /** Whose dismissals are read and written there; `undefined` where the app does not say. */
  readonly user: string | undefined;
  /** The clock, in epoch milliseconds. */
  readonly now: () => number;
}

/** What a provider gives to those below it. Its identity changes only with what is in it. */
export interface MaintenanceContextValue {
  readonly store: MaintenanceStore<FeatureKey>;
  readonly settings: MaintenanceSettings;
  readonly announcer: Announcer;
  /** Tells `onError`, of the same only once. */
  readonly tellOnce: (error: MaintenanceError) => void;
  readonly minutes: Minutes;
  /** What the storage did not take, and since when the present person uses the page. */
  readonly memory: { text?: string; since: number; readonly startAnew: () => void };
}
