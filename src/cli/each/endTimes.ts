import type { FlagSwitch } from '../../switch/FlagSwitch.js';
import type { EndTime } from '../runGuard.js';
import { formatIsoTime } from '../options.js';
import { phaseOf } from '../switchState.js';

/** Promises end times, based on how long earlier users took, and counts how often the promises were right. */
export interface EndTimes {
  /** The end to promise to a user whose maintenance begins now, in epoch milliseconds; `undefined` until enough users are done. */
  readonly promise: (user: string) => number | undefined;
  /** A later end, for a user whose promised end has passed. */
  readonly move: (user: string) => number;
  /** Call it when the maintenance of a user is over, or stays on after a failure. If it stays on, the promise was wrong. */
  readonly end: (user: string, result: 'over' | 'left') => { readonly wasRight?: boolean };
  /** Call it when a user was not put into maintenance after all. */
  readonly forget: (user: string) => void;
  readonly counts: () => EndTimeCounts;
}

/** How often promises were right. */
export interface EndTimeCounts {
  /** Users who were promised an end. */
  readonly promised: number;
  /** How many of them were let in by the end that was promised first. */
  readonly right: number;
  /** How often a promise was moved because it had passed. */
  readonly moved: number;
}

interface EndTimesOptions {
  /**
   * `user`: each user has a separate end. `run`: all users share the end of the run, because the service has one value for all of them.
   */
  readonly scope: 'user' | 'run';
  /** The number of users who are not finished, including those in progress; `undefined` if the total is unknown. */
  readonly left: () => number | undefined;
  readonly concurrency: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Milliseconds of a monotonic clock, for durations. */
  readonly elapsed: () => number;
}

/** Number of users that must be done before the first promise. */
const fewest = 10;
/** Only the latest durations count, because work may get slower or faster. */
const most = 100;
const wanted = 0.9;
/** The share of broken promises in the long run. It is less than one in ten, so that any hundred promises have at most ten broken ones. */
const tolerated = 0.04;
const step = 0.3;
const widest = 8;

/**
 * Promises the 90th percentile of the latest durations: of n durations, the one of rank 0.9 (n + 1), which covers the next one in nine of ten cases.
 *
 * That holds only if the durations are a fair sample of the next one. Work that gets slower would break too many promises. So each broken promise makes
 * the next ones longer by a factor, and each kept promise makes them a little shorter again, but never shorter than the percentile.
 */
export function createEndTimes({ scope, left, concurrency, now, elapsed }: EndTimesOptions): EndTimes {
  const durations: number[] = [];
  const inWork = new Map<string, { readonly since: number; readonly first: number | undefined }>();
  let factor = 1;
  let shared: number | undefined;
  const counts = { promised: 0, right: 0, moved: 0 };

  /** The 90th percentile of the durations that are longer than `longerThan`. */
  function percentile(longerThan = 0): number | undefined {
    const sorted = durations.filter((ms) => ms > longerThan).sort((a, b) => a - b);
    return sorted[Math.min(Math.ceil(wanted * (sorted.length + 1)), sorted.length) - 1];
  }

  function endOfUser(): number | undefined {
    const ms = durations.length < fewest ? undefined : percentile();
    return ms === undefined ? undefined : now() + ms * factor;
  }

  /** The percentile for the last user, and the average for all users before. */
  function endOfRun(): number | undefined {
    const users = left();
    const last = percentile();
    if (durations.length < fewest || users === undefined || last === undefined) return undefined;
    const average = durations.reduce((sum, ms) => sum + ms, 0) / durations.length;
    const rounds = Math.max(Math.ceil(users / concurrency) - 1, 0);
    const next = now() + (rounds * average + last) * factor;
    // Keep an end that is still plausible, because people look at it.
    const holds = shared !== undefined && shared > now() + last && shared < now() + (next - now()) * 1.5;
    shared = holds ? shared : next;
    return shared;
  }

  return {
    promise(user) {
      const end = scope === 'user' ? endOfUser() : endOfRun();
      // The flag has whole seconds. Round up, because a promise must not get shorter.
      const first = end === undefined ? undefined : Math.ceil(end / 1000) * 1000;
      inWork.set(user, { since: elapsed(), first });
      return first;
    },
    move(user) {
      const taken = elapsed() - (inWork.get(user)?.since ?? elapsed());
      const usual = percentile(taken);
      // It took longer than any user before: expect the same time again.
      const rest = Math.max((usual === undefined ? taken : usual - taken) * factor, 1000);
      counts.moved += 1;
      let end = now() + rest;
      if (scope === 'run') {
        // Another user may have moved it already.
        if (shared !== undefined && shared < end) shared = undefined;
        end = Math.max(endOfRun() ?? 0, end);
        shared = end;
      }
      return Math.ceil(end / 1000) * 1000;
    },
    end(user, result) {
      const work = inWork.get(user);
      inWork.delete(user);
      if (!work) return {};
      if (result === 'over') {
        durations.push(elapsed() - work.since);
        if (durations.length > most) durations.shift();
      }
      if (work.first === undefined) return {};
      const wasRight = result === 'over' && now() <= work.first;
      counts.promised += 1;
      if (wasRight) counts.right += 1;
      factor = wasRight
        ? Math.max(factor * Math.exp(-step * tolerated), 1)
        : Math.min(factor * Math.exp(step * (1 - tolerated)), widest);
      return { wasRight };
    },
    forget: (user) => void inWork.delete(user),
    counts: () => ({ ...counts }),
  };
}

