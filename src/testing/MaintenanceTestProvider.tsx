'use client';
import { useEffect, useRef, useState } from 'react';
import { MaintenanceProvider, type MaintenanceProviderProps } from 'react-maintenance-mode';
import type { FeatureKey } from '../core/defineFeatures.js';
import type { DismissalStorage } from '../react/settings.js';
import { createTestSource } from './createTestSource.js';

type MaintenanceByFeature = { readonly [feature in FeatureKey]?: unknown };

/** The props of `MaintenanceProvider`, and `maintenance` in place of a source. */
export interface MaintenanceTestProviderProps extends MaintenanceProviderProps {
  /** What is in maintenance, by feature: `true`, a mode or a window. It may change. A `source` overrides it. */
  readonly maintenance?: MaintenanceByFeature | undefined;
}

/**
 * A provider for tests of components. It uses UTC and its own storage for dismissals, so that a test is the same everywhere and does not
 * affect the next one.
 *
 * @example
 * render(<MaintenanceTestProvider maintenance={{ search: 'down' }}><SearchBox /></MaintenanceTestProvider>);
 */
export function MaintenanceTestProvider({
  maintenance = nothing,
  ...props
}: MaintenanceTestProviderProps): React.JSX.Element {
  const { features } = props;
  const [source] = useState(() => createTestSource<FeatureKey>(features, maintenance));
  const [storage] = useState(memoryStorage);
  const shown = useRef(maintenance);

  useEffect(() => {
    const before = shown.current;
    shown.current = maintenance;
    if (before === maintenance) return;
    // Object.keys loses the keys' type.
    for (const key of Object.keys({ ...before, ...maintenance }) as FeatureKey[]) {
      if (before[key] === maintenance[key]) continue;
      const value = maintenance[key];
      if (value === undefined) source.end(key);
      else source.start(key, value);
    }
  }, [maintenance, source]);

  return <MaintenanceProvider source={source} storage={storage} timeZone="UTC" {...props} />;
}

const nothing: MaintenanceByFeature = {};

/**
 * Creates a storage in memory, so that what is dismissed in one test or story is shown again in the next.
 *
 * @example
 * <MaintenanceProvider storage={memoryStorage()}>
 */
export function memoryStorage(): DismissalStorage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}
