import type { Maintenance, Mode, NoticeLink, Phase } from './Maintenance.js';
import { localize, type LocalizedText } from './localize.js';

/**
 * What a flag said, read once by `interpretFlag`: plain JSON, not yet placed in time. All instants are epoch milliseconds.
 */
export interface MaintenanceWindow {
  readonly id: string;
  readonly mode: Mode;
  readonly title?: LocalizedText;
  readonly message?: LocalizedText;
  readonly link?: NoticeLink;
  readonly startsAt?: number;
  readonly endsAt?: number;
  /** Before this instant people are told nothing of a scheduled window. Default: they are told at once. */
  readonly announceFrom?: number;
  /** The window is over at `endsAt` without another change of the flag. */
  readonly endsItself?: boolean;
  /** Seconds over which clients reopen, each at its own share of them. */
  readonly recoverOver?: number;
}

/** The phase of a window at an instant. `share`, 0 to 1, is this client's place in the reopening. */
export function phaseAt(window: MaintenanceWindow, now: number, share: number): Phase {
  const { startsAt, endsAt, announceFrom } = window;
  if (startsAt !== undefined && now < startsAt) {
    return announceFrom !== undefined && now < announceFrom ? 'none' : 'scheduled';
  }
  if (endsAt === undefined || now < endsAt) return 'active';
  if (!window.endsItself) return 'overdue';
  return now < reopensAt(window, endsAt, share) ? 'recovering' : 'none';
}

/** The next instant after `now` at which the phase of a window changes by itself; `Infinity` when there is none. */
export function nextInstant(window: MaintenanceWindow, now: number, share: number): number {
  const { startsAt, endsAt, announceFrom } = window;
  const instants = [announceFrom, startsAt, endsAt];
  if (endsAt !== undefined && window.endsItself) instants.push(reopensAt(window, endsAt, share));
  return Math.min(
    ...instants.map((instant) => (instant !== undefined && instant > now ? instant : Infinity)),
  );
}

/** When this client reopens after a maintenance that ended at `end`. */
export function reopensAt(window: MaintenanceWindow, end: number, share: number): number {
  return end + (window.recoverOver ?? 0) * 1000 * share;
}

/** The state that a window in a given phase puts a feature in. */
export function maintenanceOf<F extends string>(
  window: MaintenanceWindow,
  phase: Phase,
  feature: F,
  cause: F,
  locale: string,
): Maintenance<F> {
  const mode = phase === 'scheduled' ? 'none' : window.mode;
  const title = localize(window.title, locale);
  const message = localize(window.message, locale);
  const { link, startsAt, endsAt } = window;
  return {
    feature,
    mode,
    phase,
    ...(phase === 'scheduled' && { upcomingMode: window.mode }),
    canRead: mode !== 'down',
    canWrite: mode === 'none' || mode === 'degraded',
    cause,
    notice:
      title || message || link
        ? { ...(title && { title }), ...(message && { message }), ...(link && { link }) }
        : null,
    ...(startsAt !== undefined && { startsAt }),
    ...(endsAt !== undefined && { endsAt }),
    windowId: window.id,
  };
}
