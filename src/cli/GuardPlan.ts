import type { FlagSwitch } from './FlagSwitch.js';
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

/**
 * How far a guard has come. `holding`: about to turn on. `running`: about to run the command. `ran`: the command and nothing else
 * succeeded. `done`: maintenance is off again. `failed`: maintenance stays on.
 */
export type GuardStep = 'holding' | 'running' | 'ran' | 'done' | 'failed';

/** Whom a guard works with; all of it can be replaced in a test. */
export interface GuardCollaborators {
  readonly flagSwitch: FlagSwitch;
  readonly runChild: (command: readonly [string, ...string[]], options: ChildOptions) => Promise<ChildEnd>;
  readonly say: (line: string) => void;
  readonly sleep: (ms: number) => Promise<void>;
  /** Aborted with the signal that the operator sent, as its reason. */
  readonly interrupted: AbortSignal;
  readonly codeOfSignal: (name: NodeJS.Signals) => number;
  /** Writes a step down, durably, before it is taken. */
  readonly record: (step: GuardStep, code?: number) => Promise<void>;
}

/** How a guard ended. */
export interface GuardOutcome {
  /** The exit code. */
  readonly code: number;
  /** Whether maintenance is left on, or may be. */
  readonly held: boolean;
}
