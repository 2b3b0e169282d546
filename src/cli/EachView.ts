import type { Writable } from 'node:stream';
import type { Progress } from './createPace.js';
import type { GuardStep } from './GuardPlan.js';
import type { EachOutcome, UserResult } from './runEach.js';

/** How a run over many users is shown. */
export interface EachView {
  readonly start: (total: number | undefined) => void;
  readonly step: (user: string, step: GuardStep) => void;
  readonly result: (result: UserResult, byHand: string, progress: Progress) => void;
  readonly end: (outcome: EachOutcome, progress: Progress) => void;
  /** Words for people. */
  readonly say: (line: string) => void;
  /** Where the commands' standard output and error go, when not to ours. */
  readonly stdout?: 'stderr' | (() => Writable) | undefined;
  readonly stderr?: (() => Writable) | undefined;
}
