import type { Feature } from './defineFeatures.js';
import { languageOf, localize, type LocalizedText } from './localize.js';
import { operational, type Maintenance, type Mode, type NoticeLink, type Phase } from './Maintenance.js';

/** What a flag said, read once by `interpretFlag`: plain JSON, not yet placed in time. All instants are epoch milliseconds. */
export interface MaintenanceWindow {
  readonly id: string;
  readonly mode: Mode;
  readonly title?: LocalizedText;
  readonly message?: LocalizedText;
  readonly link?: NoticeLink;
  readonly startsAt?: number;
  readonly endsAt?: number;
  /** Before this instant people are not told of a scheduled window. Default: they are told at once. */
  readonly announceFrom?: number;
  /** The window is over at `endsAt` without another change of the flag. */
  readonly endsAutomatically?: boolean;
  /** Seconds over which clients reopen, each at its own moment within them. */
  readonly reopenOverSeconds?: number;
}

/** A window that still closes a feature although its flag no longer says so. */
export interface Reopening {
  readonly window: MaintenanceWindow;
  /** `recovering`: the window is over, and this client waits for its turn. `active`: an API refused a request. */
  readonly phase: 'recovering' | 'active';
  readonly since: number;
  readonly until: number;
}

/** What the flag of a feature says, and what remains of what it said before. */
export interface FlagReading<F extends string = string> {
  readonly feature: Feature<F>;
  window: MaintenanceWindow | null;
  reopening: Reopening | null;
}

/** This client's share of a reopening, from 0 to 1. A function: it is drawn at random only when a reopening needs it. */
export type Jitter = () => number;

/** The phase of a window, and the instant at which the next phase begins without a change of the flag; `Infinity` for never. */
interface Stage {
  readonly phase: Phase;
  readonly until: number;
}

/** Places a window in time. */
export function stageAt(window: MaintenanceWindow, now: number, jitter: Jitter): Stage {
  const { startsAt = -Infinity, endsAt = Infinity, announceFrom = -Infinity, endsAutomatically } = window;
  if (now < startsAt) {
    return now < announceFrom
      ? { phase: 'none', until: Math.min(announceFrom, startsAt) }
      : { phase: 'scheduled', until: startsAt };
  }
  if (now < endsAt) return { phase: 'active', until: endsAt };
  if (!endsAutomatically) return { phase: 'overdue', until: Infinity };
  const reopensAt = endsAt + reopeningMs(window, jitter);
  return now < reopensAt ? { phase: 'recovering', until: reopensAt } : { phase: 'none', until: Infinity };
}

/** How long this client stays closed after the end of a maintenance, in milliseconds. */
function reopeningMs({ reopenOverSeconds }: MaintenanceWindow, jitter: Jitter): number {
  return reopenOverSeconds ? reopenOverSeconds * 1000 * jitter() : 0;
}

function holds({ phase }: Stage): boolean {
  return phase !== 'none' && phase !== 'scheduled';
}

/**
 * Replaces the window of a reading; returns whether it is a different one. When a maintenance ends while it holds, the client stays
 * closed until its turn to reopen.
 */
export function changeWindow(
  reading: FlagReading,
  window: MaintenanceWindow | null,
  now: number,
  jitter: Jitter,
): boolean {
  const before = reading.window;
  if (JSON.stringify(window) === JSON.stringify(before)) return false;
  reading.window = window;
  if (reading.reopening?.phase === 'active') reading.reopening = null;
  if (window && holds(stageAt(window, now, jitter))) reading.reopening = null;
  else if (before) {
    const stage = stageAt(before, now, jitter);
    if (holds(stage)) {
      const until = stage.phase === 'recovering' ? stage.until : now + reopeningMs(before, jitter);
      reading.reopening = { window: before, phase: 'recovering', since: now, until };
    }
  }
  expireReopening(reading, now);
  return true;
}

/** Drops a reopening that is over. When the clock was set back to before its beginning, it would last for too long: it is over too. */
export function expireReopening(reading: FlagReading, now: number): void {
  const { reopening } = reading;
  if (reopening && (now < reopening.since || now >= reopening.until)) reading.reopening = null;
}

/** The next instant at which what a flag says changes without a change of the flag; `Infinity` for never. */
export function nextInstantOf({ window, reopening }: FlagReading, now: number, jitter: Jitter): number {
  return Math.min(window ? stageAt(window, now, jitter).until : Infinity, reopening?.until ?? Infinity);
}

/** The state of a feature at an instant: the worst of what its causes say, and the first of several that are equally bad. */
export function resolveMaintenance<F extends string>(
  feature: F,
  causes: readonly FlagReading<F>[],
  now: number,
  jitter: Jitter,
  locale: string,
): Maintenance<F> {
  let worst = operational(feature);
  for (const { feature: cause, window, reopening } of causes) {
    for (const [candidate, phase] of [
      [window, window && stageAt(window, now, jitter).phase],
      [reopening?.window, reopening?.phase],
    ] as const) {
      if (!candidate || !phase || phase === 'none') continue;
      const state = maintenanceOf(feature, cause.key, candidate, phase, locale);
      if (compareSeverity(state, worst) < 0) worst = state;
    }
  }
  return worst;
}

function maintenanceOf<F extends string>(
  feature: F,
  cause: F,
  window: MaintenanceWindow,
  phase: Phase,
  locale: string,
): Maintenance<F> {
  const upcoming = phase === 'scheduled';
  const mode = upcoming ? 'none' : window.mode;
  const title = localize(window.title, locale);
  const titleLang = languageOf(window.title, locale);
  const message = localize(window.message, locale);
  const messageLang = languageOf(window.message, locale);
  const { link, startsAt, endsAt } = window;
  return {
    feature,
    mode,
    phase,
    ...(upcoming && { upcomingMode: window.mode }),
    canRead: mode !== 'down',
    canWrite: mode === 'none' || mode === 'degraded',
    cause,
    notice:
      title || message || link
        ? {
            ...(title && { title }),
            ...(titleLang && { titleLang }),
            ...(message && { message }),
            ...(messageLang && { messageLang }),
            ...(link && { link }),
          }
        : null,
    ...(startsAt !== undefined && { startsAt }),
    ...(endsAt !== undefined && { endsAt }),
    windowId: window.id,
  };
}

const modes = ['none', 'degraded', 'read-only', 'down'];
const phases = ['none', 'scheduled', 'recovering', 'active', 'overdue'];

/** Orders states from worst to none: first by how much still works, then by how near it is. */
export function compareSeverity(a: Maintenance, b: Maintenance): number {
  return modes.indexOf(b.mode) - modes.indexOf(a.mode) || phases.indexOf(b.phase) - phases.indexOf(a.phase);
}

// A timer of more than 24.8 days fires at once, and one that was set before the machine slept fires late by the time it slept.
const longestWaitMs = 60_000;

/**
 * Makes a function that schedules one call of `onDue`, in place of the one before: at an instant, or never for `Infinity`. The call may
 * come up to a minute early, for the listener to look at the clock and schedule again.
 */
export function createScheduler(now: () => number, onDue: () => void): (instant: number) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (instant) => {
    clearTimeout(timer);
    if (instant < Infinity) timer = setTimeout(onDue, Math.min(Math.max(instant - now(), 0), longestWaitMs));
  };
}
