import type { Feature } from './defineFeatures.js';
import { stageAt, turnOf, type MaintenanceWindow } from './MaintenanceWindow.js';

/** A window that is over, while this client waits for its turn to reopen; or one that an API told of, until it has to be asked again. */
export interface Reopening {
  readonly window: MaintenanceWindow;
  /** `active` when an API refused a request: it holds until the flag says something else. */
  readonly phase: 'recovering' | 'active';
  /** A clock that was set back to before this instant ends the wait, which would otherwise last for as long as it was set back. */
  readonly since: number;
  readonly until: number;
}

/** What the flag of a feature says, and what remains of what it said before. */
export interface FlagReading<F extends string = string> {
  readonly feature: Feature<F>;
  window: MaintenanceWindow | null;
  reopening: Reopening | null;
}

/**
 * Puts a window in the place of the one before; true when it is another one. A maintenance that ends while it holds keeps the
 * client closed until its turn.
 */
export function changeWindow(
  reading: FlagReading,
  window: MaintenanceWindow | null,
  now: number,
  jitter: () => number,
): boolean {
  const before = reading.window;
  if (JSON.stringify(window) === JSON.stringify(before)) return false;
  reading.window = window;
  if (reading.reopening?.phase === 'active') reading.reopening = null;
  if (window && holds(window, now, jitter)) reading.reopening = null;
  else if (before && holds(before, now, jitter)) {
    const { phase, until } = stageAt(before, now, jitter);
    reading.reopening = {
      window: before,
      phase: 'recovering',
      since: now,
      until: phase === 'recovering' ? until : now + turnOf(before, jitter),
    };
  }
  expireReopening(reading, now);
  return true;
}

/** Forgets a reopening that is over. */
export function expireReopening(reading: FlagReading, now: number): void {
  const { reopening } = reading;
  if (reopening && (now < reopening.since || now >= reopening.until)) reading.reopening = null;
}

/** The next instant at which what a flag says changes by itself; `Infinity` for none. */
export function nextInstantOf({ window, reopening }: FlagReading, now: number, jitter: () => number): number {
  return Math.min(window ? stageAt(window, now, jitter).until : Infinity, reopening?.until ?? Infinity);
}

function holds(window: MaintenanceWindow, now: number, jitter: () => number): boolean {
  return !['none', 'scheduled'].includes(stageAt(window, now, jitter).phase);
}
