import { exitCodes } from '../exitCodes.js';
import { messageOf } from '../text.js';
import type { GuardCollaborators, GuardOutcome, GuardPlan } from './GuardPlan.js';
import type { HeldLease, Leases } from './leases.js';
import { LockTaken } from './lockFile.js';
import { runGuard } from './runGuard.js';

/** Runs a guard, unless another guard on this machine is at work for the same user. `takeOver` does not change that. */
export async function runLeased(
  plan: GuardPlan,
  collaborators: GuardCollaborators & { readonly leases: Pick<Leases, 'take'> },
  from: 'start' | 'ran' = 'start',
): Promise<GuardOutcome> {
  let lease: HeldLease;
  try {
    lease = collaborators.leases.take(plan.user);
  } catch (error) {
    const whom = plan.user === undefined ? 'everyone' : JSON.stringify(plan.user);
    const isTaken = error instanceof LockTaken;
    collaborators.say(
      `${isTaken ? `Another guard has ${whom}. ` : ''}${messageOf(error)} The command was not run.`,
    );
    const result = from === 'ran' ? 'held' : 'undone';
    return { code: exitCodes.notTurnedOn, result, befallsAll: !isTaken };
  }
  try {
    const { startWork, settleEnd } = lease;
    return await runGuard(plan, { ...collaborators, startWork, settleEnd }, from);
  } finally {
    lease.letGo();
  }
}
