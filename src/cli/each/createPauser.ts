import type { ChildEnd } from '../guard/runChild.js';
import { messageOf } from '../text.js';
import { type Sleep, sleepUnlessAborted } from '../untilAborted.js';

/** Delays further users while a health check succeeds. */
export interface Pauser {
  /**
   * Resolves when the next user may begin, or soon after `stop`. Each user has a separate check, one after another, so that a system that
   * has just recovered does not get all waiting users at once.
   */
  readonly wait: (stop: AbortSignal) => Promise<void>;
}

/** The result of a check that pauses the run. */
export interface Pause {
  /** How often the check was run since it first asked for this pause. */
  readonly checks: number;
  readonly nextCheckInSeconds: number;
  /** Why the state of the system is unknown; absent when the check succeeded. */
  readonly problem?: string;
}

/** Runs the command of `--pause-while`, and ends it when the signal is aborted. */
export type HealthCheck = (stop: AbortSignal) => Promise<ChildEnd>;

interface PauserCollaborators {
  readonly check: HealthCheck;
  readonly onPause: (pause: Pause) => void;
  /** Called once at the end of a pause. */
  readonly onResume: () => void | Promise<void>;
  readonly sleep: Sleep;
}

const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/**
 * Creates the pauser of `--pause-while`. Exit code 0 of the check pauses the run, and 1 lets the next user begin. Any other code means that the state
 * of the system is unknown, so the run pauses too.
 */
export function createPauser({ check, onPause, onResume, sleep }: PauserCollaborators): Pauser {
  let last: Promise<void> = Promise.resolve();

  return {
    wait(stop) {
      last = last.then(() => waitForOne(stop));
      return last;
    },
  };

  async function waitForOne(stop: AbortSignal): Promise<void> {
    let checks = 0;
    let pauseMs = firstPauseMs;
    while (!stop.aborted) {
      const { isFree, problem } = await look(check, stop);
      if (isFree || stop.aborted) break;
      checks += 1;
      onPause({ checks, nextCheckInSeconds: pauseMs / 1000, ...(problem !== undefined && { problem }) });
      await sleepUnlessAborted(pauseMs, { sleep, interrupted: stop });
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
    if (checks > 0) await onResume();
  }
}

/** Runs the check before the first user. Returns why the run must not begin: a check that cannot be run would never pause it. */
export async function findCheckProblem(
  check: HealthCheck,
  stop: AbortSignal,
): Promise<{ readonly code: number; readonly message: string } | undefined> {
  const { code, problem, mayPass } = await look(check, stop);
  return problem === undefined || mayPass || stop.aborted
    ? undefined
    : { code, message: `--pause-while ${problem}.` };
}

async function look(check: HealthCheck, stop: AbortSignal): Promise<Finding> {
  try {
    return interpret(await check(stop));
  } catch (error) {
    return { code: 126, isFree: false, problem: `could not be run: ${messageOf(error)}` };
  }
}

interface Finding {
  readonly code: number;
  /** Whether the next user may begin. */
  readonly isFree: boolean;
  readonly problem?: string;
  /** Whether the cause may be the system, and not the check itself. */
  readonly mayPass?: boolean;
}

function interpret({ code, ended }: ChildEnd): Finding {
  if (ended === 'timeout')
    return { code, isFree: false, problem: 'did not end within --pause-timeout', mayPass: true };
  if (code === 0 || code === 1) return { code, isFree: code === 1 };
  const what = code === 127 ? 'was not found' : code === 126 ? 'cannot be executed' : 'failed';
  return {
    code,
    isFree: false,
    problem: `${what}: it ended with exit code ${code}, but 0 pauses and 1 continues`,
    mayPass: code >= 128,
  };
}
