import { exitCodes } from './exitCodes.js';
import { describeProcesses } from './lockFile.js';
import type { GuardCollaborators, GuardOutcome, GuardPlan } from './GuardPlan.js';
import { messageOf } from './messageOf.js';
import { proveMaintenance } from './proveMaintenance.js';
import { codeOfSignal, type ChildEnd } from './runChild.js';
import { turnMaintenanceOff, turnMaintenanceOn } from './turnMaintenance.js';

/**
 * Turns maintenance on, proves it, runs the command, verifies, and turns it off. Once it is on, nothing but success (or an exit code
 * of `offOn`) turns it off. From `ran`, the command succeeded in an earlier run, and only what comes after it is done.
 */
export async function runGuard(
  plan: GuardPlan,
  collaborators: GuardCollaborators,
  from: 'start' | 'ran' = 'start',
): Promise<GuardOutcome> {
  const { runChild, say, note, interrupted, record, startWork, settleEnd } = collaborators;
  const { user, timeoutMs, graceMs } = plan;
  const whom = user === undefined ? 'everyone' : JSON.stringify(user);
  const stillOn = `Maintenance is still on for ${whom}. To end it: ${plan.byHand}`;
  const appended = user === undefined ? [] : [user];
  let isOn = from === 'ran';

  try {
    return (from === 'start' ? ((await begin()) ?? (await work())) : undefined) ?? (await finish());
  } catch (error) {
    // A step could not be written down, so that nothing may come after it.
    say(`${messageOf(error)} ${isOn ? stillOn : 'Nothing was changed.'}`);
    return { code: exitCodes.failed, result: isOn ? 'held' : 'undone', befallsAll: true };
  }

  /** Until maintenance is proven; `undefined` when the command may run. */
  async function begin(): Promise<GuardOutcome | undefined> {
    const refusal = await turnMaintenanceOn(plan, whom, collaborators);
    if (refusal) {
      say(refusal.message);
      return refusal;
    }
    isOn = true;
    note(`Maintenance is on for ${whom}.`);
    const doubt = await proveMaintenance(plan, collaborators);
    if (interrupted.aborted) return stopped();
    if (doubt === undefined) return undefined;
    say(`Maintenance is not in effect for ${whom}: ${doubt} The command was not run. ${stillOn}`);
    return { code: exitCodes.notProven, result: 'held' };
  }

  /** Runs the command; `undefined` when it succeeded. */
  async function work(): Promise<GuardOutcome | undefined> {
    await record('running');
    const { code, ended, left } = await runPlanned([...plan.command, ...appended], plan.streams);
    if (left) say(`The command left behind, still at work: ${describeProcesses(left)}.`);
    if (code === 0 && !ended) {
      await record('ran');
      return undefined;
    }
    await record('failed', code);
    if (ended === 'signal') return stopped();
    if (ended === 'timeout') {
      say(`The command took longer than ${Number(timeoutMs) / 1000} s and was ended. ${stillOn}`);
      return { code: exitCodes.timedOut, result: 'held' };
    }
    if (plan.offOn.has(code)) return await turnOff(code);
    say(`The command failed with exit code ${code}. ${stillOn}`);
    return { code, result: 'held' };
  }

  /** All that comes after success. */
  async function finish(): Promise<GuardOutcome> {
    if (plan.verify !== undefined) {
      const check = await runPlanned(['sh', '-c', `${plan.verify} "$@"`, 'sh', ...appended], {
        ...plan.streams,
        input: undefined,
      });
      if (check.ended === 'signal') return stopped();
      if (check.code !== 0 || check.ended) {
        const how = check.ended
          ? `took longer than ${Number(timeoutMs) / 1000} s`
          : `failed with exit code ${check.code}`;
        say(`The command succeeded, but --verify ${how}. ${stillOn}`);
        return { code: exitCodes.notVerified, result: 'held' };
      }
    }
    return await turnOff(0);
  }

  async function turnOff(code: number): Promise<GuardOutcome> {
    const result = code === 0 ? 'done' : 'undone';
    if (settleEnd?.() === 'keep') {
      await record(result, code);
      say(
        `The command ended with exit code ${code}. Maintenance stays on for ${whom}: it was turned on by hand meanwhile. To end it: ${plan.byHand}`,
      );
      return { code, result };
    }
    const problem = await turnMaintenanceOff(plan, collaborators);
    if (problem !== undefined) {
      say(
        `The command ended with exit code ${code}, but maintenance could not be turned off: ${problem} ${stillOn}`,
      );
      return { code: code || exitCodes.notTurnedOff, result: 'held' };
    }
    isOn = false;
    await record(result, code);
    note(`Maintenance is off for ${whom}.`);
    return { code, result };
  }

  async function runPlanned(
    command: readonly [string, ...string[]],
    streams: GuardPlan['streams'],
  ): Promise<ChildEnd> {
    try {
      return await runChild(command, {
        ...streams,
        timeoutMs,
        graceMs,
        signal: interrupted,
        onStart: startWork,
        waitsAfter: (code) => code === 0 || plan.offOn.has(code),
        onWait: (code, left) =>
          say(
            `The command ended with exit code ${code}, but what it started is still at work: ${describeProcesses(left)}. Maintenance stays on for ${whom} until that has ended.`,
          ),
      });
    } catch (error) {
      say(`${JSON.stringify(command[0])} could not be run: ${messageOf(error)}`);
      return { code: exitCodes.notExecutable };
    }
  }

  function stopped(): GuardOutcome {
    say(`Stopped by ${String(interrupted.reason)}. ${stillOn}`);
    return { code: codeOfSignal(interrupted.reason), result: 'held' };
  }
}
