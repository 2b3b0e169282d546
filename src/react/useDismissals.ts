'use client';
import { useEffect, useReducer, useSyncExternalStore } from 'react';
import type { Maintenance } from '../core/Maintenance.js';
import type { FeatureKey } from '../core/Register.js';
import { keyOf } from './describeState.js';
import { useMaintenanceContext } from './MaintenanceContext.js';
import type { MaintenanceContextValue } from './MaintenanceContextValue.js';

interface Dismissals {
  readonly isDismissed: (state: Maintenance) => boolean;
  readonly dismiss: (state: Maintenance) => void;
}

const storageKey = 'react-maintenance-mode.dismissed';
const dayMs = 86_400_000;

/**
 * Which states of which windows the person sent away. Windows that are gone are forgotten, as soon as the flags are known. One
 * without a start has the same id the next time its flag is on: it stays away for a day.
 */
export function useDismissals(affected: readonly Maintenance<FeatureKey>[]): Dismissals {
  const context = useMaintenanceContext('<MaintenanceBanner>');
  const { store, settings } = context;
  const [, renderAgain] = useReducer((count: number) => count + 1, 0);
  const read = () => readText(context);
  const dismissed = parse(useSyncExternalStore(subscribeToOtherTabs, read, () => ''));

  useEffect(() => {
    const forgetTheDead = () => {
      if (store.getStatus().state !== 'ready') return;
      const all = Object.entries(parse(readText(context)));
      const alive = all.filter(([key]) => affected.some(({ windowId }) => key.startsWith(`${windowId} `)));
      if (alive.length < all.length) writeText(context, JSON.stringify(Object.fromEntries(alive)));
    };
    forgetTheDead();
    return store.subscribeStatus(forgetTheDead);
  }, [store, context, affected]);

  return {
    isDismissed(state) {
      const at = dismissed[keyOf(state)];
      return at !== undefined && (state.startsAt !== undefined || settings.now() - at < dayMs);
    },
    dismiss(state) {
      writeText(context, JSON.stringify({ ...parse(read()), [keyOf(state)]: settings.now() }));
      renderAgain();
    },
  };
}

function subscribeToOtherTabs(listener: () => void): () => void {
  window.addEventListener('storage', listener);
  return () => window.removeEventListener('storage', listener);
}

function readText({ settings, memory }: MaintenanceContextValue): string {
  try {
    return memory.text ?? (settings.storage ?? localStorage).getItem(storageKey) ?? '';
  } catch {
    return '';
  }
}

function writeText({ settings, memory }: MaintenanceContextValue, text: string): void {
  try {
    const storage = settings.storage ?? localStorage;
    if (text === '{}') storage.removeItem(storageKey);
    else storage.setItem(storageKey, text);
    delete memory.text;
  } catch {
    // No storage, or it is full: this page remembers by itself.
    memory.text = text;
  }
}

function parse(text: string): Readonly<Record<string, number>> {
  try {
    // Only numbers were put there. Anything else does no harm: it is no key of a window.
    return { ...(JSON.parse(text) as Record<string, number>) };
  } catch {
    return {};
  }
}
