import { exitCodes } from './exitCodes.js';
import { SwitchError } from './FlagSwitch.js';
import type { GuardCollaborators, GuardOutcome, GuardPlan } from './GuardPlan.js';
import { messageOf } from './messageOf.js';
import { refuseGuard } from './refuseGuard.js';
import type { ChildEnd } from './runChild.js';
import { sleepUnlessAborted } from './sleepUnlessAborted.js';

const proofPauseMs = 250;
// For everyone: a key that no target names stands for all of them.
const anyone = 'maintenance-mode-probe';

/**
 * Turns maintenance on, proves it, runs the command, verifies, and turns it off. Once it is on, nothing but success (or an exit code
 * of `offOn`) turns it off. From `ran`, the command succeeded in an earlier run, and only what comes after it is done.
 */
export async function runGuard(
  plan: GuardPlan,
  collaborators: GuardCollaborators,
  from: 'start' | 'ran' = 'start',
): Promise<GuardOutcome> {
  const { flagSwitch, runChild, say, interrupted, record } = collaborators;
  const { user, comment, timeoutMs, graceMs } = plan;
  const whom = user === undefined ? 'everyone' : JSON.stringify(user);
  const stillOn = `Maintenance is still on for ${whom}. To end it: ${plan.byHand}`;
  const appended = user === undefined ? [] : [user];

  if (from === 'ran') return (await verify()) ?? (await turnOff(0));
  const ended = (await begin()) ?? (await prove());
  if (ended) return ended;
  return await work();

  async function begin(): Promise<GuardOutcome | undefined> {
    const refusal = await flagSwitch.read().then(
      (state) => refuseGuard(state, plan),
      (error: unknown) => `The flag could not be read: ${messageOf(error)}`,
    );
    if (refusal) {
      say(`${refusal} The command was not run.`);
      return { code: exitCodes.notTurnedOn, held: false };
    }
    if (interrupted.aborted) return { code: collaborators.codeOfSignal(interrupted.reason), held: false };
    await record('holding');
    try {
      await flagSwitch.change(user === undefined ? { on: true, comment } : { hold: [user], comment });
    } catch (error) {
      const isOn = await askWhetherOn();
      // The answer to a change may be lost on its way when the change itself was made.
      if (isOn !== 'on') {
        const doubt = isOn === 'unknown' ? ` It may be on all the same. To be sure: ${plan.byHand}` : '';
        say(
          `Maintenance could not be turned on for ${whom}: ${messageOf(error)} The command was not run.${doubt}`,
        );
        return { code: exitCodes.notTurnedOn, held: isOn === 'unknown' };
      }
    }
    say(`Maintenance is on for ${whom}.`);
    return undefined;
  }

  async function prove(): Promise<GuardOutcome | undefined> {
    let reason = 'the service serves something else';
    for (let left = Math.ceil(plan.proofMs / proofPauseMs) + 1; left > 0 && !interrupted.aborted; left -= 1) {
      try {
        if (await flagSwitch.serves(user ?? anyone)) {
          await sleepUnlessAborted(plan.settleMs, collaborators);
          break;
        }
      } catch (error) {
        reason = messageOf(error);
        if (!(error instanceof SwitchError) || error.failure !== 'unreachable') left = 1;
      }
      if (left === 1) {
        say(`Maintenance is not in effect for ${whom}: ${reason}. The command was not run. ${stillOn}`);
        return { code: exitCodes.notProven, held: true };
      }
      await sleepUnlessAborted(proofPauseMs, collaborators);
    }
    return interrupted.aborted ? stopped() : undefined;
  }

  async function work(): Promise<GuardOutcome> {
    await record('running');
    const end = await runPlanned([...plan.command, ...appended], plan.inheritInput);
    if (end.ended === 'signal') return await fail(end.code, stopped());
    if (end.ended === 'timeout') {
      say(`The command took longer than ${Number(timeoutMs) / 1000} s and was ended. ${stillOn}`);
      return await fail(end.code, { code: exitCodes.timedOut, held: true });
    }
    if (end.code === 0) {
      await record('ran');
      return (await verify()) ?? (await turnOff(0));
    }
    if (plan.offOn.has(end.code)) return await turnOff(end.code);
    say(`The command failed with exit code ${end.code}. ${stillOn}`);
    return await fail(end.code, { code: end.code, held: true });
  }

  async function verify(): Promise<GuardOutcome | undefined> {
    if (plan.verify === undefined) return undefined;
    const check = await runPlanned(['sh', '-c', `${plan.verify} "$@"`, 'sh', ...appended], false);
    if (check.ended === 'signal') return stopped();
    if (check.code === 0) return undefined;
    say(`The command succeeded, but --verify failed with exit code ${check.code}. ${stillOn}`);
    return { code: exitCodes.notVerified, held: true };
  }

  async function turnOff(code: number): Promise<GuardOutcome> {
    try {
      await flagSwitch.change(user === undefined ? { on: false, comment } : { release: [user], comment });
    } catch (error) {
      if ((await askWhetherOn()) !== 'off') {
        say(
          `The command ended with exit code ${code}, but maintenance could not be turned off: ${messageOf(error)} ${stillOn}`,
        );
        return { code: code || exitCodes.notTurnedOff, held: true };
      }
    }
    await record('done', code);
    say(`Maintenance is off for ${whom}.`);
    return { code, held: false };
  }

  async function runPlanned(
    command: readonly [string, ...string[]],
    inheritInput: boolean,
  ): Promise<ChildEnd> {
    try {
      return await runChild(command, { timeoutMs, graceMs, signal: interrupted, inheritInput });
    } catch (error) {
      say(`${JSON.stringify(command[0])} could not be run: ${messageOf(error)}`);
      return { code: exitCodes.notExecutable };
    }
  }

  async function fail(code: number, outcome: GuardOutcome): Promise<GuardOutcome> {
    await record('failed', code);
    return outcome;
  }

  function stopped(): GuardOutcome {
    say(`Stopped by ${String(interrupted.reason)}. ${stillOn}`);
    return { code: collaborators.codeOfSignal(interrupted.reason), held: true };
  }

  async function askWhetherOn(): Promise<'on' | 'off' | 'unknown'> {
    try {
      const { on, held } = await flagSwitch.read();
      return (user === undefined ? on : held.has(user)) ? 'on' : 'off';
    } catch {
      return 'unknown';
    }
  }
}
