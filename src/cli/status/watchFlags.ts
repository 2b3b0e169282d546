import { createLogUpdate } from 'log-update';
import type { Terminal } from '../Terminal.js';
import { escapeText, messageOf } from '../text.js';
import { type Sleep, sleepUnlessAborted, untilAborted } from '../untilAborted.js';
import { wrapToTerminal } from '../text.js';
import { type Held, type HeldByFlag, describeHeld } from './createSurvey.js';

/** Shows the flags of `status --watch`. */
export interface WatchReporter {
  readonly show: (flags: readonly HeldByFlag[]) => void;
  /** Called when the service could not be read, so that what is shown may be out of date. */
  readonly problem: (message: string) => void;
  /** Leaves the last state on the screen. */
  readonly end: () => void;
}

interface WatchOptions {
  readonly read: () => Promise<readonly HeldByFlag[]>;
  readonly reporter: WatchReporter;
  readonly intervalMs: number;
  readonly interrupted: AbortSignal;
  readonly flushed: () => Promise<void>;
  readonly isRead: () => boolean;
  readonly sleep: Sleep;
}

const longestPauseMs = 60_000;

/** Reads the flags repeatedly until it is interrupted or its reader is gone. While the service does not answer, it waits longer and longer. */
export async function watchFlags({ read, reporter, intervalMs, ...options }: WatchOptions): Promise<void> {
  const { interrupted, flushed, isRead, sleep } = options;
  let pauseMs = intervalMs;
  while (!interrupted.aborted && isRead()) {
    try {
      const flags = await untilAborted(read(), interrupted);
      if (!flags) break;
      reporter.show(flags);
      pauseMs = intervalMs;
    } catch (error) {
      reporter.problem(messageOf(error));
      pauseMs = Math.max(intervalMs, Math.min(pauseMs * 2, longestPauseMs));
    }
    await untilAborted(flushed(), interrupted);
    await sleepUnlessAborted(pauseMs, { sleep, interrupted });
  }
  reporter.end();
}

/** Prints one line for each user in maintenance, and then one line for each change. */
export function createChangeReporter(
  { print, warn }: Pick<Terminal, 'print' | 'warn'>,
  { json, now }: { readonly json: boolean; readonly now: () => number },
): WatchReporter {
  let before = new Map<string, { readonly flag: string; readonly held: Held; readonly text: string }>();
  const emit = (flag: string, held: Held, text: string | undefined): void => {
    const at = new Date(now()).toISOString();
    const event =
      text === undefined ? { event: 'released', flag, user: held.user } : { event: 'held', flag, ...held };
    const words =
      text ?? `${held.user === null ? 'Everyone' : JSON.stringify(held.user)} is no longer in maintenance`;
    print(json ? JSON.stringify({ ...event, at }) : `${at} ${flag}: ${words}`);
  };
  return {
    show(flags) {
      const next: typeof before = new Map();
      for (const { state, held } of flags) {
        for (const one of held) {
          const key = JSON.stringify([state.flag, one.user]);
          const text = describeHeld(one);
          next.set(key, { flag: state.flag, held: one, text });
          if (before.get(key)?.text !== text) emit(state.flag, one, text);
        }
      }
      for (const [key, { flag, held }] of before) if (!next.has(key)) emit(flag, held, undefined);
      before = next;
    },
    problem: (message) => warn(`maintenance-mode: ${message}`),
    end() {},
  };
}

/** Redraws the whole state on a terminal, as far as it fits. */
export function createScreenReporter(
  screen: NodeJS.WriteStream,
  {
    describe,
    now,
  }: { readonly describe: (flags: readonly HeldByFlag[]) => readonly string[]; readonly now: () => number },
): WatchReporter {
  const log = createLogUpdate(screen, { showCursor: true });
  let lines: readonly string[] = [];
  let problem: string | undefined;
  const draw = (): void => {
    const columns = screen.columns || 80;
    const head = problem === undefined ? 'As of' : `Out of date: ${problem} Last asked at`;
    const all = [`${head} ${new Date(now()).toISOString().slice(0, 19)}Z. To end: Ctrl+C.`, ...lines].flatMap(
      (line) => wrapToTerminal(escapeText(line), columns - 1),
    );
    const most = Math.max((screen.rows || 24) - 2, 1);
    const more = all.length - most;
    log((more > 0 ? [...all.slice(0, most - 1), `… ${more + 1} more lines`] : all).join('\n'));
  };
  return {
    show(flags) {
      problem = undefined;
      lines = describe(flags);
      draw();
    },
    problem(message) {
      problem = message;
      draw();
    },
    end: () => log.done(),
  };
}
