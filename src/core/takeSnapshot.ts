import { featureOfFlag, type Feature, type Features } from './defineFeatures.js';
import type { MaintenanceError } from './errors.js';
import { interpretFlag } from './interpretFlag.js';
import type { FlagReading, MaintenanceWindow } from './timeline.js';

/** The windows that a server read for one user, as JSON, for the first client render. */
export interface Snapshot {
  /** The server's clock, in epoch milliseconds. The first client render uses the same instant. */
  readonly now: number;
  /** Whether it was taken in a build, so that `now` is not the time at which the page is opened. */
  readonly static?: true;
  /** By feature. Features without maintenance are left out. */
  readonly windows: { readonly [feature: string]: MaintenanceWindow };
}

/** The input of `takeSnapshot`. */
export interface SnapshotInput {
  /** The values of the user's flags, by flag key. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** Without it, each flag is a feature with the same key. */
  readonly features?: Features | undefined;
  /** Epoch milliseconds. Default: now. With `static`, the clock is read only if there is a maintenance: prerendering forbids it. */
  readonly now?: number;
  /**
   * Whether it is taken in a build, for pages that are served much later. If not, the browser takes `now` for the present time of the
   * server. It corrects the visitor's clock if that is behind, or more than five minutes ahead. Default false.
   */
  readonly static?: boolean;
  readonly onError?: (error: MaintenanceError) => void;
}

/**
 * Takes a snapshot of a user's flags, on the server or in a build.
 *
 * @example
 * const snapshot = takeSnapshot({ features, flags: { 'search-maintenance': true } });
 * <MaintenanceProvider snapshot={snapshot} features={features}>
 */
export function takeSnapshot({
  flags,
  features,
  now,
  static: isStatic = false,
  onError,
}: SnapshotInput): Snapshot {
  // A flag may be called "constructor", and a feature "__proto__".
  const values = new Map(Object.entries(flags));
  const windows: [string, MaintenanceWindow][] = [];
  for (const feature of features ? Object.values(features) : Object.keys(flags).map(featureOfFlag)) {
    const window = interpretFlag(values.get(feature.flag), feature, onError);
    if (window) windows.push([feature.key, window]);
  }
  // A static snapshot without windows is the same at any time.
  const instant = now ?? (isStatic && !windows.length ? 0 : Date.now());
  return { now: instant, ...(isStatic && { static: true }), windows: Object.fromEntries(windows) };
}

/** Whether it has the form of a snapshot. Apps pass texts and errors of their servers. */
export function isSnapshot(value: unknown): boolean {
  const { windows } = value as Partial<Snapshot>;
  return Object(windows) === windows;
}

/** The window of a feature in a snapshot. */
export function readSnapshot<F extends string>(
  snapshot: Snapshot | null | undefined,
  feature: Feature<F>,
): FlagReading<F> {
  // A feature may be called "constructor".
  const named = snapshot && Object.hasOwn(snapshot.windows, feature.key);
  return { feature, window: (named && snapshot.windows[feature.key]) || null, reopening: null };
}

// A page takes time to load. A snapshot that is younger than this tells nothing about the visitor's clock.
const loadingMs = 300_000;

/**
 * How far the server's clock is ahead of the visitor's, by a snapshot, in milliseconds. A snapshot from the visitor's future, or from long
 * ago, means that the visitor's clock is wrong.
 */
export function readClockOffset(snapshot: Snapshot, now: number): number {
  const offset = snapshot.now - now;
  return snapshot.static || (offset <= 0 && offset > -loadingMs) ? 0 : offset;
}
