import { useEffect, useState, useSyncExternalStore } from 'react';
import { type Maintenance, takeSnapshot } from 'react-maintenance-mode';
import { createMaintenanceStore, memorySource } from 'react-maintenance-mode/core';

import { features, type ShopFeature } from '../features.js';

/** What the values of the flags mean for their person at this moment, by the same store that the shop has. */
export function useGiven(
  values: Readonly<Record<string, unknown>>,
  initialNow: number,
): (feature: ShopFeature) => Maintenance {
  const [{ source, store }] = useState(() => {
    const source = memorySource(values);
    const snapshot = takeSnapshot({ features, flags: values, now: initialNow });
    return { source, store: createMaintenanceStore<ShopFeature>({ features, source, snapshot }) };
  });
  useEffect(() => store.start(), [store]);
  useEffect(() => {
    for (const [flag, value] of Object.entries(values)) source.set(flag, value);
  }, [source, values]);
  useSyncExternalStore(store.subscribeAffected, store.getAffected, store.getInitialAffected);
  return (feature) => store.get(feature);
}
