import { type FlagSwitch, type FlagChange, SwitchError, type SwitchState } from '../switch/FlagSwitch.js';
import { type Sleep, sleepUnlessAborted } from './untilAborted.js';
import { type StartedWork, type Lease, type Leases, LockTaken, describeProcesses } from './locks.js';
import { type ChildEnd, type ChildOptions, codeOfSignal } from './runChild.js';
import { exitCodes } from './exitCodes.js';
import { phaseOf, servesMaintenance, valueFor, refuseOn, warnOfMissingBrowsers } from './switchState.js';
import { messageOf } from './text.js';

/** The command to run, and under which conditions. */
export interface GuardPlan {
  readonly flag: string;
  /** One user; everybody when absent. */
  readonly user?: string | undefined;
  readonly command: readonly [string, ...string[]];
  /** How long to wait for caches and open tabs after maintenance was proven on, in milliseconds. */
  readonly settleMs: number;
  /** How long the service may take to serve maintenance, in milliseconds. */
  readonly proofMs: number;
  readonly timeoutMs?: number | undefined;
  readonly graceMs?: number | undefined;
  /** A shell command that must succeed before maintenance ends. */
  readonly verify?: string | undefined;
  /** Exit codes that mean that nothing was done, so that maintenance may end. */
  readonly offOn: ReadonlySet<number>;
  /** Continue, and turn maintenance off at the end, even if somebody else turned it on. */
  readonly takeOver: boolean;
  /** Whether the command reads our standard input, and where its output goes. */
  readonly streams: Pick<ChildOptions, 'input' | 'stdout' | 'stderr'>;
  /** Whether to find out at the end that somebody else ended maintenance during the work. It takes one more request. */
  readonly checksEnd?: boolean | undefined;
  /** The value to serve. Default: the value that means maintenance for this flag. */
  readonly value?: unknown;
  /** The comment for the audit trail. */
  readonly comment: string;
  /** The command line that ends maintenance by hand. */
  readonly byHand: string;
}

/**
 * The progress of a guard. `holding`: about to turn maintenance on. `running`: proven on, about to run the command. `ran`: the command
 * succeeded; maintenance is on. `failed`: the command failed; maintenance is on. `done`: off again after success. `undone`: off again
 * after an exit code that means that nothing was done.
 */
export type GuardStep = 'holding' | 'running' | 'ran' | 'failed' | 'done' | 'undone';

/** The promised end of one maintenance. */
export interface EndTime {
  /** Returns the value to turn maintenance on with, instead of the one of the plan. */
  readonly promise: () => unknown;
  /** Called when maintenance is on. From now on, an end that passes is moved. */
  readonly begin: () => void;
  /** Called before maintenance is turned off. Resolves when no change is in progress any more. */
  readonly stop: () => Promise<void>;
  /** Called when maintenance is off. */
  readonly over: () => void;
  /** Called when maintenance stays on. Removes the end from the flag. */
  readonly withdraw: () => Promise<void>;
  /** Called when maintenance was not turned on after all. */
  readonly forget: () => void;
}

/** The dependencies of a guard. A test can replace all of them. */
export interface GuardCollaborators {
  readonly flagSwitch: FlagSwitch;
  readonly runChild: (command: readonly [string, ...string[]], options: ChildOptions) => Promise<ChildEnd>;
  /** Reports what went wrong, and what to do. */
  readonly say: (line: string) => void;
  /** Reports normal progress. */
  readonly note: (line: string) => void;
  readonly sleep: Sleep;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Aborted when the operator sends a signal, with the signal as the reason. */
  readonly interrupted: AbortSignal;
  /** Records a step durably before the next one begins. */
  readonly record: (step: GuardStep, code?: number) => Promise<void>;
  /** Called with what a command started, so that it is on record if this process is killed. */
  readonly startWork?: ((work: StartedWork) => void) | undefined;
  /** Promises an end, and keeps it up to date. */
  readonly endTime?: EndTime | undefined;
  /** Decides whether this guard ends maintenance; `keep` when somebody turned it on by hand in the meantime. */
  readonly settleEnd?: (() => 'off' | 'keep') | undefined;
}

/** How a guard ended. */
export interface GuardOutcome {
  /** The exit code. */
  readonly code: number;
  /**
   * `done`: the command succeeded, maintenance is off. `held`: maintenance is still on, or may be. `undone`: the command did not run or
   * did nothing; maintenance that this guard turned on is off.
   */
  readonly result: 'done' | 'held' | 'undone';
  /** Whether the next user would fail too, because the reason is the service or the journal. */
  readonly befallsAll?: boolean;
}

