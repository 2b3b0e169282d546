'use client';
import { useEffect, useReducer, useSyncExternalStore } from 'react';
import type { Maintenance } from '../core/Maintenance.js';
import type { FeatureKey } from '../core/defineFeatures.js';
import { keyOf } from './messages.js';
import type { Notices } from './MaintenanceContext.js';
import { useNotices } from './useNotices.js';

interface Dismissals {
  readonly isDismissed: (state: Maintenance) => boolean;
  readonly dismiss: (state: Maintenance) => void;
}

const dayMs = 86_400_000;
const longestMs = 90 * dayMs;
// What `keyOf` returns, and the user.
const idPattern = /^(.*?) (?:scheduled|active|overdue|recovering) (?:down|readOnly|degraded)(?: (.*))?$/s;

/**
 * The states that the person dismissed. A window of this app is forgotten when it is over and the flags are known. A window that may belong to
 * another app or another person is forgotten by age. A window without a start has the same id the next time that its flag is on, so it stays
 * dismissed for a day only.
 */
export function useDismissals(affected: readonly Maintenance<FeatureKey>[]): Dismissals {
  const notices = useNotices('<MaintenanceBanner>');
  const { store, settings } = notices;
  const [, renderAgain] = useReducer((count: number) => count + 1, 0);
  const read = () => readText(notices);
  const dismissed = parse(useSyncExternalStore(subscribeToOtherTabs, read, () => ''));
  const idOf = (state: Maintenance) =>
    settings.user === undefined ? keyOf(state) : `${keyOf(state)} ${settings.user}`;
  const isKept = (at: number, maxMs: number) => store.now() - at < maxMs;

  useEffect(() => {
    const isEnded = (id: string) => {
      const [, windowId = '', user] = idPattern.exec(id) ?? [];
      return (
        user === settings.user &&
        store.ownsWindow(windowId) &&
        // Of the store: with the first answer the status is told before React has rendered the states.
        !store.getAffected().some((state) => state.windowId === windowId)
      );
    };
    const forgetEnded = () => {
      if (store.getStatus().state !== 'ready') return;
      const all = Object.entries(parse(readText(notices)));
      const left = all.filter(([id]) => !isEnded(id));
      if (left.length < all.length) writeText(notices, Object.fromEntries(left));
    };
    forgetEnded();
    return store.subscribeStatus(forgetEnded);
  }, [store, notices, settings, affected]);

  return {
    isDismissed(state) {
      const at = dismissed[idOf(state)];
      if (at === undefined || !isKept(at, state.startsAt === undefined ? dayMs : longestMs)) return false;
      // What the previous user dismissed is new to the present one.
      return settings.user !== undefined || at >= store.getUserSince();
    },
    dismiss(state) {
      const kept = Object.entries(parse(read())).filter(([, at]) => isKept(at, longestMs));
      writeText(notices, { ...Object.fromEntries(kept), [idOf(state)]: store.now() });
      renderAgain();
    },
  };
}

function subscribeToOtherTabs(listener: () => void): () => void {
  window.addEventListener('storage', listener);
  return () => window.removeEventListener('storage', listener);
}

function readText({ settings, kept }: Notices): string {
  try {
    return kept.dismissals ?? (settings.storage ?? window.localStorage).getItem(settings.storageKey) ?? '';
  } catch {
    return '';
  }
}

function writeText({ settings, kept }: Notices, dismissed: Readonly<Record<string, number>>): void {
  const text = JSON.stringify(dismissed);
  try {
    const storage = settings.storage ?? window.localStorage;
    if (text === '{}') storage.removeItem(settings.storageKey);
    else storage.setItem(settings.storageKey, text);
    delete kept.dismissals;
  } catch {
    // There is no storage, or it is full. This page keeps the dismissals in memory.
    kept.dismissals = text;
  }
}

function parse(text: string): Readonly<Record<string, number>> {
  try {
    // Only numbers were stored. Anything else does no harm, because it is not the key of a window.
    return { ...(JSON.parse(text) as Record<string, number>) };
  } catch {
    return {};
  }
}
