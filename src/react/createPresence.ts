import type { RefObject } from 'react';
import type { FeatureKey } from '../core/defineFeatures.js';
import type { GivenSettings } from './settings.js';

/** The live region of one provider, and the latest settings of the provider. */
interface JoinedRegion {
  readonly element: RefObject<HTMLElement | null>;
  readonly given: GivenSettings;
}

/**
 * Which features are on screen, and which live regions there are, in all React roots that share a store. The announcer reads it. The announcer
 * loads with gates, banners and pages, and not with the provider.
 */
export interface Presence {
  /** Counts a feature as on screen, or all features, until the returned function is called. */
  readonly enter: (feature?: FeatureKey) => () => void;
  readonly isOnScreen: (feature: FeatureKey) => boolean;
  /** Called for each feature that enters. */
  onEnter: ((feature: FeatureKey) => void) | undefined;
  /** Adds a live region, or replaces its settings. */
  readonly join: (region: JoinedRegion) => void;
  readonly leave: (element: JoinedRegion['element']) => void;
  /** The region for announcements: that of the provider that announces the most, or the first of several. */
  readonly region: () => JoinedRegion | undefined;
  /** Calls the listener when a region joined, left or got other settings. */
  readonly subscribe: (listener: () => void) => () => void;
}

export function createPresence(): Presence {
  const onScreen = new Map<FeatureKey | undefined, number>();
  const regions = new Map<JoinedRegion['element'], JoinedRegion>();
  const listeners = new Set<() => void>();

  function count(feature: FeatureKey | undefined, change: number): void {
    onScreen.set(feature, (onScreen.get(feature) ?? 0) + change);
  }

  function notify(): void {
    for (const listener of listeners) listener();
  }

  const presence: Presence = {
    enter(feature) {
      count(feature, 1);
      if (feature !== undefined) presence.onEnter?.(feature);
      return () => count(feature, -1);
    },
    isOnScreen: (feature) => Boolean(onScreen.get(undefined) || onScreen.get(feature)),
    onEnter: undefined,
    join(region) {
      regions.set(region.element, region);
      notify();
    },
    leave(element) {
      regions.delete(element);
      notify();
    },
    region: () => [...regions.values()].sort((a, b) => rankOf(b) - rankOf(a))[0],
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return presence;
}

function rankOf({ given: { announcements } }: JoinedRegion): number {
  return announcements === 'all' ? 2 : announcements === 'off' ? 0 : 1;
}
