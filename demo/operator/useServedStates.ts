import { useEffect, useState, useSyncExternalStore } from 'react';
import { type Maintenance, takeSnapshot } from 'react-maintenance-mode';
import { createMaintenanceStore, memorySource } from 'react-maintenance-mode/core';

import { features, type ShopFeature } from '../features.js';

/** The states that a person's flag values lead to at this moment, computed by the same store that the shop uses. */
export function useServedStates(
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
