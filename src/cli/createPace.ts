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
}

/** Counts results, and tells rate and time left by what came before. */
export function createPace(
  total: number | undefined,
  now: () => number,
): { add: (result: UserResultKind) => void; progress: () => Progress } {
  const counts: Record<UserResultKind, number> = { done: 0, skipped: 0, held: 0, undone: 0, orphaned: 0 };
  const started = now();

  return {
    add(result) {
      counts[result] += 1;
    },
    progress() {
      const users = Object.values(counts).reduce((sum, count) => sum + count, 0);
      const worked = users - counts.skipped;
      const seconds = (now() - started) / 1000;
      const perSecond = worked && seconds > 0 ? round(worked / seconds) : null;
      return {
        counts: { ...counts },
        users,
        total: total ?? null,
        perSecond,
        secondsLeft:
          total === undefined || !worked ? null : Math.round((Math.max(total - users, 0) * seconds) / worked),
      };
    },
  };
}

function round(number: number): number {
  return Number(number.toPrecision(3));
}
