import type { Listeners } from './createListeners.js';
import { featureOfFlag, type Feature, type Features } from './defineFeatures.js';
import type { FeatureEntry, FlagReading } from './FeatureEntry.js';
import { operational } from './Maintenance.js';
import type { Snapshot } from './takeSnapshot.js';

/** The entries of a store, by feature, by flag, and by what decides about them. */
export interface Entries<F extends string> {
  readonly all: ReadonlyMap<F, FeatureEntry<F>>;
  add(feature: Feature<F>): FeatureEntry<F>;
  ofFlag(flag: string): FeatureEntry<F> | undefined;
  /** The entries whose state the flags of these decide about. */
  dependingOn(causes: readonly FeatureEntry<F>[]): ReadonlySet<FeatureEntry<F>>;
  causesOf(entry: FeatureEntry<F>): FlagReading<F>[];
  /** What the snapshot says of a feature and of what it depends on. */
  snapshotCausesOf(entry: FeatureEntry<F>): FlagReading<F>[];
}

export function createEntries<F extends string>(
  features: Features<F> | undefined,
  snapshot: Snapshot | undefined,
  createListeners: () => Listeners,
): Entries<F> {
  const all = new Map<F, FeatureEntry<F>>();
  const byFlag = new Map<string, FeatureEntry<F>>();
  const dependents = new Map<F, FeatureEntry<F>[]>();

  function add(feature: Feature<F>): FeatureEntry<F> {
    const entry: FeatureEntry<F> = {
      ...snapshotReading(feature),
      listeners: createListeners(),
      known: snapshot !== undefined,
      told: new Set(),
      state: operational(feature.key),
    };
    all.set(feature.key, entry);
    byFlag.set(feature.flag, entry);
    for (const cause of feature.causes) {
      const others = dependents.get(cause);
      if (others) others.push(entry);
      else dependents.set(cause, [entry]);
    }
    return entry;
  }

  function snapshotReading(feature: Feature<F>): FlagReading<F> {
    return { feature, window: snapshot?.windows[feature.key] ?? null, reopening: null };
  }

  for (const feature of features ? Object.values<Feature<F>>(features) : []) add(feature);

  return {
    all,
    add,
    ofFlag: (flag) => byFlag.get(flag),
    dependingOn: (causes) => new Set(causes.flatMap(({ feature }) => dependents.get(feature.key) ?? [])),
    causesOf: ({ feature }) => feature.causes.flatMap((cause) => all.get(cause) ?? []),
    snapshotCausesOf: ({ feature }) =>
      feature.causes.map((cause) => snapshotReading(features?.[cause] ?? featureOfFlag(cause))),
  };
}
