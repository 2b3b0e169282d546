import type { FlagSwitch } from '../../switch/FlagSwitch.js';
import type { EndTime } from '../guard/GuardPlan.js';
import { formatInstant } from '../noticeOptions.js';
import { phaseOf } from '../phaseOf.js';
import type { EndTimes } from './createEndTimes.js';

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
    return end === undefined ? notice : { ...notice, endsAt: formatInstant(end) };
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
      onPromise(formatInstant(end), true);
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
      onPromise(formatInstant(promised), false);
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
