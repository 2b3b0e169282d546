import type { Mode, NoticeLink, Phase } from './Maintenance.js';
import type { LocalizedText } from './localize.js';

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
  readonly endsAutomatically?: boolean;
  /** Seconds over which clients reopen, each at its own moment within them. */
  readonly reopenOverSeconds?: number;
}

/** The phase of a window, and the instant at which another one follows by itself; `Infinity` for none. */
export interface Stage {
  readonly phase: Phase;
  readonly until: number;
}

/** Places a window in time. `jitter`, 0 to 1, is this client's place in the reopening, drawn only when the window has a reopening to spread. */
export function stageAt(window: MaintenanceWindow, now: number, jitter: () => number): Stage {
  const { startsAt = -Infinity, endsAt = Infinity, announceFrom = -Infinity, endsAutomatically } = window;
  if (now < startsAt) {
    return now < announceFrom
      ? { phase: 'none', until: Math.min(announceFrom, startsAt) }
      : { phase: 'scheduled', until: startsAt };
  }
  if (now < endsAt) return { phase: 'active', until: endsAt };
  if (!endsAutomatically) return { phase: 'overdue', until: Infinity };
  const reopensAt = endsAt + turnOf(window, jitter);
  return now < reopensAt ? { phase: 'recovering', until: reopensAt } : { phase: 'none', until: Infinity };
}

/** How long this client stays closed after the end of a maintenance, in milliseconds. */
export function turnOf(window: MaintenanceWindow, jitter: () => number): number {
  return window.reopenOverSeconds ? window.reopenOverSeconds * 1000 * jitter() : 0;
}
