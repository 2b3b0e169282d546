import { compareSeverity } from './compareSeverity.js';
import type { Listeners } from './createListeners.js';
import type { Feature } from './defineFeatures.js';
import { operational, type Maintenance, type Phase } from './Maintenance.js';
import {
  maintenanceOf,
  nextInstant,
  phaseAt,
  reopensAt,
  type MaintenanceWindow,
} from './MaintenanceWindow.js';

/** What the flag of a feature says, and whether it says it still. */
export interface FlagReading<F extends string> {
  readonly feature: Feature<F>;
  window: MaintenanceWindow | null;
  /** A window that is over, while this client waits for its turn to reopen. */
  reopening: { readonly window: MaintenanceWindow; readonly until: number } | null;
}

/** What the store keeps of one feature. */
export interface FeatureEntry<F extends string> extends FlagReading<F> {
  readonly listeners: Listeners;
  /** Whether the source, or a snapshot, said anything of its flag yet. */
  known: boolean;
  /** What was told of the present value of its flag. */
  told: ReadonlySet<string>;
  state: Maintenance<F>;
}

/** Puts a window in the place of the one before. A maintenance that ends while it holds may keep the client for its turn. */
export function changeWindow(
  reading: FlagReading<string>,
  window: MaintenanceWindow | null,
  now: number,
  share: number,
): boolean {
  const before = reading.window;
  if (JSON.stringify(window) === JSON.stringify(before)) return false;
  const held = before && ['active', 'overdue'].includes(phaseAt(before, now, share));
  reading.reopening = !window && held ? { window: before, until: reopensAt(before, now, share) } : null;
  reading.window = window;
  return true;
}

/** The next instant at which what a flag says changes by itself; `Infinity` when there is none. */
export function nextInstantOf(
  { window, reopening }: FlagReading<string>,
  now: number,
  share: number,
): number {
  if (reopening) return reopening.until > now ? reopening.until : Infinity;
  return window ? nextInstant(window, now, share) : Infinity;
}

/** The state of a feature at an instant: the worst that its causes say. */
export function resolve<F extends string>(
  key: F,
  causes: readonly FlagReading<F>[],
  now: number,
  share: number,
  locale: string,
): Maintenance<F> {
  let worst = operational(key);
  for (const { feature, window, reopening } of causes) {
    const held = reopening?.window ?? window;
    if (!held) continue;
    const phase: Phase = !reopening
      ? phaseAt(held, now, share)
      : now < reopening.until
        ? 'recovering'
        : 'none';
    if (phase === 'none') continue;
    const state = maintenanceOf(held, phase, key, feature.key, locale);
    if (compareSeverity(state, worst) < 0) worst = state;
  }
  return worst;
}
