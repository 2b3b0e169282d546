import type { MaintenanceError } from './errors.js';
import type { Features } from './defineFeatures.js';
import type { FlagSource, SourceStatus } from './FlagSource.js';
import type { Maintenance } from './Maintenance.js';
import type { MaintenanceWindow } from './timeline.js';
import type { Snapshot } from './takeSnapshot.js';

/** A feature went from one state to another. */
export interface MaintenanceChange<F extends string = string> {
  readonly feature: F;
  readonly from: Maintenance<F>;
  readonly to: Maintenance<F>;
  /** Somebody else uses the page now: `from` was the state of another person, and nothing has begun or ended. */
  readonly userChanged?: true;
}

/** The options of a store. Everything has a default. */
export interface MaintenanceStoreOptions<F extends string = string> {
  /** Where flags come from. It may come later, with `start`. */
  readonly source?: FlagSource | undefined;
  /** From `defineFeatures`. Without it, a feature's key is its flag's key. */
  readonly features?: Features<F> | undefined;
  /** What the server read. It holds until the source has answered. */
  readonly snapshot?: Snapshot | null | undefined;
  /** Before the first answer: `open`, or `hold` the place for `pendingTimeoutMs`. Default `open`. */
  readonly pending?: 'open' | 'hold' | undefined;
  /** How long the first answer is waited for, in milliseconds. Default 2000. */
  readonly pendingTimeoutMs?: number | undefined;
  /** Who uses the page, for sources that do not know. `setUser` says that it is somebody else. */
  readonly user?: unknown;
  /** The language of notices, as a BCP 47 tag. Default `en`. */
  readonly locale?: string | undefined;
  /** The clock, in epoch milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** This client's place in a reopening, 0 to 1. Default: random. */
  readonly jitter?: number | undefined;
  readonly onChange?: ((change: MaintenanceChange<F>) => void) | undefined;
  /** Called once per cause. Default: `console.error`. */
  readonly onError?: ((error: MaintenanceError) => void) | undefined;
}

/** Holds the state of every feature for the current user. */
export interface MaintenanceStore<F extends string = string> {
  /** Reads a source before `start` follows it, so that the first render is right. */
  prime(source: FlagSource | undefined): void;
  /** Follows the source, or another one, until the returned function is called. When it is started twice, both have to stop it. */
  start(source?: FlagSource): () => void;
  /** The state of a feature. @throws `unknown-feature` in development, when features are defined and this is none of them. */
  get(feature: F): Maintenance<F>;
  /** Calls `listener` when the state of this feature changed. */
  subscribe(feature: F, listener: () => void): () => void;
  /** The features that are in maintenance or about to be, worst first. */
  getAffected(): readonly Maintenance<F>[];
  subscribeAffected(listener: () => void): () => void;
  /** The state at the first render: the snapshot's, at the server's instant; without one, no maintenance. */
  getInitial(feature: F): Maintenance<F>;
  getInitialAffected(): readonly Maintenance<F>[];
  getStatus(): SourceStatus;
  /** Whether places are held for the first answer. */
  isHolding(): boolean;
  /** The same for the first render, on the server and in the page that it wrote, whatever the source knows by then. */
  isHoldingInitially(): boolean;
  subscribeStatus(listener: () => void): () => void;
  /** What people call a feature, in a language. Default: that of the store. */
  labelOf(feature: F, locale?: string): string;
  /** Whether its label is a plural, such as "Comments". */
  isPlural(feature: F, locale?: string): boolean;
  /** Whether a window belongs to a flag of this store. Windows whose flag chose their `id` cannot be told. */
  ownsWindow(windowId: string): boolean;
  setLocale(locale: string): void;
  /**
   * Says who uses the page: a key, or any other value, compared by `Object.is`. When it is somebody else, the state of the person before is
   * dropped at once, and the source asks again if it can. No maintenance ends by that. Sources that know their user (LaunchDarkly,
   * OpenFeature) say so themselves.
   */
  setUser(user: unknown): void;
  /** How often the user changed, by `setUser`, by the source, or by another source. Listeners of the status are called. */
  getUserChanges(): number;
  /**
   * Closes a feature at once because an API refused a request, until its flag changes or until an instant, in epoch milliseconds.
   * `maintenanceFetch` calls it.
   */
  reportUnavailable(feature: F, window: MaintenanceWindow, until: number): void;
  /**
   * Says what time it is at the server, in epoch milliseconds, to correct the visitor's clock. A difference of less than five seconds is
   * ignored: an answer takes a while to come. `maintenanceFetch` calls it.
   */
  setServerTime(instant: number): void;
  /** An object that exists once per store, also when several React roots share it. It is made when `name` is asked for first. */
  shared<T>(name: string, make: () => T): T;
  /** Brings all states to the present, after a tab woke up or a clock was set. */
  refresh(): void;
  /**
   * The instant that states are placed at, in epoch milliseconds: the visitor's clock, corrected by that of the server where a source
   * (`pollingSource`), an answer (`maintenanceFetch`) or a snapshot tells it.
   */
  now(): number;
}
