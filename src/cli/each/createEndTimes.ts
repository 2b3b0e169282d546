/** Promises end times by how long users took so far, and keeps count of how often they were right. */
export interface EndTimes {
  /** The end to promise a user whose maintenance begins now, in epoch milliseconds; `undefined` while too little is known. */
  readonly promise: (user: string) => number | undefined;
  /** A later end, for a user whose promised one has passed. */
  readonly move: (user: string) => number;
  /** Told when a user's maintenance is over, or is left on: then a promise that was made was wrong. */
  readonly end: (user: string, result: 'over' | 'left') => { readonly wasRight?: boolean };
  /** Told when a user was not put into maintenance after all. */
  readonly forget: (user: string) => void;
  readonly counts: () => EndTimeCounts;
}

/** How often promises were right. */
export interface EndTimeCounts {
  /** Users who were promised an end. */
  readonly promised: number;
  /** Those of them whose maintenance was over by the end that they were promised first. */
  readonly right: number;
  /** How often an end that had passed was moved. */
  readonly moved: number;
}

interface EndTimesOptions {
  /**
   * `user`: each user has an end of their own. `run`: all share one, that of the run, as where the service has one value for all. It takes the number
   * of users and how many are in work at once.
   */
  readonly scope: 'user' | 'run';
  /** How many users are not finished, those in work among them; `undefined` when nobody knows. */
  readonly left: () => number | undefined;
  readonly concurrency: number;
  /** Epoch milliseconds. Durations are told by `elapsed`, which is not set back. */
  readonly now: () => number;
  readonly elapsed: () => number;
}

/** So many users have to be done before an end is promised. */
const fewest = 10;
/** So many durations count: work that gets slower over the hours is told by its latest users. */
const most = 100;
const wanted = 0.9;
/** Of the promises, so many may be wrong in the long run: fewer than one in ten, so that hardly ten of any hundred are. */
const tolerated = 0.04;
const step = 0.3;
const widest = 8;

/**
 * Promises the 90th percentile of the durations so far, as the order statistic that covers the next one (of n, that of rank 0.9 (n + 1)). Where
 * durations are no fair sample of what comes, as in work that gets slower, that would be wrong too often: each wrong promise makes the next ones longer
 * by a factor, and each right one shorter, until about one in twenty-five is wrong. It is never shorter than the percentile.
 */
export function createEndTimes({ scope, left, concurrency, now, elapsed }: EndTimesOptions): EndTimes {
  const durations: number[] = [];
  const inWork = new Map<string, { readonly since: number; readonly first: number | undefined }>();
  let factor = 1;
  let shared: number | undefined;
  const counts = { promised: 0, right: 0, moved: 0 };

  /** The duration that nine of ten stay below, of those that took longer than `longerThan` already. */
  function percentile(longerThan = 0): number | undefined {
    const sorted = durations.filter((ms) => ms > longerThan).sort((a, b) => a - b);
    return sorted[Math.min(Math.ceil(wanted * (sorted.length + 1)), sorted.length) - 1];
  }

  function endOfUser(): number | undefined {
    const ms = durations.length < fewest ? undefined : percentile();
    return ms === undefined ? undefined : now() + ms * factor;
  }

  /** One user's time for whoever comes last, and the average for all before. */
  function endOfRun(): number | undefined {
    const users = left();
    const last = percentile();
    if (durations.length < fewest || users === undefined || last === undefined) return undefined;
    const average = durations.reduce((sum, ms) => sum + ms, 0) / durations.length;
    const rounds = Math.max(Math.ceil(users / concurrency) - 1, 0);
    const next = now() + (rounds * average + last) * factor;
    // An end that still holds is kept: people look at it.
    const holds = shared !== undefined && shared > now() + last && shared < now() + (next - now()) * 1.5;
    shared = holds ? shared : next;
    return shared;
  }

  return {
    promise(user) {
      const end = scope === 'user' ? endOfUser() : endOfRun();
      // As it is written: whole seconds. A promise is not made shorter by that.
      const first = end === undefined ? undefined : Math.ceil(end / 1000) * 1000;
      inWork.set(user, { since: elapsed(), first });
      return first;
    },
    move(user) {
      const taken = elapsed() - (inWork.get(user)?.since ?? elapsed());
      const usual = percentile(taken);
      // Longer than anybody before: as long again.
      const rest = Math.max((usual === undefined ? taken : usual - taken) * factor, 1000);
      counts.moved += 1;
      let end = now() + rest;
      if (scope === 'run') {
        // Another user's turn may have moved it already.
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
