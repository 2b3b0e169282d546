import type { Features } from '../core/defineFeatures.js';
import type { Maintenance } from '../core/Maintenance.js';
import { readSnapshot, type Snapshot } from '../core/takeSnapshot.js';
import { resolveMaintenance } from '../core/timeline.js';

/** The state of every feature, by key. */
export type States<F extends string = string> = { readonly [feature in F]: Maintenance<F> };

/**
 * The states of all features in a snapshot, as the store computes them. On a server nothing is `recovering`: the server must be open for the
 * first client that reopens.
 *
 * @example
 * readStates(features, takeSnapshot({ features, flags })).search.canRead;
 */
export function readStates<F extends string>(features: Features<F>, snapshot: Snapshot): States<F> {
  const states: Partial<Record<F, Maintenance<F>>> = {};
  // Object.keys loses the keys' type.
  for (const key of Object.keys(features) as F[]) states[key] = readState(features, key, snapshot, 'en');
  // There is a state for every key.
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

/**
 * Writes a snapshot as text that is safe inside a `<script>`. It is JSON and also a JavaScript expression. If the flags could not be read there is
 * no snapshot, and the text is `null`. The provider accepts that, too.
 *
 * @example
 * `<script>window.maintenance = ${serializeSnapshot(snapshot)}</script>`
 */
export function serializeSnapshot(snapshot: Snapshot | null | undefined): string {
  return JSON.stringify(snapshot ?? null).replace(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
