import { setMaxListeners } from 'node:events';
import { exitCodes } from '../exitCodes.js';
import {
  type EndTime,
  type GuardCollaborators,
  type GuardPlan,
  type GuardStep,
  runLeased,
} from '../runGuard.js';
import type { Leases } from '../locks.js';
import { codeOfSignal, type ChildEnd } from '../runChild.js';
import { messageOf } from '../text.js';
import { untilAborted, type Sleep, sleepUnlessAborted } from '../untilAborted.js';
import type { Journal } from './journal.js';
import type { ListedKey } from './readKeys.js';
import { type FlagChange, type FlagSwitch, SwitchError, type SwitchState } from '../../switch/FlagSwitch.js';

/** How to process a list of users. */
export interface EachPlan {
  readonly planOf: (user: string) => GuardPlan;
  /** How many users are in progress at once. */
  readonly concurrency: number;
  /** Whether to continue after a user whose work failed. */
  readonly keepGoing: boolean;
  /** The most users that may be left in maintenance. Users in progress count, because they may be left in maintenance. */
  readonly maxHeld: number;
  /** Run the command again for users for whom an earlier run was killed while the command ran. */
  readonly redo: boolean;
}

export type EachCollaborators = Omit<GuardCollaborators, 'record' | 'note'> & {
  readonly journal: Journal;
  /** Keeps other guards on this machine from working on the same user. */
  readonly leases: Pick<Leases, 'take'>;
  /** Resolves when the next user may begin, or soon after `stop` is aborted. */
  readonly beforeUser?: ((stop: AbortSignal) => Promise<void>) | undefined;
  /** Promises each user an end time. */
  readonly endTimeOf?: ((user: string, onSettled: (wasRight: boolean) => void) => EndTime) | undefined;
  readonly onStep: (user: string, step: GuardStep) => void;
  /** The next user waits for it, so that a slow reader of results is not flooded. */
  readonly onResult: (result: UserResult) => void | Promise<void>;
};

/**
 * `done`: done now. `skipped`: nothing was left to do. `held`: the user is, or may be, left in maintenance. `undone`: the user is not in
 * maintenance, and the work was not done. `orphaned`: an earlier run was killed while the command ran, so its result is unknown, and
 * maintenance is on.
 */
export type UserResultKind = 'done' | 'skipped' | 'held' | 'undone' | 'orphaned';

/** The result for one user. */
export interface UserResult {
  readonly user: string;
  readonly result: UserResultKind;
  readonly code: number;
  /** The last message about this user. */
  readonly message?: string;
  /** Whether maintenance was over by the end time that was promised first; absent if none was promised. */
  readonly wasInTime?: boolean;
}

export interface EachOutcome {
  readonly code: number;
  /** The number of users with each result. */
  readonly counts: Readonly<Record<UserResultKind, number>>;
  /** Whether every line of the list was read. */
  readonly list: 'complete' | 'not-finished' | 'broken';
}

