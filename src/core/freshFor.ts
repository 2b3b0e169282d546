import { featureOfFlag, type Feature, type Features } from './defineFeatures.js';
import { interpretFlag } from './interpretFlag.js';
import type { MaintenanceWindow } from './MaintenanceWindow.js';

/** The two intervals of the freshness rule, in milliseconds. */
export interface FreshnessIntervals {
  readonly longMs: number;
  readonly shortMs: number;
}

/**
 * How long flags that were read without a stream may be kept: a long interval normally, a short one from one long interval
 * before an announced window until it is over. So an announced window finds every cache already short.
 *
 * @example
 * freshFor([], now, { longMs: 300_000, shortMs: 5_000 }); // 300_000
 */
export function freshFor(
  windows: Iterable<MaintenanceWindow | null>,
  now: number,
  { longMs, shortMs }: FreshnessIntervals,
): number {
  let fresh = longMs;
  for (const window of windows) {
    if (!window) continue;
    const { startsAt = -Infinity, endsAt = Infinity, endsItself } = window;
    if (endsItself && endsAt <= now) continue;
    fresh = Math.min(fresh, Math.max(startsAt - longMs - now, shortMs));
  }
  return fresh;
}

/**
 * The rule for whole answers, flags by key: how long one may be kept, in milliseconds. Never longer than `freshFor` says, and up to
 * a fifth shorter, which spreads what was read in one moment.
 */
export function createFreshness(
  features: Features | undefined,
  intervals: FreshnessIntervals,
): (flags: Readonly<Record<string, unknown>>, now: number) => number {
  const byFlag = new Map(Object.values<Feature>(features ?? {}).map((feature) => [feature.flag, feature]));
  return (flags, now) => {
    const windows = Object.entries(flags).map(([flag, value]) =>
      interpretFlag(value, byFlag.get(flag) ?? featureOfFlag(flag)),
    );
    return freshFor(windows, now, intervals) * (1 - Math.random() / 5);
  };
}
