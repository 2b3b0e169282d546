import type { Feature } from './defineFeatures.js';
import { foreignLanguageOf, localize, type LocalizedText } from './localize.js';
import {
  operational,
  type Maintenance,
  type Mode,
  type Notice,
  type NoticeLink,
  type Phase,
} from './Maintenance.js';

/** A maintenance as a flag describes it, parsed by `interpretFlag`. Plain JSON. All instants are epoch milliseconds. */
export interface MaintenanceWindow {
  readonly id: string;
  readonly mode: Mode;
  readonly title?: LocalizedText;
  readonly message?: LocalizedText;
  readonly link?: NoticeLink;
  readonly startsAt?: number;
  readonly endsAt?: number;
  /** A scheduled window is not shown before this instant. Default: it is shown at once. */
  readonly announceFrom?: number;
  /** Whether the window is over at `endsAt`, without a change of the flag. */
  readonly endsAutomatically?: boolean;
  /** The seconds over which clients reopen, each at its own moment. */
  readonly reopenOverSeconds?: number;
}

/** A window that still closes a feature although its flag no longer says so. */
interface Reopening {
  readonly window: MaintenanceWindow;
  /** `recovering`: the window is over, and this client waits for its moment to reopen. `active`: an API refused a request. */
  readonly phase: 'recovering' | 'active';
  readonly since: number;
  readonly until: number;
}

/** What the flag of a feature says now, and what remains of what it said before. */
export interface FlagReading<F extends string = string> {
  readonly feature: Feature<F>;
  window: MaintenanceWindow | null;
  reopening: Reopening | null;
}

/** When this client reopens within a reopening, from 0 to 1. A function, because it is random and drawn only when it is needed. */
export type Jitter = () => number;

/** The phase of a window, and when the next phase begins without a change of the flag; `Infinity` for never. */
interface Stage {
  readonly phase: Phase;
  readonly until: number;
}

/** The phase of a window at an instant. */
function stageAt(window: MaintenanceWindow, now: number, jitter: Jitter): Stage {
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
 * Replaces the window of a reading. Returns whether it is a different one. If a maintenance ends while it is under way, this client stays
 * closed until its moment to reopen.
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

/** Drops a reopening that is over. It is also over if the clock was set back to before its start: it would last too long. */
export function expireReopening(reading: FlagReading, now: number): void {
  const { reopening } = reading;
  if (reopening && (now < reopening.since || now >= reopening.until)) reading.reopening = null;
}

/** The next instant at which a state changes without a change of the flag; `Infinity` for never. */
export function nextInstantOf({ window, reopening }: FlagReading, now: number, jitter: Jitter): number {
  return Math.min(window ? stageAt(window, now, jitter).until : Infinity, reopening?.until ?? Infinity);
}

/** The state of a feature at an instant: the worst of its causes. Of several that are equally bad, it is the first. */
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
  const { link, startsAt, endsAt } = window;
  const notice: Notice = {
    ...noticeText(window, 'title', locale),
    ...noticeText(window, 'message', locale),
    ...(link && { link }),
  };
  return {
    feature,
    mode,
    phase,
    ...(upcoming && { upcomingMode: window.mode }),
    canRead: mode !== 'down',
    canWrite: mode === 'none' || mode === 'degraded',
    cause,
    notice: Object.keys(notice).length ? notice : null,
    ...(startsAt !== undefined && { startsAt }),
    ...(endsAt !== undefined && { endsAt }),
    windowId: window.id,
  };
}

/** A text of a notice, with its language. */
function noticeText(window: MaintenanceWindow, name: 'title' | 'message', locale: string): Notice {
  const text = localize(window[name], locale);
  const lang = foreignLanguageOf(window[name], locale);
  return text ? { [name]: text, ...(lang && { [`${name}Lang`]: lang }) } : {};
}

const modes = ['none', 'degraded', 'read-only', 'down'];
const phases = ['none', 'scheduled', 'recovering', 'active', 'overdue'];

/** Orders states, worst first: by how much still works, then by how near it is. */
export function compareSeverity(a: Maintenance, b: Maintenance): number {
  return modes.indexOf(b.mode) - modes.indexOf(a.mode) || phases.indexOf(b.phase) - phases.indexOf(a.phase);
}

// A timer of more than 24.8 days fires at once. A timer that was set before the machine slept fires late.
const longestWaitMs = 60_000;

/**
 * Creates a function that schedules a call of `onDue` for an instant, and cancels the call that was scheduled before. `Infinity` only
 * cancels. The call comes after a minute at the latest: `onDue` must look at the clock and schedule again.
 */
export function createScheduler(now: () => number, onDue: () => void): (instant: number) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (instant) => {
    clearTimeout(timer);
    if (instant < Infinity) timer = setTimeout(onDue, Math.min(Math.max(instant - now(), 0), longestWaitMs));
  };
}
