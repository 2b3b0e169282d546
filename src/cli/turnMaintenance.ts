import { exitCodes } from './exitCodes.js';
import { SwitchError, type FlagChange, type FlagState } from './FlagSwitch.js';
import type { GuardCollaborators, GuardOutcome, GuardPlan } from './GuardPlan.js';
import { messageOf } from './messageOf.js';
import { refuseOn, warnOfSurface } from './preflight.js';
import { codeOfSignal } from './runChild.js';
import { sleepUnlessAborted } from './sleepUnlessAborted.js';

const offTries = 5;

/** Turns maintenance on, where nothing speaks against it; says why it did not. */
export async function turnMaintenanceOn(
  plan: GuardPlan,
  whom: string,
  { flagSwitch, interrupted, record, note }: GuardCollaborators,
): Promise<(GuardOutcome & { readonly message: string }) | undefined> {
  const { user, comment, takeOver, byHand } = plan;
  const refuse = (message: string, more: Partial<GuardOutcome> = {}): GuardOutcome & { message: string } => ({
    message,
    result: 'undone',
    code: exitCodes.notTurnedOn,
    ...more,
  });

  const refusal = await flagSwitch.read().then(
    (state) => ({ reason: refuseOn(state, plan), warning: warnOfSurface(state), befallsAll: false }),
    (error: unknown) => ({
      reason: `The flag could not be read: ${messageOf(error)}`,
      warning: undefined,
      befallsAll: true,
    }),
  );
  if (interrupted.aborted) {
    const reason = String(interrupted.reason);
    return refuse(`Stopped by ${reason}. Nothing was changed.`, { code: codeOfSignal(interrupted.reason) });
  }
  if (refusal.reason !== undefined) {
    return refuse(`${refusal.reason} The command was not run.`, { befallsAll: refusal.befallsAll });
  }

  if (refusal.warning !== undefined) note(refusal.warning);
  await record('holding');
  try {
    await flagSwitch.change(user === undefined ? { on: true, comment } : { hold: [user], comment });
    return undefined;
  } catch (error) {
    const message = `Maintenance could not be turned on for ${whom}: ${messageOf(error)} The command was not run.`;
    const mayBeDone = error instanceof SwitchError && error.mayBeDone;
    const befallsAll = !(error instanceof SwitchError && ['conflict', 'invalid'].includes(error.failure));
    const isOn = await flagSwitch.read().then(
      (state) => isOnFor(user, state),
      () => undefined,
    );
    // The answer to a change may be lost on its way when the change itself was made.
    if (isOn && (mayBeDone || takeOver)) return undefined;
    if (isOn) return refuse(`${message} Somebody else turned it on meanwhile.`);
    if (mayBeDone) {
      return refuse(`${message} It may come on all the same. To be sure: ${byHand}`, {
        result: 'held',
        befallsAll,
      });
    }
    return refuse(message, { befallsAll });
  }
}

/** Turns maintenance off, and tries longer than for on; says why it could not. */
export async function turnMaintenanceOff(
  { user, comment }: GuardPlan,
  { flagSwitch, interrupted, sleep }: GuardCollaborators,
): Promise<string | undefined> {
  const change: FlagChange = user === undefined ? { on: false, comment } : { release: [user], comment };
  for (let tried = 1; ; tried += 1) {
    try {
      await flagSwitch.change(change);
      return undefined;
    } catch (error) {
      const isOn = await flagSwitch.read().then(
        (state) => isOnFor(user, state),
        () => true,
      );
      if (!isOn) return undefined;
      const passes = error instanceof SwitchError && error.passes;
      if (!passes || tried === offTries || interrupted.aborted) return messageOf(error);
      await sleepUnlessAborted(1000 * 2 ** (tried - 1), { sleep, interrupted });
    }
  }
}

function isOnFor(user: string | undefined, { on, held }: FlagState): boolean {
  return user === undefined ? on : held.has(user);
}