/** Guards one user after another, or several at once. Stops at the first failure unless `keepGoing` is set. */
export async function runEach(
  plan: EachPlan,
  keys: AsyncIterable<ListedKey>,
  collaborators: EachCollaborators,
): Promise<EachOutcome> {
  const { journal, flagSwitch, onStep, onResult, say, interrupted } = collaborators;
  const { done, unfinished } = journal.earlier;
  const counts: Record<UserResultKind, number> = { done: 0, skipped: 0, held: 0, undone: 0, orphaned: 0 };
  let badLines = 0;
  let notBegun = 0;
  const reading: { list: EachOutcome['list'] } = { list: 'not-finished' };
  const iterator = keys[Symbol.asyncIterator]();
  const halt = new AbortController();
  const stop = AbortSignal.any([interrupted, halt.signal]);
  setMaxListeners(0, stop, interrupted);
  const inProgress = new Set<string>();
  let workers = Math.min(plan.concurrency, plan.maxHeld);

  await Promise.all(Array.from({ length: workers }, work));
  await reportLeftovers();
  const failures = counts.held + counts.undone + counts.orphaned + badLines;
  const isAllDone = failures === 0 && notBegun === 0 && reading.list === 'complete';
  const code = interrupted.aborted ? codeOfSignal(interrupted.reason) : isAllDone ? 0 : exitCodes.notAllDone;
  const isCutShort = reading.list === 'complete' && notBegun > 0;
  return { code, counts, list: isCutShort ? 'not-finished' : reading.list };

  async function work(): Promise<void> {
    // Each worker may leave one more user in maintenance.
    while (!stop.aborted && counts.held + counts.orphaned + workers <= plan.maxHeld) {
      const next = await nextKey();
      if (!next) break;
      if (stop.aborted) notBegun += 1;
      else if ('key' in next) await guardUser(next.key);
      else reportBadLine(next);
    }
    workers -= 1;
  }

  async function nextKey(): Promise<ListedKey | undefined> {
    try {
      // Several workers may call this at once. An async generator answers them in turn.
      const next = await untilAborted(iterator.next(), stop);
      if (!next?.done) return next?.value;
      if (reading.list === 'not-finished') reading.list = 'complete';
    } catch (error) {
      reading.list = 'broken';
      say(`The list of users ended with an error, so it may be incomplete: ${messageOf(error)}`);
    }
    return undefined;
  }

  function reportBadLine({ line, problem }: Exclude<ListedKey, { key: string }>): void {
    badLines += 1;
    say(`Line ${line} of the list ${problem}. It was skipped.`);
    if (!plan.keepGoing) halt.abort('SIGTERM');
  }

  async function guardUser(user: string): Promise<void> {
    const step = unfinished.get(user);
    unfinished.delete(user);
    if (done.has(user) || inProgress.has(user)) return await end({ user, result: 'skipped', code: 0 });
    if (step === 'running' && !plan.redo) return await reportOrphan(user);
    let message: string | undefined;
    let wasInTime: boolean | undefined;
    inProgress.add(user);
    // A user whose work is done only has to be let in, so there is no check before.
    if (step !== 'ran') await collaborators.beforeUser?.(stop);
    if (stop.aborted) {
      notBegun += 1;
      inProgress.delete(user);
      if (step) unfinished.set(user, step);
      return;
    }
    // Maintenance that an earlier run with this journal turned on belongs to this run.
    const { result, code, befallsAll } = await runLeased(
      { ...plan.planOf(user), ...(step && { takeOver: true }) },
      {
        ...collaborators,
        endTime: collaborators.endTimeOf?.(user, (wasRight) => {
          wasInTime = wasRight;
        }),
        note: () => {},
        say: (line) => {
          message = line;
          say(line);
        },
        async record(next, code) {
          await journal.record(user, next, code);
          onStep(user, next);
        },
      },
      step === 'ran' ? 'ran' : 'start',
    );
    inProgress.delete(user);
    if (befallsAll) halt.abort('SIGTERM');
    await end({
      user,
      result,
      code,
      ...(message !== undefined && { message }),
      ...(wasInTime !== undefined && { wasInTime }),
    });
  }

  async function reportOrphan(user: string): Promise<void> {
    if ((await flagSwitch.read().catch(() => undefined))?.users.has(user) === false) {
      say(
        `Somebody ended the maintenance of ${JSON.stringify(user)} by hand. The command runs again only with --redo.`,
      );
      return await end({ user, result: 'skipped', code: 0 });
    }
    const message =
      `An earlier run was killed while the command ran for ${JSON.stringify(user)}, so its result is unknown. ` +
      `Check the result. Then run again with --redo, or end maintenance: ${plan.planOf(user).byHand}`;
    say(message);
    await end({ user, result: 'orphaned', code: exitCodes.notAllDone, message });
  }

  /** Reports users whom earlier runs left in maintenance and whom this run did not reach. */
  async function reportLeftovers(): Promise<void> {
    if (unfinished.size === 0) return;
    const state = await flagSwitch.read().catch(() => undefined);
    for (const [user, step] of unfinished) {
      if (state && !state.users.has(user)) continue;
      const message = `An earlier run left ${JSON.stringify(user)} in maintenance. To end it: ${plan.planOf(user).byHand}`;
      say(message);
      const result = step === 'running' ? 'orphaned' : 'held';
      await end({ user, result, code: exitCodes.notAllDone, message });
    }
  }

  async function end(result: UserResult): Promise<void> {
    counts[result.result] += 1;
    const reported = onResult(result);
    if (!plan.keepGoing && !['done', 'skipped'].includes(result.result)) halt.abort('SIGTERM');
    await reported;
  }
}

/** Delays further users while a health check succeeds. */
export interface Pauser {
  /**
   * Resolves when the next user may begin, or soon after `stop`. Each user has a separate check, one after another, so that a system that
   * has just recovered does not get all waiting users at once.
   */
  readonly wait: (stop: AbortSignal) => Promise<void>;
}

/** The result of a check that pauses the run. */
export interface Pause {
  /** How often the check was run since it first asked for this pause. */
  readonly checks: number;
  readonly nextCheckInSeconds: number;
  /** Why the state of the system is unknown; absent when the check succeeded. */
  readonly problem?: string;
}

/** Runs the command of `--pause-while`, and ends it when the signal is aborted. */
export type HealthCheck = (stop: AbortSignal) => Promise<ChildEnd>;

interface PauserCollaborators {
  readonly check: HealthCheck;
  readonly onPause: (pause: Pause) => void;
  /** Called once at the end of a pause. */
  readonly onResume: () => void | Promise<void>;
  readonly sleep: Sleep;
}

const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/**
 * Creates the pauser of `--pause-while`. Exit code 0 of the check pauses the run, and 1 lets the next user begin. Any other code means that the state
 * of the system is unknown, so the run pauses too.
 */
