import type { ChildEnd } from '../guard/runChild.js';
import { messageOf } from '../text.js';
import { type Sleep, sleepUnlessAborted } from '../untilAborted.js';

/** Holds further users back while a health check asks for it. */
export interface Pauser {
  /** Runs the check before the first user. Gives why the run must not begin: a check that cannot be run would never pause anything. */
  readonly refuse: (
    stop: AbortSignal,
  ) => Promise<{ readonly code: number; readonly message: string } | undefined>;
  /**
   * Resolves when the next user may begin, or soon after `stop`. Each user has a check of their own, one after another, so that a system that
   * has just recovered is not given everybody at once.
   */
  readonly wait: (stop: AbortSignal) => Promise<void>;
}

/** A check that asked for a pause. */
export interface Pause {
  /** How often the check was run since it first asked for this pause. */
  readonly checks: number;
  readonly nextCheckInSeconds: number;
  /** Why it is not known whether the next user may begin; absent when the check succeeded. */
  readonly problem?: string;
}

interface PauserCollaborators {
  /** Runs the check, and ends it when the signal is aborted. */
  readonly check: (stop: AbortSignal) => Promise<ChildEnd>;
  readonly onPause: (pause: Pause) => void;
  /** Told once at the end of a pause. */
  readonly onResume: () => void | Promise<void>;
  readonly sleep: Sleep;
}

const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/**
 * Makes what `--pause-while` asks for. Exit code 0 of the check pauses, 1 lets the next user begin. After anything else nobody knows how the
 * system fares, so that it pauses, too.
 */
export function createPauser({ check, onPause, onResume, sleep }: PauserCollaborators): Pauser {
  let last: Promise<void> = Promise.resolve();

  return {
    async refuse(stop) {
      const { code, problem, mayPass } = await look(stop);
      return problem === undefined || mayPass || stop.aborted
        ? undefined
        : { code, message: `--pause-while ${problem}.` };
    },
    wait(stop) {
      last = last.then(() => waitForOne(stop));
      return last;
    },
  };

  async function waitForOne(stop: AbortSignal): Promise<void> {
    let checks = 0;
    let pauseMs = firstPauseMs;
    while (!stop.aborted) {
      const { isFree, problem } = await look(stop);
      if (isFree || stop.aborted) break;
      checks += 1;
      onPause({ checks, nextCheckInSeconds: pauseMs / 1000, ...(problem !== undefined && { problem }) });
      await sleepUnlessAborted(pauseMs, { sleep, interrupted: stop });
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
    if (checks > 0) await onResume();
  }

  async function look(stop: AbortSignal): Promise<Finding> {
    try {
      return interpret(await check(stop));
    } catch (error) {
      return { code: 126, isFree: false, problem: `could not be run: ${messageOf(error)}` };
    }
  }
}

interface Finding {
  readonly code: number;
  /** Whether the next user may begin. */
  readonly isFree: boolean;
  readonly problem?: string;
  /** Whether the problem may be one of the system that is checked, and not of the check. */
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
    problem: `${what}: it ended with exit code ${code}, where 0 pauses and 1 goes on`,
    mayPass: code >= 128,
  };
}
