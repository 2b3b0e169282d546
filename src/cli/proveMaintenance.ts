import { SwitchError } from './FlagSwitch.js';
import type { GuardCollaborators, GuardPlan } from './GuardPlan.js';
import { messageOf } from './messageOf.js';
import { sleepUnlessAborted } from './sleepUnlessAborted.js';

/** A key that no target names, and that stands for everyone therefore. */
export const anyone = 'maintenance-mode-probe';

const pauseMs = 250;

/**
 * Asks the service what it serves until that is maintenance, and then lets caches and open tabs settle. Gives the reason when it is
 * not proven; after an interruption nothing is proven, whatever it gives.
 */
export async function proveMaintenance(
  { user = anyone, proofMs, settleMs }: GuardPlan,
  { flagSwitch, interrupted, now, sleep }: GuardCollaborators,
): Promise<string | undefined> {
  const deadline = now() + proofMs;
  while (!interrupted.aborted) {
    const doubt = await flagSwitch.serves(user).then(
      (serves) => (serves ? undefined : { reason: 'the service serves something else.', passes: true }),
      (error: unknown) => ({
        reason: messageOf(error),
        passes: error instanceof SwitchError && error.passes,
      }),
    );
    if (!doubt) {
      await sleepUnlessAborted(settleMs, { sleep, interrupted });
      return undefined;
    }
    if (!doubt.passes || now() >= deadline) return doubt.reason;
    await sleepUnlessAborted(pauseMs, { sleep, interrupted });
  }
  return undefined;
}
