import type { Listeners } from './createListeners.js';
import { featureOfFlag, type Feature, type Features } from './defineFeatures.js';
import type { FlagReading } from './FlagReading.js';
import { operational, type Maintenance } from './Maintenance.js';
import { readSnapshot } from './readSnapshot.js';
import type { Snapshot } from './takeSnapshot.js';

/** What the store keeps of one feature. */
export interface FeatureEntry<F extends string> extends FlagReading<F> {
  /** Where it stands among the features. */
  readonly position: number;
  /** Whether the source, or a snapshot, said anything of its flag yet. */
  known: boolean;
  state: Maintenance<F>;
  /** The state at the first render. */
  initial?: Maintenance<F>;
  listeners?: Listeners;
  /** The entries whose flags decide about this one, itself the first. */
  causes: readonly FeatureEntry<F>[];
  /** The entries about which the flag of this one decides. */
  readonly dependents: FeatureEntry<F>[];
}

/** The entries of a store. Without defined features there is one for each feature that was asked for. */
export interface Entries<F extends string> {
  readonly byFeature: ReadonlyMap<F, FeatureEntry<F>>;
  /** Those that have a flag. */
  readonly byFlag: ReadonlyMap<string, FeatureEntry<F>>;
  /** Adds a feature that nothing depends on. */
  add(feature: Feature<F>): FeatureEntry<F>;
}

/** Makes the entries of these features, and of those that the snapshot names when none are defined. */
export function createEntries<F extends string>(
  features: Features<F> | undefined,
  snapshot: Snapshot | undefined,
): Entries<F> {
  const byFeature = new Map<F, FeatureEntry<F>>();
  const byFlag = new Map<string, FeatureEntry<F>>();

  function create(feature: Feature<F>): FeatureEntry<F> {
    const entry: FeatureEntry<F> = {
      ...readSnapshot(snapshot, feature),
      position: byFeature.size,
      known: Boolean(snapshot),
      state: operational(feature.key),
      causes: [],
      dependents: [],
    };
    byFeature.set(feature.key, entry);
    return entry;
  }

  function link(entry: FeatureEntry<F>): void {
    const { causes, flag } = entry.feature;
    entry.causes = causes.flatMap((cause) => byFeature.get(cause) ?? []);
    for (const cause of entry.causes) cause.dependents.push(entry);
    if (causes.length) byFlag.set(flag, entry);
  }

  function add(feature: Feature<F>): FeatureEntry<F> {
    const entry = create(feature);
    link(entry);
    return entry;
  }

  // A cause may be defined after what depends on it.
  if (features) Object.values<Feature<F>>(features).map(create).forEach(link);
  // Without defined features the keys of a snapshot are what the app calls them.
  else for (const key of Object.keys(snapshot?.windows ?? {})) add(featureOfFlag(key as F));

  return { byFeature, byFlag, add };
}
