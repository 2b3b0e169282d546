import { exitCodes } from './exitCodes.js';
import type { GuardCollaborators, GuardOutcome, GuardPlan } from './GuardPlan.js';
import type { Journal } from './createJournal.js';
import type { ListedKey } from './readKeys.js';
import { runGuard } from './runGuard.js';

/** How to go through a list of users. */
export interface EachPlan {
  readonly planOf: (user: string) => GuardPlan;
  /** How many users are in work at once. */
  readonly concurrency: number;
  /** Whether to go on after a user whose job failed. */
  readonly keepGoing: boolean;
  /** Stop when so many users are left in maintenance. */
  readonly maxHeld: number;
  /** Run the command again for users in whose middle an earlier run was killed. */
  readonly redo: boolean;
}

export type EachCollaborators = Omit<GuardCollaborators, 'record'> & {
  readonly journal: Journal;
  /** The end of one user, of whatever kind. */
  readonly onUser: (user: string, result: UserResult, code: number) => void;
};

/** `done` now, or `skipped` as it was done by an earlier run; `held`: left in maintenance; `refused`: nothing was done. */
export type UserResult = 'done' | 'skipped' | 'held' | 'refused' | 'interrupted';

export interface EachOutcome {
  readonly code: number;
  readonly counts: Readonly<Record<UserResult, number>>;
  /** Lines of the list that are no keys. */
  readonly badLines: number;
  /** Whether the list was read to its end. */
  readonly finished: boolean;
}

/** Guards one user after another, or a few at once; halts at the first failure unless told otherwise. */
export async function runEach(
  plan: EachPlan,
  keys: AsyncIterable<ListedKey>,
  collaborators: EachCollaborators,
): Promise<EachOutcome> {
  const { journal, onUser, say, interrupted } = collaborators;
  const counts: Record<UserResult, number> = { done: 0, skipped: 0, held: 0, refused: 0, interrupted: 0 };
  let badLines = 0;
  let finished = false;
  const iterator = keys[Symbol.asyncIterator]();

  await Promise.all(Array.from({ length: plan.concurrency }, work));
  await iterator.return?.(undefined);
  const failed = counts.held + counts.refused + counts.interrupted + badLines;
  const code = interrupted.aborted
    ? collaborators.codeOfSignal(interrupted.reason)
    : failed || !finished
      ? exitCodes.held
      : 0;
  return { code, counts, badLines, finished };

  async function work(): Promise<void> {
    while (!shouldStop()) {
      // Several workers may ask at once: an async generator answers them in turn.
      const next = await iterator.next();
      if (next.done) {
        finished = true;
        return;
      }
      if (shouldStop()) return;
      if ('key' in next.value) await guardUser(next.value.key);
      else {
        badLines += 1;
        say(`Line ${next.value.line} of the list ${next.value.problem}. It was passed over.`);
      }
    }
  }

  function shouldStop(): boolean {
    const failures = counts.held + counts.refused + counts.interrupted;
    return (
      finished ||
      interrupted.aborted ||
      (!plan.keepGoing && failures + badLines > 0) ||
      counts.held + counts.interrupted >= plan.maxHeld
    );
  }

  async function guardUser(user: string): Promise<void> {
    const step = journal.stepOf(user);
    if (step === 'done') return end(user, 'skipped', 0);
    if (step === 'running' && !plan.redo) {
      say(
        `An earlier run was killed while the command ran for ${JSON.stringify(user)}: whether it succeeded is not known. ` +
          `This user is left in maintenance. Look, and then end it (${plan.planOf(user).byHand}) or run again with --redo.`,
      );
      return end(user, 'interrupted', exitCodes.held);
    }
    // What an earlier run of the same journal turned on is ours.
    const own = { ...plan.planOf(user), ...(step !== undefined && { takeOver: true }) };
    const outcome = await runGuard(
      own,
      { ...collaborators, record: (next, code) => journal.record(user, next, code) },
      step === 'ran' ? 'ran' : 'start',
    );
    end(user, resultOf(outcome), outcome.code);
  }

  function end(user: string, result: UserResult, code: number): void {
    counts[result] += 1;
    onUser(user, result, code);
  }
}

function resultOf({ code, held }: GuardOutcome): UserResult {
  if (held) return 'held';
  return code === exitCodes.notTurnedOn || code > 128 ? 'refused' : 'done';
}
