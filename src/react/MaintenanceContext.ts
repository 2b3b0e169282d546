'use client';
import { createContext, useContext, useState, type RefObject } from 'react';
import { createMaintenanceStore, type MaintenanceStore } from '../core/createMaintenanceStore.js';
import { development, maintenanceError, type MaintenanceError } from '../core/errors.js';
import type { FeatureKey } from '../core/defineFeatures.js';
import type { Announcer } from './createAnnouncer.js';
import type { GivenSettings, MaintenanceSettings } from './settings.js';

/** What a provider passes to the components below. It is a new object only if something in it has changed. */
export interface MaintenanceContextValue {
  readonly store: MaintenanceStore<FeatureKey>;
  readonly presence: Presence;
  readonly given: GivenSettings;
  /** Reports an error to `onError`, unless the same was reported before. */
  readonly reportOnce: (error: MaintenanceError) => void;
  readonly kept: KeptByProvider;
  /** Created by the first gate, banner or page. */
  notices?: Notices;
}

/** What a provider keeps while it is mounted. */
export interface KeptByProvider {
  minutes?: Minutes;
  /** The dismissals, if the storage could not store them. */
  dismissals?: string;
}

/** What only gates, banners and pages use: see `useNotices`. */
export interface Notices extends Pick<MaintenanceContextValue, 'store' | 'reportOnce' | 'kept'> {
  readonly settings: MaintenanceSettings;
  readonly announcer: Announcer;
  readonly minutes: Minutes;
}

/** Calls listeners every minute, with one timer for all listeners, and not while the tab is hidden. */
export interface Minutes {
  readonly subscribe: (listener: () => void) => () => void;
  /** The start of the present minute, in epoch milliseconds. */
  readonly get: () => number;
  /** Calls the listeners now, after the clock was set. */
  readonly refresh: () => void;
}

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

export const MaintenanceContext: React.Context<MaintenanceContextValue | null> =
  createContext<MaintenanceContextValue | null>(null);

/**
 * The context, for a component or hook that must be below a provider. Without a provider it throws in development. In production, it reports
 * this to the console, and nothing is in maintenance.
 */
export function useMaintenanceContext(consumer: string): MaintenanceContextValue {
  const value = useContext(MaintenanceContext);
  if (value) return value;
  const message = `${consumer} must be below <MaintenanceProvider>. Wrap the app in it.`;
  const error = maintenanceError('no-provider', message);
  if (development && process.env.NODE_ENV !== 'production') throw error;
  // A component has a provider, or none, as long as it is mounted. So the order of its hooks never changes.
  // eslint-disable-next-line react-hooks/rules-of-hooks
  return useNoProvider(error);
}

/** A context for one consumer, with a store that never changes. */
function useNoProvider(error: MaintenanceError): MaintenanceContextValue {
  const [value] = useState((): MaintenanceContextValue => {
    // If the build has two copies of this package, everything seems to work, but nothing ever closes.
    console.error(error);
    const store = createMaintenanceStore<FeatureKey>();
    return { store, presence: createPresence(), given: {}, reportOnce: () => {}, kept: {} };
  });
  return value;
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
