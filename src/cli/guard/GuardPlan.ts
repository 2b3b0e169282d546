import type { FlagSwitch } from '../../switch/FlagSwitch.js';
import type { Sleep } from '../untilAborted.js';
import type { StartedWork } from './lockFile.js';
import type { ChildEnd, ChildOptions } from './runChild.js';

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
