import { readSnapshot, type Snapshot } from '../core/takeSnapshot.js';
import type { Features } from '../core/defineFeatures.js';
import type { Maintenance } from '../core/Maintenance.js';
import { resolveMaintenance } from '../core/timeline.js';

/** The state of every feature, by key. */
export type States<F extends string = string> = { readonly [feature in F]: Maintenance<F> };

/**
 * The states that a snapshot puts features in, as the store computes them: all of them, or those that are asked for. A server
 * is open to the first client that reopens: for it nothing is `recovering`.
 *
 * @example
 * readStates(features, takeSnapshot({ features, flags })).search.canRead;
 */
export function readStates<F extends string>(
  features: Features<F>,
  snapshot: Snapshot,
  // Object.keys loses the keys' type.
  keys: readonly F[] = Object.keys(features) as F[],
): States<F> {
  const states: Partial<Record<F, Maintenance<F>>> = {};
  for (const key of keys) states[key] = readState(features, key, snapshot, 'en');
  // One state was written for every key that is asked for.
  return states as States<F>;
}

/** The state of one feature, with its notice in the language of a locale. */
export function readState<F extends string>(
  features: Features<F>,
  feature: F,
  snapshot: Snapshot,
  locale: string,
): Maintenance<F> {
  const causes = features[feature].causes.map((key) => readSnapshot(snapshot, features[key]));
  return resolveMaintenance(feature, causes, snapshot.now, () => 0, locale);
}