interface KeepOptions {
  readonly user: string;
  readonly endTimes: EndTimes;
  readonly flagSwitch: Pick<FlagSwitch, 'read' | 'change'>;
  /** The rest of the notice, as the value of the flag. */
  readonly notice: Readonly<Record<string, unknown>> | undefined;
  readonly comment: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly onPromise: (endsAt: string, isMoved: boolean) => void;
  readonly onSettled: (wasRight: boolean) => void;
}

// A timer cannot wait longer.
const longestTimerMs = 2 ** 31 - 1;
const retryMs = 10_000;

/**
 * Promises one user an end, and moves it if it passes while the work continues. It changes nothing for a user whom somebody else let in, and nothing after
 * the guard has begun to turn maintenance off.
 */
export function keepEndTime(options: KeepOptions): EndTime {
  const { user, endTimes, flagSwitch, notice, comment, now, onPromise, onSettled } = options;
  let timer: NodeJS.Timeout | undefined;
  let changing: Promise<void> = Promise.resolve();
  let promised: number | undefined;
  let isOver = false;

  function valueOf(end: number | undefined): unknown {
    return end === undefined ? notice : { ...notice, endsAt: formatIsoTime(end) };
  }

  /** Sets another value, unless somebody ended this maintenance in the meantime. Returns whether the user is still in maintenance. */
  async function change(end: number | undefined): Promise<boolean> {
    const state = await flagSwitch.read();
    if (phaseOf(state.users.get(user)) === 'none') return false;
    const value = valueOf(end) ?? withoutTimes(state.users.get(user));
    await flagSwitch.change({ hold: [user], ...(value !== undefined && { value }), comment });
    return true;
  }

  function watch(at: number): void {
    timer = setTimeout(
      () => {
        if (now() < at) watch(at);
        else changing = move();
      },
      Math.min(Math.max(at - now(), 0), longestTimerMs),
    );
  }

  async function move(): Promise<void> {
    const end = endTimes.move(user);
    try {
      if (!(await change(end))) return;
      promised = end;
      onPromise(formatIsoTime(end), true);
      if (!isOver) watch(end);
    } catch {
      // The end time must not stop the work. Try again later.
      if (!isOver) watch(now() + retryMs);
    }
  }

  async function stop(): Promise<void> {
    isOver = true;
    clearTimeout(timer);
    await changing;
  }

  function settle(result: 'over' | 'left'): void {
    const { wasRight } = endTimes.end(user, result);
    if (wasRight !== undefined) onSettled(wasRight);
  }

  return {
    promise() {
      promised = endTimes.promise(user);
      return valueOf(promised);
    },
    begin() {
      if (promised === undefined) return;
      onPromise(formatIsoTime(promised), false);
      watch(promised);
    },
    stop,
    over: () => settle('over'),
    async withdraw() {
      await stop();
      settle('left');
      // Best effort. If it fails, the end passes, and people read that it takes longer.
      if (promised !== undefined) await change(undefined).catch(() => {});
    },
    forget: () => endTimes.forget(user),
  };
}

/** The value without its end; `undefined` if nothing else is in it. */
function withoutTimes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  // An object has fields, whatever they are.
  const { endsAt: _endsAt, ...rest } = value as Record<string, unknown>;
  return Object.keys(rest).length ? rest : undefined;
}
