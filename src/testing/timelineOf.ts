import type { MaintenanceWindow } from '../core/timeline.js';

/** The window of one feature, as segments of a timeline. */
interface TimelineRow {
  readonly key: string;
  readonly label: string;
  readonly segments: readonly TimelineSegment[];
}

/** A part of a row. `from` and `to` are shares of the whole timeline, 0 to 1. */
export interface TimelineSegment {
  readonly phase: 'scheduled' | 'active' | 'overdue' | 'over';
  readonly from: number;
  readonly to: number;
}

/** The time from before the first window to after the last one. */
export interface Timeline {
  /** The bounds, in whole minutes from the instant that `timelineOf` was given. */
  readonly min: number;
  readonly max: number;
  readonly rows: readonly TimelineRow[];
}

/** The name of each kind of segment. */
export const segmentNames: Readonly<Record<TimelineSegment['phase'], string>> = {
  scheduled: 'Upcoming',
  active: 'Under way',
  overdue: 'Past its end',
  over: 'Over',
};

interface FeatureWindow {
  readonly key: string;
  readonly label: string;
  readonly window: MaintenanceWindow | null;
}

const minuteMs = 60_000;

/** Arranges windows around an instant. The result does not depend on the simulated clock, so that it does not move while a person drags the clock. */
export function timelineOf(features: readonly FeatureWindow[], now: number): Timeline {
  const instants = features
    .flatMap(({ window }) => [window?.announceFrom, window?.startsAt, window?.endsAt])
    .filter((instant) => instant !== undefined);
  const first = Math.min(now, ...instants);
  const last = Math.max(now, ...instants);
  const room = Math.max(60 * minuteMs, (last - first) * 0.15);
  const min = Math.floor((first - room - now) / minuteMs);
  const max = Math.ceil((last + room - now) / minuteMs);
  const shareOf = (instant: number): number =>
    Math.min(1, Math.max(0, ((instant - now) / minuteMs - min) / (max - min)));
  return {
    min,
    max,
    rows: features.flatMap(({ key, label, window }) =>
      window ? [{ key, label, segments: segmentsOf(window, shareOf) }] : [],
    ),
  };
}

function segmentsOf(window: MaintenanceWindow, shareOf: (instant: number) => number): TimelineSegment[] {
  const { announceFrom = -Infinity, startsAt = -Infinity, endsAt = Infinity, endsAutomatically } = window;
  const bounds = [
    { phase: 'scheduled', from: announceFrom, to: startsAt },
    { phase: 'active', from: startsAt, to: endsAt },
    { phase: endsAutomatically ? 'over' : 'overdue', from: endsAt, to: Infinity },
  ] as const;
  return bounds
    .map(({ phase, from, to }) => ({ phase, from: shareOf(from), to: shareOf(to) }))
    .filter(({ from, to }) => from < to);
}
