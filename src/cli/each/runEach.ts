import { setMaxListeners } from 'node:events';
import { exitCodes } from '../exitCodes.js';
import type { EndTime, GuardCollaborators, GuardPlan, GuardStep } from '../guard/GuardPlan.js';
import type { Leases } from '../guard/leases.js';
import { codeOfSignal } from '../guard/runChild.js';
import { runLeased } from '../guard/runGuard.js';
import { messageOf } from '../text.js';
import { untilAborted } from '../untilAborted.js';
import type { Journal } from './journal.js';
import type { ListedKey } from './readKeys.js';

/** How to go through a list of users. */
export interface EachPlan {
  readonly planOf: (user: string) => GuardPlan;
  /** How many users are in work at once. */
  readonly concurrency: number;
  /** Whether to go on after a user whose job failed. */
  readonly keepGoing: boolean;
  /** At most so many users are left in maintenance; those in work count as such beforehand. */
  readonly maxHeld: number;
  /** Run the command again for users in whose middle an earlier run was killed. */
  readonly redo: boolean;
}

export type EachCollaborators = Omit<GuardCollaborators, 'record' | 'note'> & {
  readonly journal: Journal;
  /** Keeps other guards of this machine away from a user in work. */
  readonly leases: Pick<Leases, 'take'>;
  /** Resolves when the next user may begin, or soon after `stop` is aborted. */
  readonly beforeUser?: ((stop: AbortSignal) => Promise<void>) | undefined;
  /** Promises each user an end. */
  readonly endTimeOf?: ((user: string, onSettled: (wasRight: boolean) => void) => EndTime) | undefined;
  readonly onStep: (user: string, step: GuardStep) => void;
  /** Waited for before the next user, so that a slow reader of results is not flooded. */
  readonly onResult: (result: UserResult) => void | Promise<void>;
};

/**
 * `done` now; `skipped`: nothing is left to do; `held`: left in maintenance, or may be; `undone`: not in maintenance, the work was not
 * done; `orphaned`: an earlier run was killed while the command ran, so that nobody knows how it ended, and maintenance is on.
 */
export type UserResultKind = 'done' | 'skipped' | 'held' | 'undone' | 'orphaned';

/** The end of one user. */
export interface UserResult {
  readonly user: string;
  readonly result: UserResultKind;
  readonly code: number;
  /** What was said of it last. */
  readonly message?: string;
  /** Whether it was over by the end that was promised first; absent when none was. */
  readonly wasInTime?: boolean;
}

export interface EachOutcome {
  readonly code: number;
  /** How often each result came. */
  readonly counts: Readonly<Record<UserResultKind, number>>;
  /** Whether every line of the list was read. */
  readonly list: 'complete' | 'not-finished' | 'broken';
}

/** Guards one user after another, or a few at once; halts at the first failure unless told otherwise. */
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
  const inWork = new Set<string>();
  let workers = Math.min(plan.concurrency, plan.maxHeld);

  await Promise.all(Array.from({ length: workers }, work));
  await reportLeftovers();
  const failures = counts.held + counts.undone + counts.orphaned + badLines;
  const isAllDone = failures === 0 && notBegun === 0 && reading.list === 'complete';
  const code = interrupted.aborted ? codeOfSignal(interrupted.reason) : isAllDone ? 0 : exitCodes.notAllDone;
  const isCutShort = reading.list === 'complete' && notBegun > 0;
  return { code, counts, list: isCutShort ? 'not-finished' : reading.list };

  async function work(): Promise<void> {
    // Every worker may leave one more user in maintenance.
    while (!stop.aborted && counts.held + counts.orphaned + workers <= plan.maxHeld) {
      const next = await nextKey();
      if (!next) break;
      if (stop.aborted) notBegun += 1;
      else if ('key' in next) await guardUser(next.key);
      else passOver(next);
    }
    workers -= 1;
  }

  async function nextKey(): Promise<ListedKey | undefined> {
    try {
      // Several workers may ask at once: an async generator answers them in turn.
      const next = await untilAborted(iterator.next(), stop);
      if (!next?.done) return next?.value;
      if (reading.list === 'not-finished') reading.list = 'complete';
    } catch (error) {
      reading.list = 'broken';
      say(`The list of users broke off, so that it may not be complete: ${messageOf(error)}`);
    }
    return undefined;
  }

  function passOver({ line, problem }: Exclude<ListedKey, { key: string }>): void {
    badLines += 1;
    say(`Line ${line} of the list ${problem}. It was passed over.`);
    if (!plan.keepGoing) halt.abort('SIGTERM');
  }

  async function guardUser(user: string): Promise<void> {
    const step = unfinished.get(user);
    unfinished.delete(user);
    if (done.has(user) || inWork.has(user)) return await end({ user, result: 'skipped', code: 0 });
    if (step === 'running' && !plan.redo) return await reportOrphan(user);
    let message: string | undefined;
    let wasInTime: boolean | undefined;
    inWork.add(user);
    // A user whose work is done only has to be let in, without a wait.
    if (step !== 'ran') await collaborators.beforeUser?.(stop);
    if (stop.aborted) {
      notBegun += 1;
      inWork.delete(user);
      if (step) unfinished.set(user, step);
      return;
    }
    // What an earlier run of the same journal turned on is ours.
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
    inWork.delete(user);
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
        `Maintenance of ${JSON.stringify(user)} was ended by hand. The command is run again with --redo only.`,
      );
      return await end({ user, result: 'skipped', code: 0 });
    }
    const message =
      `An earlier run was killed while the command ran for ${JSON.stringify(user)}: whether it succeeded is not known. ` +
      `Look, and then run again with --redo, or end maintenance: ${plan.planOf(user).byHand}`;
    say(message);
    await end({ user, result: 'orphaned', code: exitCodes.notAllDone, message });
  }

  /** Users whom earlier runs left in maintenance, and to whom this one did not come. */
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
    const told = onResult(result);
    if (!plan.keepGoing && !['done', 'skipped'].includes(result.result)) halt.abort('SIGTERM');
    await told;
  }
}
