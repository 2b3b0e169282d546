import type { EndTimeCounts } from './createEndTimes.js';
import type { UserResultKind } from './runEach.js';

/** How far a run has come, and how fast. */
export interface Progress {
  readonly counts: Readonly<Record<UserResultKind, number>>;
  /** Users who are finished, of whatever result. */
  readonly users: number;
  /** How many there are; `null` when nobody knows. */
  readonly total: number | null;
  /** Users per second, without those that were skipped; `null` at first. */
  readonly perSecond: number | null;
  readonly secondsLeft: number | null;
  /** For how long `--pause-while` has held the next user back, in all. */
  readonly pausedSeconds: number;
  /** Whether it does so now. */
  readonly isPaused: boolean;
  /** With `--ends-at auto`. */
  readonly endTimes?: EndTimeCounts;
}

/** Counts a run. */
interface Pace {
  readonly add: (result: UserResultKind) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly progress: () => Progress;
}

/** Counts results and pauses, and tells rate and time left by what came before. */
export function createPace(total: number | undefined, now: () => number): Pace {
  const counts: Record<UserResultKind, number> = { done: 0, skipped: 0, held: 0, undone: 0, orphaned: 0 };
  const started = now();
  let pausedMs = 0;
  let pausedSince: number | undefined;

  return {
    add(result) {
      counts[result] += 1;
    },
    pause() {
      pausedSince ??= now();
    },
    resume() {
      if (pausedSince !== undefined) pausedMs += now() - pausedSince;
      pausedSince = undefined;
    },
    progress() {
      const users = Object.values(counts).reduce((sum, count) => sum + count, 0);
      const worked = users - counts.skipped;
      const seconds = (now() - started) / 1000;
      const paused = pausedMs + (pausedSince === undefined ? 0 : now() - pausedSince);
      const perSecond = worked && seconds > 0 ? round(worked / seconds) : null;
      return {
        counts: { ...counts },
        users,
        total: total ?? null,
        perSecond,
        secondsLeft:
          total === undefined || !worked ? null : Math.round((Math.max(total - users, 0) * seconds) / worked),
        pausedSeconds: Math.round(paused / 1000),
        isPaused: pausedSince !== undefined,
      };
    },
  };
}

function round(number: number): number {
  return Number(number.toPrecision(3));
}

/** A line such as `12 of 200 users, 1 held, 3.1 per second, 1 min left`. */
export function formatProgress(progress: Progress): string {
  const { users, total, counts, perSecond, secondsLeft, isPaused, pausedSeconds } = progress;
  const left = counts.held + counts.orphaned;
  return [
    `${total === null ? users : `${users} of ${total}`} ${(total ?? users) === 1 ? 'user' : 'users'}`,
    left > 0 && `${left} held`,
    counts.undone > 0 && `${counts.undone} not done`,
    isPaused && `paused for ${formatDuration(pausedSeconds)}`,
    perSecond !== null && `${perSecond} per second`,
    secondsLeft !== null && `${formatDuration(secondsLeft)} left`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** The same behind a bar as wide as the place allows; without a total there is nothing for a bar to say. What has no place is left out. */
export function formatBar(progress: Progress, columns: number): string {
  const text = formatProgress(progress);
  const width = Math.min(columns - text.length - 4, 40);
  if (!progress.total || width < 5) return shorten(progress, columns - 1);
  const filled = Math.min(Math.round((width * progress.users) / progress.total), width);
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${text}`;
}

/** Leaves out what matters least, until the rest has a place: half a number would be another number. */
function shorten(progress: Progress, columns: number): string {
  const shorter = [
    progress,
    { ...progress, perSecond: null },
    { ...progress, perSecond: null, secondsLeft: null },
  ];
  const fitting = shorter.map(formatProgress).find((text) => text.length <= columns);
  return (
    fitting ?? `${progress.users}${progress.total === null ? '' : `/${progress.total}`}`.slice(0, columns)
  );
}

/** Such as `5 s`, `12 min` or `3.5 h`. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
