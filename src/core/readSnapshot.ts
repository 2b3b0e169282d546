import type { Feature } from './defineFeatures.js';
import type { FlagReading } from './FlagReading.js';
import type { Snapshot } from './takeSnapshot.js';

/** What a snapshot says of a feature. */
export function readSnapshot<F extends string>(
  snapshot: Snapshot | undefined,
  feature: Feature<F>,
): FlagReading<F> {
  // A feature may be called "constructor".
  const named = snapshot && Object.hasOwn(snapshot.windows, feature.key);
  return { feature, window: (named && snapshot.windows[feature.key]) || null, reopening: null };
}
