'use client';
import { useCallback, useEffect, useRef, type RefObject } from 'react';
import type { FeatureKey } from '../core/Register.js';
import { isOpen, type Requirement } from './isOpen.js';
import { useMaintenanceContext } from './MaintenanceContext.js';

interface Place {
  readonly focused: Element | null;
  readonly left: number;
  readonly top: number;
}

/**
 * Notes where the person is in the app at the moment that it closes, before React takes it away, and brings them back there: the
 * scroll position at once, the focus by way of `beforeRef`. Returns what had the focus then.
 */
export function usePagePlace(
  feature: FeatureKey,
  requires: Requirement,
  shown: boolean,
  beforeRef: RefObject<Element | null>,
): () => Element | null {
  const { store } = useMaintenanceContext('<MaintenancePage>');
  const place = useRef<Place | null>(null);
  useEffect(() => {
    if (shown) return;
    if (place.current) scrollTo({ left: place.current.left, top: place.current.top, behavior: 'instant' });
    place.current = null;
    return store.subscribe(feature, () => {
      if (place.current || isOpen(store.get(feature), requires)) return;
      place.current = { focused: document.activeElement, left: scrollX, top: scrollY };
      beforeRef.current = document.activeElement;
    });
  }, [store, feature, requires, shown, beforeRef]);
  return useCallback(() => place.current?.focused ?? null, []);
}
