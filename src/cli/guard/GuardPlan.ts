import type { FlagSwitch } from '../../switch/FlagSwitch.js';
import type { StartedWork } from './lockFile.js';
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
  /** Whether the command reads our standard input, and where its output goes. */
  readonly streams: Pick<ChildOptions, 'input' | 'stdout' | 'stderr'>;
  /** The value to serve, when it is not what means maintenance there anyway. */
  readonly value?: unknown;
  /** For the audit trail. */
  readonly comment: string;
  /** What the operator has to type to end maintenance by hand. */
  readonly byHand: string;
}

/**
 * How far a guard has come. `holding`: about to turn on. `running`: proven on, about to run the command. `ran`: the command succeeded;
 * maintenance is on. `failed`: it did not; maintenance is on. `done`: off again after success. `undone`: off again after an exit
 * code that says that nothing was done.
 */
export type GuardStep = 'holding' | 'running' | 'ran' | 'failed' | 'done' | 'undone';

/** Whom a guard works with; all of it can be replaced in a test. */
export interface GuardCollaborators {
  readonly flagSwitch: FlagSwitch;
  readonly runChild: (command: readonly [string, ...string[]], options: ChildOptions) => Promise<ChildEnd>;
  /** Tells people what went wrong, and what to do. */
  readonly say: (line: string) => void;
  /** Tells people of the normal course of things. */
  readonly note: (line: string) => void;
  readonly sleep: (ms: number) => Promise<void>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Aborted with the signal that the operator sent, as its reason. */
  readonly interrupted: AbortSignal;
  /** Writes a step down, durably, before what comes after it. */
  readonly record: (step: GuardStep, code?: number) => Promise<void>;
  /** Told of what a command started, so that it is known of should this process be killed. */
  readonly startWork?: ((work: StartedWork) => void) | undefined;
  /** Whether maintenance is this guard's to end; `keep` when somebody turned it on by hand meanwhile. */
  readonly settleEnd?: (() => 'off' | 'keep') | undefined;
}

/** How a guard ended. */
export interface GuardOutcome {
  /** The exit code. */
  readonly code: number;
  /**
   * `done`: the command succeeded, maintenance is off. `held`: maintenance is left on, or may be. `undone`: the command was not run, or
   * did nothing; what this guard turned on is off.
   */
  readonly result: 'done' | 'held' | 'undone';
  /** Whether the next user would fare no better, as the reason lies with the service or the journal. */
  readonly befallsAll?: boolean;
}
