import { SwitchError, type FlagState, type FlagSwitch } from './FlagSwitch.js';
import { exitCodes } from './exitCodes.js';
import type { ChildEnd, ChildOptions } from './runChild.js';

/** What to run, and under which conditions. */
export interface GuardPlan {
  readonly flag: string;
  /** One user, or everybody. */
  readonly user?: string | undefined;
  readonly command: readonly [string, ...string[]];
  /** After maintenance was proven on, how long to wait for caches and open tabs, in milliseconds. */
  readonly settleMs: number;
  /** How long the service may take until it serves maintenance, in milliseconds. */
  readonly proofMs: number;
  readonly timeoutMs?: number | undefined;
  readonly graceMs?: number | undefined;
  /** A shell command that has to succeed before maintenance ends. */
  readonly verify?: string | undefined;
  /** Exit codes after which nothing was done, and maintenance may end. */
  readonly offOn: ReadonlySet<number>;
  /** Go on, and turn off in the end, where somebody else has turned on. */
  readonly takeOver: boolean;
  readonly inheritInput: boolean;
  /** For the audit trail. */
  readonly comment: string;
  /** What the operator has to type to end maintenance by hand. */
  readonly byHand: string;
}

/** Whom a guard works with; all of it can be replaced in a test. */
export interface GuardCollaborators {
  readonly flagSwitch: FlagSwitch;
  readonly runChild: (command: readonly [string, ...string[]], options: ChildOptions) => Promise<ChildEnd>;
  readonly say: (line: string) => void;
  readonly sleep: (ms: number) => Promise<void>;
  /** Aborted with the signal that the operator sent. */
  readonly interrupted: AbortSignal;
  readonly codeOfSignal: (name: NodeJS.Signals) => number;
}

/**
 * Turns maintenance on, proves it, runs the command, verifies, and turns it off; gives the exit code. Once it is on, nothing but
 * success (or an exit code of `offOn`) turns it off.
 */
export async function runGuard(plan: GuardPlan, collaborators: GuardCollaborators): Promise<number> {
  const { flagSwitch, runChild, say, sleep, interrupted, codeOfSignal } = collaborators;
  const { user, comment } = plan;
  const whom = user === undefined ? 'everyone' : `"${user}"`;
  const stillOn = `Maintenance is still on for ${whom}. To end it: ${plan.byHand}`;

  try {
    const refusal = refuse(await flagSwitch.read(), plan);
    if (refusal) {
      say(`${refusal} The command was not run.`);
      return exitCodes.notTurnedOn;
    }
    if (interrupted.aborted) return codeOfSignal(interrupted.reason);
    await flagSwitch.change(user === undefined ? { on: true, comment } : { hold: [user], comment });
  } catch (error) {
    say(`Maintenance could not be turned on for ${whom}: ${messageOf(error)} The command was not run.`);
    return exitCodes.notTurnedOn;
  }
  say(`Maintenance is on for ${whom}.`);

  if (!(await isProven())) return interrupted.aborted ? stopped() : exitCodes.notProven;
  await sleepUnlessInterrupted(plan.settleMs);
  if (interrupted.aborted) return stopped();

  const appended = user === undefined ? [] : [user];
  const options = { timeoutMs: plan.timeoutMs, graceMs: plan.graceMs, signal: interrupted };
  const end = await runChild([...plan.command, ...appended], {
    ...options,
    inheritInput: plan.inheritInput,
  }).catch((error: unknown) => {
    say(`The command could not be run: ${messageOf(error)}`);
    return { code: exitCodes.notExecutable } as ChildEnd;
  });
  if (end.ended === 'signal') return stopped();
  if (end.ended === 'timeout') {
    say(`The command took longer than ${plan.timeoutMs} ms and was ended. ${stillOn}`);
    return exitCodes.timedOut;
  }
  if (end.code !== 0 && !plan.offOn.has(end.code)) {
    say(`The command failed with exit code ${end.code}. ${stillOn}`);
    return end.code;
  }
  if (end.code === 0 && plan.verify !== undefined) {
    const check = await runChild(['sh', '-c', `${plan.verify} "$@"`, 'sh', ...appended], options);
    if (check.ended === 'signal') return stopped();
    if (check.code !== 0) {
      say(`The command succeeded, but --verify failed with exit code ${check.code}. ${stillOn}`);
      return exitCodes.notVerified;
    }
  }
  try {
    await flagSwitch.change(user === undefined ? { on: false, comment } : { release: [user], comment });
  } catch (error) {
    say(
      `The command ended with ${end.code}, but maintenance could not be turned off: ${messageOf(error)} ${stillOn}`,
    );
    return end.code || exitCodes.notTurnedOff;
  }
  say(`Maintenance is off for ${whom}.`);
  return end.code;

  async function isProven(): Promise<boolean> {
    const tries = Math.max(1, Math.ceil(plan.proofMs / proofPauseMs));
    let reason = 'the service serves something else';
    for (let left = tries; left > 0 && !interrupted.aborted; left -= 1) {
      try {
        // For everyone: a key that no target names stands for all of them.
        if (await flagSwitch.serves(user ?? anyone)) return true;
      } catch (error) {
        reason = messageOf(error);
        if (!(error instanceof SwitchError) || error.failure !== 'unreachable') break;
      }
      await sleepUnlessInterrupted(proofPauseMs);
    }
    if (!interrupted.aborted) {
      say(
        `Maintenance was turned on for ${whom}, but is not in effect: ${reason}. The command was not run. ${stillOn}`,
      );
    }
    return false;
  }

  function stopped(): number {
    say(`Stopped by ${interrupted.reason}. ${stillOn}`);
    return codeOfSignal(interrupted.reason);
  }

  async function sleepUnlessInterrupted(ms: number): Promise<void> {
    if (ms <= 0 || interrupted.aborted) return;
    let stop = () => {};
    const interruption = new Promise<void>((resolve) => {
      stop = resolve;
      interrupted.addEventListener('abort', stop);
    });
    await Promise.race([sleep(ms), interruption]);
    interrupted.removeEventListener('abort', stop);
  }
}

const proofPauseMs = 250;
const anyone = 'maintenance-mode-probe';

/** Why the guard must not begin; `undefined` when it may. */
function refuse(state: FlagState, { user, takeOver }: GuardPlan): string | undefined {
  const flag = `Flag "${state.flag}"`;
  if (state.archived) return `${flag} is archived.`;
  if (user === undefined) {
    if (state.fallthrough !== 'maintenance') {
      return `${flag} does not serve maintenance to everyone when it is on: set its default rule to that variation.`;
    }
    if (state.offServes === 'maintenance')
      return `${flag} serves maintenance also while it is off: set its off variation to another one.`;
    if (state.on && !takeOver)
      return `${flag} is on already: somebody else turned it on. Use --take-over to turn it off in the end all the same.`;
    return undefined;
  }
  if (!state.on)
    return `${flag} is off, so that the service ignores individual targets: turn it on, with a default rule that serves no maintenance.`;
  if (state.fallthrough !== 'none')
    return `${flag} serves maintenance by default: one user's turn would change nothing.`;
  if (state.exempt.has(user))
    return `${flag} is set for "${user}" to another variation: this user is exempt.`;
  if (state.held.has(user) && !takeOver) {
    return `"${user}" is in maintenance already: somebody else turned it on. Use --take-over to turn it off in the end all the same.`;
  }
  return undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
