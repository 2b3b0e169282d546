import type { Lease } from './createLease.js';
import { exitCodes } from './exitCodes.js';
import type { GuardCollaborators, GuardOutcome, GuardPlan } from './GuardPlan.js';
import { messageOf } from './messageOf.js';
import { runGuard } from './runGuard.js';

/** Runs a guard, unless another one of this machine is at work for the same user, whom not even `takeOver` takes from it. */
export async function runLeased(
  plan: GuardPlan,
  collaborators: GuardCollaborators & { readonly lease: Lease },
  from: 'start' | 'ran' = 'start',
): Promise<GuardOutcome> {
  let letGo: () => void;
  try {
    letGo = collaborators.lease(plan.user);
  } catch (error) {
    const whom = plan.user === undefined ? 'everyone' : JSON.stringify(plan.user);
    collaborators.say(`Another guard has ${whom}. ${messageOf(error)} The command was not run.`);
    return { code: exitCodes.notTurnedOn, result: from === 'ran' ? 'held' : 'undone' };
  }
  try {
    return await runGuard(plan, collaborators, from);
  } finally {
    letGo();
  }
}
