import { Writable } from 'node:stream';
import { createLogUpdate } from 'log-update';
import type { GuardStep } from '../guard/GuardPlan.js';
import { escapeText } from '../text.js';
import type { Pause } from './createPauser.js';
import { type Progress, formatBar, formatProgress } from './progress.js';
import type { EachOutcome, UserResult } from './runEach.js';

/** Shows the progress of a run over many users. */
export interface EachView {
  readonly start: (total: number | undefined) => void;
  readonly step: (user: string, step: GuardStep) => void;
  readonly result: (result: UserResult, byHand: string, progress: Progress) => void;
  readonly pause: (pause: Pause, progress: Progress) => void;
  readonly resume: (progress: Progress) => void;
  /** A user was promised an end, or a later one. */
  readonly promise: (user: string, endsAt: string, isMoved: boolean) => void;
  readonly end: (outcome: EachOutcome, progress: Progress) => void;
  /** Messages for people. */
  readonly say: (line: string) => void;
  /** Where the output of the commands goes, if not to our own standard output and error. */
  readonly stdout?: 'stderr' | (() => Writable) | undefined;
  readonly stderr?: (() => Writable) | undefined;
}

/** One line for each user. */
export function createLineView(say: (line: string) => void): EachView {
  return {
    start() {},
    step() {},
    result: ({ user, result }, _byHand, progress) =>
      say(`${JSON.stringify(user)}: ${result}. ${formatProgress(progress)}`),
    pause: (pause) => {
      if (pause.checks === 1 || pause.problem !== undefined) say(describePause(pause));
    },
    resume: (progress) => say(`The pause is over. ${formatProgress(progress)}`),
    promise() {},
    end() {},
    say,
  };
}

/** One JSON event per line on standard output. Messages and the output of the commands go to standard error. */
export function createJsonView(
  print: (line: string) => void,
  say: (line: string) => void,
  about: { readonly run: string; readonly flag: string },
  now: () => number,
): EachView {
  const emit = (event: string, fields: object): void =>
    print(JSON.stringify({ event, ...fields, at: new Date(now()).toISOString() }));
  return {
    start: (total) => emit('start', { ...about, total: total ?? null }),
    step: (user, step) => emit('step', { user, step }),
    result(result, byHand, progress) {
      const isOn = result.result === 'held' || result.result === 'orphaned';
      emit('result', { ...result, ...(isOn && { byHand }) });
      emit('progress', progress);
    },
    pause: (pause, progress) => {
      emit('pause', pause);
      emit('progress', progress);
    },
    promise: (user, endsAt, isMoved) => emit('promise', { user, endsAt, isMoved }),
    resume: ({ pausedSeconds }) => emit('resume', { pausedSeconds }),
    end: ({ code, list }, progress) => emit('end', { code, list, ...progress }),
    say,
    stdout: 'stderr',
  };
}

/** A progress bar at the bottom of a terminal. Everything else scrolls above it. */
export function createBarView(
  screen: NodeJS.WriteStream,
  { ownsStdout, format }: { readonly ownsStdout: boolean; readonly format: (line: string) => string },
): EachView {
  const log = createLogUpdate(screen, { showCursor: true });
  let bar = '';
  const persist = (text: string): void => {
    // Not printed by the library: it breaks long lines, and commands to paste must stay on one line.
    log.clear();
    screen.write(`${text}\n`);
    if (bar) log(bar);
  };
  const draw = (progress: Progress): void => {
    bar = formatBar(progress, screen.columns || 80);
    log(bar);
  };
  const say: EachView['say'] = (line) => persist(escapeText(format(line)));
  const stream = (): Writable => createLineStream(persist);
  return {
    start() {},
    step() {},
    result: (_result, _byHand, progress) => draw(progress),
    pause(pause, progress) {
      if (pause.problem !== undefined) say(describePause(pause));
      draw(progress);
    },
    resume: draw,
    promise() {},
    end() {
      bar = '';
      log.clear();
    },
    say,
    stdout: ownsStdout ? stream : undefined,
    stderr: stream,
  };
}

function describePause({ problem, nextCheckInSeconds }: Pause): string {
  const why =
    problem === undefined
      ? 'Paused, as --pause-while succeeds.'
      : `Paused, as the state of the system is unknown: --pause-while ${problem}.`;
  return `${why} No further user is begun. The next check is in ${nextCheckInSeconds} s.`;
}

/** Passes on complete lines only, because an unfinished line cannot be printed above the bar. */
function createLineStream(onLine: (line: string) => void): Writable {
  const decoder = new TextDecoder();
  let rest = '';
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
      done();
    },
    final(done) {
      if (rest) onLine(rest);
      done();
    },
  });
}