/** Runs a guard, unless another guard on this machine is at work for the same user. `takeOver` does not change that. */
export async function runLeased(
  plan: GuardPlan,
  collaborators: GuardCollaborators & { readonly leases: Pick<Leases, 'take'> },
  from: 'start' | 'ran' = 'start',
): Promise<GuardOutcome> {
  let lease: Lease;
  try {
    lease = collaborators.leases.take(plan.user);
  } catch (error) {
    const whom = plan.user === undefined ? 'everyone' : JSON.stringify(plan.user);
    const isTaken = error instanceof LockTaken;
    collaborators.say(
      `${isTaken ? `Another guard works for ${whom}. ` : ''}${messageOf(error)} The command was not run.`,
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

/**
 * Turns maintenance on, proves it, runs the command, verifies, and turns it off. Once it is on, only success (or an exit code of `offOn`)
 * turns it off. With `from: 'ran'` the command succeeded in an earlier run, and only the steps after it are done.
 */
export async function runGuard(
  plan: GuardPlan,
  collaborators: GuardCollaborators,
  from: 'start' | 'ran' = 'start',
): Promise<GuardOutcome> {
  const { runChild, say, note, interrupted, record, startWork, settleEnd, endTime } = collaborators;
  const { user, timeoutMs, graceMs } = plan;
  const whom = user === undefined ? 'everyone' : JSON.stringify(user);
  const stillOn = `Maintenance is still on for ${whom}. To end it: ${plan.byHand}`;
  const appended = user === undefined ? [] : [user];
  let isOn = from === 'ran';

  const outcome = await takeSteps();
  if (isOn) await endTime?.withdraw();
  return outcome;

  async function takeSteps(): Promise<GuardOutcome> {
    try {
      if (from === 'start') {
        const early = (await begin()) ?? (await prove()) ?? (await work());
        if (early) return early;
      }
      return (await verify()) ?? (await finish(0));
    } catch (error) {
      // A step could not be recorded, so no step may follow.
      say(`${messageOf(error)} ${isOn ? stillOn : 'Nothing was changed.'}`);
      return { code: exitCodes.failed, result: isOn ? 'held' : 'undone', befallsAll: true };
    }
  }

  /** Turns maintenance on. This step and the next three return an outcome only if the guard ends there. */
  async function begin(): Promise<GuardOutcome | undefined> {
    const refusal = await turnMaintenanceOn(plan, whom, collaborators);
    if (refusal) {
      endTime?.forget();
      say(refusal.message);
      return refusal;
    }
    isOn = true;
    endTime?.begin();
    note(`Maintenance is on for ${whom}.`);
    return undefined;
  }

  /** Waits until the service serves maintenance. */
  async function prove(): Promise<GuardOutcome | undefined> {
    const doubt = await proveMaintenance(plan, collaborators);
    if (interrupted.aborted) return stopped();
    if (doubt === undefined) return undefined;
    say(`Maintenance is not in effect for ${whom}: ${doubt} The command was not run. ${stillOn}`);
    return { code: exitCodes.notProven, result: 'held' };
  }

  /** Runs the command. */
  async function work(): Promise<GuardOutcome | undefined> {
    await record('running');
    const { code, ended, left } = await runPlanned([...plan.command, ...appended], plan.streams);
    if (left) say(`The command left processes that are still at work: ${describeProcesses(left)}.`);
    if (code === 0 && !ended) {
      await record('ran');
      return undefined;
    }
    await record('failed', code);
    if (ended === 'signal') return stopped();
    if (ended === 'timeout') {
      say(`The command took longer than ${Number(timeoutMs) / 1000} s and was stopped. ${stillOn}`);
      return { code: exitCodes.timedOut, result: 'held' };
    }
    if (plan.offOn.has(code)) return await finish(code);
    say(`The command failed with exit code ${code}. ${stillOn}`);
    return { code, result: 'held' };
  }

  /** Runs the check of the result. */
  async function verify(): Promise<GuardOutcome | undefined> {
    if (plan.verify === undefined) return undefined;
    const check = await runPlanned(['sh', '-c', `${plan.verify} "$@"`, 'sh', ...appended], {
      ...plan.streams,
      input: undefined,
    });
    if (check.ended === 'signal') return stopped();
    if (check.code === 0 && !check.ended) return undefined;
    const how = check.ended
      ? `took longer than ${Number(timeoutMs) / 1000} s`
      : `failed with exit code ${check.code}`;
    say(`The command succeeded, but --verify ${how}. ${stillOn}`);
    return { code: exitCodes.notVerified, result: 'held' };
  }

  /** Turns maintenance off, after the command ended with this code. */
  async function finish(code: number): Promise<GuardOutcome> {
    const result = code === 0 ? 'done' : 'undone';
    // What is changed after maintenance was turned off would turn it on again.
    await endTime?.stop();
    if (settleEnd?.() === 'keep') {
      await record(result, code);
      say(
        `The command ended with exit code ${code}. Maintenance stays on for ${whom}: somebody turned it on by hand in the meantime. To end it: ${plan.byHand}`,
      );
      return { code, result };
    }
    if (plan.checksEnd && (await isOver())) {
      say(
        `Somebody else ended maintenance for ${whom} before the command had ended. People may have worked in the meantime, so check the result.`,
      );
    }
    const problem = await turnMaintenanceOff(plan, collaborators);
    if (problem !== undefined) {
      say(
        `The command ended with exit code ${code}, but maintenance could not be turned off: ${problem} ${stillOn}`,
      );
      return { code: code || exitCodes.notTurnedOff, result: 'held' };
    }
    isOn = false;
    endTime?.over();
    await record(result, code);
    note(`Maintenance is off for ${whom}.`);
    return { code, result };
  }

  /** Whether maintenance is over although this guard has not ended it. */
  async function isOver(): Promise<boolean> {
    return await collaborators.flagSwitch.read().then(
      (state) => !isOnFor(user, state) || (user !== undefined && state.ignoresUsers === true),
      () => false,
    );
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
            `The command ended with exit code ${code}, but processes that it started are still at work: ${describeProcesses(left)}. Maintenance stays on for ${whom} until they have ended.`,
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

const offTries = 5;

/** Turns maintenance on after the checks have passed. Returns the reason when it did not. */
async function turnMaintenanceOn(
  plan: GuardPlan,
  whom: string,
  { flagSwitch, interrupted, record, note, endTime }: GuardCollaborators,
): Promise<(GuardOutcome & { readonly message: string }) | undefined> {
  const { user, comment, takeOver, byHand } = plan;
  const refuse = (message: string, more: Partial<GuardOutcome> = {}): GuardOutcome & { message: string } => ({
    message,
    result: 'undone',
    code: exitCodes.notTurnedOn,
    ...more,
  });

  const refusal = await flagSwitch.read().then(
    (state) => ({
      reason: refuseOn(flagSwitch, state, plan),
      value: beginNotice(plan, state, flagSwitch, endTime ? endTime.promise() : plan.value),
      warning: warnOfMissingBrowsers(state),
      befallsAll: false,
    }),
    (error: unknown) => ({
      reason: `The flag could not be read: ${messageOf(error)}`,
      warning: undefined,
      value: undefined,
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

  const { value } = refusal;
  if (refusal.warning !== undefined) note(refusal.warning);
  await record('holding');
  try {
    await flagSwitch.change({
      ...(user === undefined ? { everyone: true } : { hold: [user] }),
      ...(value !== undefined && { value }),
      comment,
    });
    return undefined;
  } catch (error) {
    const message = `Maintenance could not be turned on for ${whom}: ${messageOf(error)} The command was not run.`;
    const mayBeDone = error instanceof SwitchError && error.mayBeDone;
    const befallsAll = !(error instanceof SwitchError && ['conflict', 'invalid'].includes(error.failure));
    const isOn = await flagSwitch.read().then(
      (state) => isOnFor(user, state),
      () => undefined,
    );
    // The answer may be lost although the change was made.
    if (isOn && (mayBeDone || takeOver)) return undefined;
    if (isOn) return refuse(`${message} Somebody else turned it on in the meantime.`);
    if (mayBeDone) {
      return refuse(`${message} It may come on anyway. To make sure that it is off: ${byHand}`, {
        result: 'held',
        befallsAll,
      });
    }
    return refuse(message, { befallsAll });
  }
}

/** The value to set: an announced window begins now, with the texts and times of the plan. */
function beginNotice({ user }: GuardPlan, state: SwitchState, { can }: FlagSwitch, value: unknown): unknown {
  const current = valueFor(state, user);
  const isAnnounced = can.values === 'own' && typeof current === 'object' && phaseOf(current) === 'scheduled';
  if (!isAnnounced) return value;
  const { startsAt: _startsAt, announceFrom: _announceFrom, ...notice } = current as Record<string, unknown>;
  return { ...notice, ...(typeof value === 'object' && value) };
}

/** Turns maintenance off, with more attempts than for turning it on. Returns the reason when it could not. */
async function turnMaintenanceOff(
  { user, comment }: GuardPlan,
  { flagSwitch, interrupted, sleep }: GuardCollaborators,
): Promise<string | undefined> {
  const change: FlagChange = user === undefined ? { everyone: false, comment } : { release: [user], comment };
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

function isOnFor(user: string | undefined, state: SwitchState): boolean {
  return phaseOf(valueFor(state, user)) !== 'none';
}

const pauseMs = 250;

/**
 * Asks the service until it serves maintenance, and then waits for caches and open tabs to settle. Returns the reason when there is no
 * proof. After an interruption nothing is proven, whatever it returns.
 */
async function proveMaintenance(
  { user, proofMs, settleMs }: GuardPlan,
  { flagSwitch, interrupted, now, sleep }: GuardCollaborators,
): Promise<string | undefined> {
  const deadline = now() + proofMs;
  while (!interrupted.aborted) {
    const doubt = await servesMaintenance(flagSwitch, user).then(
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