export function createPauser({ check, onPause, onResume, sleep }: PauserCollaborators): Pauser {
  let last: Promise<void> = Promise.resolve();

  return {
    wait(stop) {
      last = last.then(() => waitForOne(stop));
      return last;
    },
  };

  async function waitForOne(stop: AbortSignal): Promise<void> {
    let checks = 0;
    let pauseMs = firstPauseMs;
    while (!stop.aborted) {
      const { isFree, problem } = await look(check, stop);
      if (isFree || stop.aborted) break;
      checks += 1;
      onPause({ checks, nextCheckInSeconds: pauseMs / 1000, ...(problem !== undefined && { problem }) });
      await sleepUnlessAborted(pauseMs, { sleep, interrupted: stop });
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
    if (checks > 0) await onResume();
  }
}

/** Runs the check before the first user. Returns why the run must not begin: a check that cannot be run would never pause it. */
export async function findCheckProblem(
  check: HealthCheck,
  stop: AbortSignal,
): Promise<{ readonly code: number; readonly message: string } | undefined> {
  const { code, problem, mayPass } = await look(check, stop);
  return problem === undefined || mayPass || stop.aborted
    ? undefined
    : { code, message: `--pause-while ${problem}.` };
}

async function look(check: HealthCheck, stop: AbortSignal): Promise<Finding> {
  try {
    return interpret(await check(stop));
  } catch (error) {
    return { code: 126, isFree: false, problem: `could not be run: ${messageOf(error)}` };
  }
}

interface Finding {
  readonly code: number;
  /** Whether the next user may begin. */
  readonly isFree: boolean;
  readonly problem?: string;
  /** Whether the cause may be the system, and not the check itself. */
  readonly mayPass?: boolean;
}

function interpret({ code, ended }: ChildEnd): Finding {
  if (ended === 'timeout')
    return { code, isFree: false, problem: 'did not end within --pause-timeout', mayPass: true };
  if (code === 0 || code === 1) return { code, isFree: code === 1 };
  const what = code === 127 ? 'was not found' : code === 126 ? 'cannot be executed' : 'failed';
  return {
    code,
    isFree: false,
    problem: `${what}: it ended with exit code ${code}, but 0 pauses and 1 continues`,
    mayPass: code >= 128,
  };
}

interface Waiting {
  readonly change: FlagChange;
  readonly resolve: (state: SwitchState) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Combines many writers into one: changes that are requested while another change is in progress are sent together after it, so that they
 * do not conflict. When the service refuses the combined change, each part is tried alone, so that one bad key affects nobody else.
 */
export function createBatchedSwitch(
  flagSwitch: FlagSwitch,
  commentOf: (users: readonly string[]) => string,
): FlagSwitch {
  let waiting: Waiting[] = [];
  let working = false;
  let reading: Promise<unknown> = Promise.resolve();
  let nextRead: Promise<SwitchState> | undefined;

  async function work(): Promise<void> {
    working = true;
    // Changes of the same moment are combined.
    await Promise.resolve();
    while (waiting.length) {
      const batch = waiting;
      waiting = [];
      // A change has one value for all users whom it puts into maintenance.
      const groups = new Map<string, Waiting[]>();
      for (const one of batch) {
        const value = JSON.stringify(one.change.value) ?? '';
        groups.set(value, [...(groups.get(value) ?? []), one]);
      }
      for (const group of groups.values()) await changeTogether(group);
    }
    working = false;
  }

  async function changeTogether(batch: readonly Waiting[]): Promise<void> {
    const [only] = batch;
    try {
      const state = await flagSwitch.change(only && batch.length === 1 ? only.change : merge(batch));
      for (const { resolve } of batch) resolve(state);
    } catch (error) {
      const splits = error instanceof SwitchError && ['conflict', 'invalid'].includes(error.failure);
      if (splits && batch.length > 1) for (const one of batch) await changeTogether([one]);
      else for (const { reject } of batch) reject(error);
    }
  }

  function merge(batch: readonly Waiting[]): FlagChange {
    const hold = batch.flatMap(({ change }) => change.hold ?? []);
    const release = batch.flatMap(({ change }) => change.release ?? []);
    const { value } = batch[0]?.change ?? {};
    return {
      hold,
      release,
      ...(value !== undefined && { value }),
      comment: commentOf([...hold, ...release]),
    };
  }

  return {
    ...flagSwitch,
    // A caller that asks during a read may know of a newer change, so it gets the next read, together with others.
    read() {
      nextRead ??= reading.then(() => {
        const read = flagSwitch.read();
        nextRead = undefined;
        reading = read.catch(() => undefined);
        return read;
      });
      return nextRead;
    },
    change: (change) =>
      new Promise((resolve, reject) => {
        waiting.push({ change, resolve, reject });
        if (!working) void work();
      }),
  };
}
