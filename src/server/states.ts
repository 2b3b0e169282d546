import { readSnapshot, type Snapshot } from '../core/takeSnapshot.js';
import type { Features } from '../core/defineFeatures.js';
import type { Maintenance } from '../core/Maintenance.js';
import { resolveMaintenance } from '../core/timeline.js';

/** The state of every feature, by key. */
export type States<F extends string = string> = { readonly [feature in F]: Maintenance<F> };

/**
 * The states of all features by a snapshot, as the store computes them. On a server nothing is `recovering`: it has to be open for the
 * first client that reopens.
 *
 * @example
 * readStates(features, takeSnapshot({ features, flags })).search.canRead;
 */
export function readStates<F extends string>(features: Features<F>, snapshot: Snapshot): States<F> {
  const states: Partial<Record<F, Maintenance<F>>> = {};
  // Object.keys loses the keys' type.
  for (const key of Object.keys(features) as F[]) states[key] = readState(features, key, snapshot, 'en');
  // It has a state for every key.
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
