import type { FlagSource } from '../core/FlagSource.js';
import type { MaintenanceWindow } from '../core/timeline.js';
import type { Example } from '../testing/exampleMaintenance.js';
import type { Announcement } from '../testing/observeAnnouncements.js';

/** What `createDevtools` gives: `wrap` and `now` for the provider, and all of it for the panel. */
export interface Devtools {
  /** Puts the overrides of the panel over a source. For the same source it returns the same wrapped source. */
  readonly wrap: (source: FlagSource) => FlagSource;
  /** The clock, moved as the panel says. */
  readonly now: () => number;
  /** What the panel works with; absent in production. */
  readonly controls?: DevtoolsControls | undefined;
}

/** A feature in the panel. */
export interface DevtoolsFeature {
  readonly key: string;
  readonly flag: string;
  readonly label: string;
}

/** What the flag service says of a flag: a value, or why there is none. */
export type FlagAnswer = { readonly value: unknown } | { readonly error: string };

export interface DevtoolsControls {
  /** The defined features. Without them: the flags that were asked for so far. */
  readonly features: () => readonly DevtoolsFeature[];
  /** The answer of the flag service, without the override. */
  readonly flagAnswer: (flag: string) => FlagAnswer;
  /** The window that the flag, or its override, stands for. */
  readonly windowOf: (flag: string) => MaintenanceWindow | null;
  readonly overrideOf: (flag: string) => Example | undefined;
  /** Overrides the value of the flag service, or removes the override. */
  readonly override: (flag: string, example: Example | undefined) => void;
  /** Minutes by which the clock is moved. */
  readonly clockMinutes: () => number;
  readonly moveClock: (minutes: number) => void;
  /** Removes all overrides, and sets the clock right. */
  readonly reset: () => void;
  /** What was announced so far, the last one first. */
  readonly announcements: () => readonly Announcement[];
  readonly addAnnouncement: (text: string) => void;
  /** Calls `listener` when anything of this changed. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Another number after each change. */
  readonly version: () => number;
}
