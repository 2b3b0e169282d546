'use client';
import { createContext, useContext, useState } from 'react';
import { createMaintenanceStore, type MaintenanceStore } from '../core/createMaintenanceStore.js';
import { development, maintenanceError, type MaintenanceError } from '../core/errors.js';
import type { FeatureKey } from '../core/defineFeatures.js';
import type { Announcer } from './createAnnouncer.js';
import type { Minutes } from './createMinutes.js';
import { createPresence, type Presence } from './createPresence.js';
import type { GivenSettings, MaintenanceSettings } from './settings.js';

/** What a provider gives to those below it. It is another object only when something in it is. */
export interface MaintenanceContextValue {
  readonly store: MaintenanceStore<FeatureKey>;
  readonly presence: Presence;
  readonly given: GivenSettings;
  /** Reports an error to `onError`, unless the same was reported before. */
  readonly reportOnce: (error: MaintenanceError) => void;
  readonly kept: KeptByProvider;
  /** Made by the first gate, banner or page that asks for it. */
  notices?: Notices;
}

/** What a provider keeps as long as it is mounted. */
export interface KeptByProvider {
  minutes?: Minutes;
  /** The dismissals that the storage did not take. */
  dismissals?: string;
  /** Since when the present person uses the page, in epoch milliseconds; 0 for the first one. */
  since: number;
}

/** What gates, banners and pages use, and nothing else: see `useNotices`. */
export interface Notices extends Pick<MaintenanceContextValue, 'store' | 'reportOnce' | 'kept'> {
  readonly settings: MaintenanceSettings;
  readonly announcer: Announcer;
  readonly minutes: Minutes;
}

export const MaintenanceContext: React.Context<MaintenanceContextValue | null> =
  createContext<MaintenanceContextValue | null>(null);

/**
 * The context, for a component or hook that has to be below a provider. Without a provider it throws in development; in production the
 * page goes on as if nothing were in maintenance.
 */
export function useMaintenanceContext(consumer: string): MaintenanceContextValue {
  const value = useContext(MaintenanceContext);
  if (value) return value;
  if (development && process.env.NODE_ENV !== 'production') {
    const message = `${consumer} must be below <MaintenanceProvider>. Wrap the app in it.`;
    throw maintenanceError('no-provider', message);
  }
  // A component has a provider, or none, for as long as it is mounted: its hooks never change their order.
  // eslint-disable-next-line react-hooks/rules-of-hooks
  return useNoProvider();
}

/** A context of its own for each consumer, with a store to which nothing ever happens. */
function useNoProvider(): MaintenanceContextValue {
  const [value] = useState((): MaintenanceContextValue => {
    const store = createMaintenanceStore<FeatureKey>();
    return { store, presence: createPresence(), given: {}, reportOnce: () => {}, kept: { since: 0 } };
  });
  return value;
}
