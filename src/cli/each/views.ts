import { Writable } from 'node:stream';
import { createLogUpdate } from 'log-update';
import type { GuardStep } from '../guard/GuardPlan.js';
import { escapeText } from '../text.js';
import { type Progress, formatBar, formatProgress } from './progress.js';
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

/** One line for each user. */
export function createLineView(say: (line: string) => void): EachView {
  return {
    start() {},
    step() {},
    result: ({ user, result }, _byHand, progress) =>
      say(`${JSON.stringify(user)}: ${result}. ${formatProgress(progress)}`),
    end() {},
    say,
  };
}

/** One event for each line, as JSON, on standard output; words and the commands' output go to standard error. */
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
    end: ({ code, list }, progress) => emit('end', { code, list, ...progress }),
    say,
    stdout: 'stderr',
  };
}

/** A bar at the bottom of a terminal; all else scrolls above it. */
export function createBarView(
  screen: NodeJS.WriteStream,
  { ownsStdout, format }: { readonly ownsStdout: boolean; readonly format: (line: string) => string },
): EachView {
  const log = createLogUpdate(screen, { showCursor: true });
  let bar = '';
  const persist = (text: string): void => {
    // Not by the library: it breaks long lines, and what is to be pasted must stay whole.
    log.clear();
    screen.write(`${text}\n`);
    if (bar) log(bar);
  };
  const draw: EachView['result'] = (_result, _byHand, progress) => {
    bar = formatBar(progress, screen.columns || 80);
    log(bar);
  };
  const stream = (): Writable => createLineStream(persist);
  return {
    start() {},
    step() {},
    result: draw,
    end() {
      bar = '';
      log.clear();
    },
    say: (line) => persist(escapeText(format(line))),
    stdout: ownsStdout ? stream : undefined,
    stderr: stream,
  };
}

/** Gives whole lines on: what is under way cannot stand above a bar. */
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
