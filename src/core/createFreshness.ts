import { featureOfFlag, type Feature, type Features } from './defineFeatures.js';
import { interpretFlag } from './interpretFlag.js';
import type { MaintenanceWindow } from './timeline.js';

/** The two intervals of the freshness rule, in milliseconds. */
export interface FreshnessIntervals {
  readonly intervalMs: number;
  readonly windowIntervalMs: number;
}

/**
 * The freshness rule for flags that are read without a stream: how long an answer may be kept, in milliseconds. Normally that is a long
 * interval. From one long interval before an announced window until it is over, it is a short one, so that every cache is short when the
 * window begins. The result is up to a fifth shorter, at random, to spread the requests of answers that came together.
 *
 * @example
 * const freshFor = createFreshness(features, { intervalMs: 300_000, windowIntervalMs: 5_000 });
 * freshFor({ 'search-maintenance': false }, Date.now()); // 240_000 to 300_000
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

function freshFor(
  windows: Iterable<MaintenanceWindow | null>,
  now: number,
  { intervalMs, windowIntervalMs }: FreshnessIntervals,
): number {
  let fresh = intervalMs;
  for (const window of windows) {
    if (!window) continue;
    const { startsAt = -Infinity, endsAt = Infinity, endsAutomatically } = window;
    if (endsAutomatically && endsAt <= now) continue;
    fresh = Math.min(fresh, Math.max(startsAt - intervalMs - now, windowIntervalMs));
  }
  return fresh;
}
