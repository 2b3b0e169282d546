'use client';
import { useState, useSyncExternalStore } from 'react';
import { type Maintenance, type Mode, isOpen, type Requirement } from '../core/Maintenance.js';
import type { FeatureKey } from '../core/defineFeatures.js';
import { useMaintenanceContext } from './MaintenanceContext.js';
import { useMaintenance } from './useMaintenance.js';
import { useUserChanges } from './useUserChanges.js';

interface PageState {
  /** Whether the page stands in for the app; neither is shown while the first answer is waited for. */
  readonly now: 'open' | 'replace' | 'pending';
  readonly wasOpen: boolean;
  /** Another number where what was done in the app is not to be kept. */
  readonly contents: number;
  /** The last state in which the app was closed. */
  readonly state: Maintenance<FeatureKey>;
  /** Its mode, once it is over and the page waits for the person. */
  readonly ended: Mode | undefined;
  /** The person does something on the page: from now on they choose when it goes. */
  readonly touch: () => void;
  readonly leave: () => void;
}

/** When the page for a feature comes, and when it goes. */
export function usePageState(feature: FeatureKey, requires: Requirement): PageState {
  const { store } = useMaintenanceContext('<MaintenancePage>');
  const current = useMaintenance(feature);
  const holding = useSyncExternalStore(store.subscribeStatus, store.isHolding, store.isHoldingInitially);
  const closed = !isOpen(current, requires);
  const [shown, setShown] = useState(closed);
  const [touched, setTouched] = useState(false);
  const [last, setLast] = useState(current);
  const [wasOpen, setWasOpen] = useState(false);
  const userChanges = useUserChanges('<MaintenancePage>');
  const [contents, setContents] = useState(0);
  const [seenBy, setSeenBy] = useState(userChanges);
  if (seenBy !== userChanges) {
    // Somebody else's page is no page of the person now, whatever they did on it.
    setSeenBy(userChanges);
    setShown(closed);
    setTouched(false);
    setLast(current);
    if (shown) {
      setWasOpen(false);
      setContents(contents + 1);
    }
  }
  const now = holding ? 'pending' : shown ? 'replace' : 'open';
  if (now === 'open' && !wasOpen) setWasOpen(true);
  if (closed && last !== current) setLast(current);
  if (closed && !shown) {
    setShown(true);
    setTouched(false);
  }
  if (shown && !closed && !touched) setShown(false);
  return {
    now,
    wasOpen: wasOpen || now === 'open',
    contents,
    state: last,
    ended: closed || last.mode === 'none' ? undefined : last.mode,
    touch: () => setTouched(true),
    leave: () => setShown(false),
  };
}
