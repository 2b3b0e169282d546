import type { Mode, Phase } from '../core/Maintenance.js';
import type { MaintenanceWindow } from '../core/timeline.js';

/** The choices in Storybook and the devtools, in the order of a maintenance. */
export type Example = 'none' | 'scheduled' | Mode | 'overdue' | 'recovering';

/** The examples and their names. */
export const examples: readonly (readonly [Example, string])[] = [
  ['none', 'None'],
  ['scheduled', 'Scheduled'],
  ['degraded', 'Degraded'],
  ['read-only', 'Read-only'],
  ['down', 'Down'],
  ['overdue', 'Overdue'],
  ['recovering', 'Recovering'],
];

/** The flag value of a maintenance that is in a phase and a mode at an instant, with realistic times. */
export function exampleMaintenance(phase: Phase, mode: Mode, now: number): unknown {
  const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString();
  switch (phase) {
    case 'none':
      return false;
    case 'scheduled':
      return { mode, startsAt: at(40), endsAt: at(130) };
    case 'active':
      return { mode, startsAt: at(-20), endsAt: at(70) };
    case 'overdue':
      return { mode, startsAt: at(-110), endsAt: at(-20) };
    case 'recovering':
      // It ended a millisecond ago and reopens over a day, so that only one client in 86 million has reopened.
      return { mode, startsAt: at(-90), endsAt: now - 1, endsAutomatically: true, reopenOverSeconds: 86_400 };
  }
}

/** The phase and the mode of an example; `undefined` for anything else. */
export function phaseAndMode(example: unknown): readonly [Phase, Mode] | undefined {
  switch (example) {
    case 'degraded':
    case 'read-only':
    case 'down':
      return ['active', example];
    case 'none':
    case 'scheduled':
    case 'overdue':
    case 'recovering':
      return [example, 'down'];
    default:
      return undefined;
  }
}

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

/** A text of a live region of this library, and its time in epoch milliseconds. */
export interface Announcement {
  readonly at: number;
  readonly text: string;
}

/**
 * Calls `onText` with each text that the library puts into its live regions below `root`. Assistive technology announces these texts, also inside modal
 * dialogs. Returns a function that stops it.
 */
export function observeAnnouncements(root: Node, onText: (text: string) => void): () => void {
  const observer = new window.MutationObserver((records) => {
    const regions = new Set(records.map(({ target }) => regionOf(target)));
    for (const region of regions) {
      const text = region?.textContent.trim();
      if (text) onText(text);
    }
  });
  observer.observe(root, { subtree: true, childList: true, characterData: true });
  return () => observer.disconnect();
}

function regionOf(node: Node): Element | null {
  const element = node instanceof window.Element ? node : node.parentElement;
  return element?.closest('[data-maintenance-announcer]') ?? null;
}
