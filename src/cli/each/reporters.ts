import { Writable } from 'node:stream';
import type { GuardStep } from '../runGuard.js';
import { escapeText } from '../text.js';
import type { Pause, EachOutcome, UserResult, UserResultKind } from './runEach.js';
import type { EndTimeCounts } from './endTimes.js';

/** Shows the progress of a run. */
export interface EachReporter {
  readonly start: (total: number | undefined) => void;
  readonly step: (user: string, step: GuardStep) => void;
  readonly result: (result: UserResult, byHand: string, progress: Progress) => void;
  readonly pause: (pause: Pause, progress: Progress) => void;
  readonly resume: (progress: Progress) => void;
  /** Called when a user is promised an end time, or a later one. */
  readonly promise: (user: string, endsAt: string, isMoved: boolean) => void;
  readonly end: (outcome: EachOutcome, progress: Progress) => void;
  /** Prints a message for people. */
  readonly say: (line: string) => void;
  /** Where the output of the commands goes. Default: our own standard output and standard error. */
  readonly stdout?: 'stderr' | (() => Writable) | undefined;
  readonly stderr?: (() => Writable) | undefined;
}

/** Prints one line for each user. */
export function createLineReporter(say: (line: string) => void): EachReporter {
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

/** Prints one JSON event per line on standard output. Messages and the output of the commands go to standard error. */
export function createJsonReporter(
  print: (line: string) => void,
  say: (line: string) => void,
  about: { readonly run: string; readonly flag: string },
  now: () => number,
): EachReporter {
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

/** Draws a progress bar at the bottom of a terminal. Everything else scrolls above it. */
export async function createBarReporter(
  screen: NodeJS.WriteStream,
  { ownsStdout, format }: { readonly ownsStdout: boolean; readonly format: (line: string) => string },
): Promise<EachReporter> {
  // Only where it draws: loading it takes as long as all of our own modules.
  const { createLogUpdate } = await import('log-update');
  const log = createLogUpdate(screen, { showCursor: true });
  let bar = '';
  const persist = (text: string): void => {
    // Do not print with the library: it breaks long lines, and commands to paste must stay on one line.
    log.clear();
    screen.write(`${text}\n`);
    if (bar) log(bar);
  };
  const draw = (progress: Progress): void => {
    bar = formatBar(progress, screen.columns || 80);
    log(bar);
  };
  const say: EachReporter['say'] = (line) => persist(escapeText(format(line)));
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
      ? 'Paused, because --pause-while succeeds.'
      : `Paused, because the state of the system is unknown: --pause-while ${problem}.`;
  return `${why} No other user begins. The next check is in ${nextCheckInSeconds} s.`;
}

// Programs that draw their own progress write no newline for a long time.
const longestLine = 65_536;

/** Passes on complete lines only, because an unfinished line cannot be printed above the bar. A line that is too long is split. */
function createLineStream(onLine: (line: string) => void): Writable {
  const decoder = new TextDecoder();
  let rest = '';
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      const [first = '', ...lines] = decoder.decode(chunk, { stream: true }).split('\n');
      rest += first;
      for (const line of lines) {
        onLine(rest);
        rest = line;
      }
      if (rest.length > longestLine) {
        onLine(rest);
        rest = '';
      }
      done();
    },
    final(done) {
      if (rest) onLine(rest);
      done();
    },
  });
}

// The journal and `status` list all of them.
const mostNames = 20;

/** The lines at the end of a run: the results, who is left in maintenance, and how to continue. */
export function summarize(
  { counts, list, code }: EachOutcome,
  left: readonly UserResult[],
  { pausedSeconds, endTimes }: Progress,
  { byHandOf, hasJournal }: { readonly byHandOf: (user: string) => string; readonly hasJournal: boolean },
): string[] {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = [
    `${counts.done} done`,
    counts.skipped > 0 && `${counts.skipped} skipped`,
    counts.undone > 0 && `${counts.undone} not done`,
    left.length > 0 && `${left.length} left in maintenance`,
  ].filter(Boolean);
  const lines = [`${total} ${total === 1 ? 'user' : 'users'}: ${parts.join(', ')}.`];
  if (pausedSeconds > 0) lines.push(`--pause-while held users back for ${formatDuration(pausedSeconds)}.`);
  if (endTimes) lines.push(describeEndTimes(endTimes));
  if (list === 'not-finished') lines.push('The list was not read to its end.');
  if (list === 'broken') lines.push('The list of users was not complete.');
  if (left.length > 0) lines.push('Left in maintenance. To end it for each:');
  for (const { user } of left.slice(0, mostNames)) lines.push(`  ${byHandOf(user)}`);
  if (left.length > mostNames)
    lines.push(`  and ${left.length - mostNames} more, see: maintenance-mode status`);
  if (code !== 0) {
    lines.push(
      hasJournal
        ? 'To continue, run the same command with --resume. It skips users who are done, and retries users who failed.'
        : 'To continue, run the same command with the remaining users. With --journal FILE, --resume finds them for you.',
    );
  }
  return lines;
}

function describeEndTimes({ promised, right, moved }: EndTimeCounts): string {
  if (promised === 0)
    return 'No end time was promised, because the first ten users only show how long the work takes.';
  const times = moved === 1 ? 'one was' : `${moved} were`;
  const whom = promised === 1 ? 'user was' : 'users were';
  return `End times: ${right} of ${promised} ${whom} let in by their promised time${moved > 0 ? `; ${times} moved` : ''}.`;
}

/** The progress of a run, and its speed. */
export interface Progress {
  readonly counts: Readonly<Record<UserResultKind, number>>;
  /** Users who are finished, with any result. */
  readonly users: number;
  /** The number of all users; `null` if it is unknown. */
  readonly total: number | null;
  /** Users per second, without skipped users; `null` at first. */
  readonly perSecond: number | null;
  readonly secondsLeft: number | null;
  /** How long `--pause-while` has delayed users in total. */
  readonly pausedSeconds: number;
  /** Whether the run is paused now. */
  readonly isPaused: boolean;
  /** With `--ends-at auto`. */
  readonly endTimes?: EndTimeCounts;
}

/** Counts the results of a run. */
export interface ProgressTracker {
  readonly add: (result: UserResultKind) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly progress: () => Progress;
}

/** Counts results and pauses, and estimates the rate and the time left. */
export function createProgressTracker(total: number | undefined, now: () => number): ProgressTracker {
  const counts: Record<UserResultKind, number> = { done: 0, skipped: 0, held: 0, undone: 0, orphaned: 0 };
  const started = now();
  let pausedMs = 0;
  let pausedSince: number | undefined;

  return {
    add(result) {
      counts[result] += 1;
    },
    pause() {
      pausedSince ??= now();
    },
    resume() {
      if (pausedSince !== undefined) pausedMs += now() - pausedSince;
      pausedSince = undefined;
    },
    progress() {
      const users = Object.values(counts).reduce((sum, count) => sum + count, 0);
      const worked = users - counts.skipped;
      const seconds = (now() - started) / 1000;
      const paused = pausedMs + (pausedSince === undefined ? 0 : now() - pausedSince);
      const perSecond = worked && seconds > 0 ? round(worked / seconds) : null;
      return {
        counts: { ...counts },
        users,
        total: total ?? null,
        perSecond,
        secondsLeft:
          total === undefined || !worked ? null : Math.round((Math.max(total - users, 0) * seconds) / worked),
        pausedSeconds: Math.round(paused / 1000),
        isPaused: pausedSince !== undefined,
      };
    },
  };
}

function round(number: number): number {
  return Number(number.toPrecision(3));
}

/** A line such as `12 of 200 users, 1 held, 3.1 per second, 1 min left`. */
function formatProgress(progress: Progress): string {
  const { users, total, counts, perSecond, secondsLeft, isPaused, pausedSeconds } = progress;
  const left = counts.held + counts.orphaned;
  return [
    `${total === null ? users : `${users} of ${total}`} ${(total ?? users) === 1 ? 'user' : 'users'}`,
    left > 0 && `${left} held`,
    counts.undone > 0 && `${counts.undone} not done`,
    isPaused && `paused for ${formatDuration(pausedSeconds)}`,
    perSecond !== null && `${perSecond} per second`,
    secondsLeft !== null && `${formatDuration(secondsLeft)} left`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** The same after a progress bar, if there is room for one and the total is known. What does not fit is left out. */
export function formatBar(progress: Progress, columns: number): string {
  const text = formatProgress(progress);
  const width = Math.min(columns - text.length - 4, 40);
  if (!progress.total || width < 5) return shortenProgress(progress, columns - 1);
  const filled = Math.min(Math.round((width * progress.users) / progress.total), width);
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${text}`;
}

/** Leaves out the least important parts until the rest fits. It never cuts a number, because half a number would be another number. */
function shortenProgress(progress: Progress, columns: number): string {
  const shorter = [
    progress,
    { ...progress, perSecond: null },
    { ...progress, perSecond: null, secondsLeft: null },
  ];
  const fitting = shorter.map(formatProgress).find((text) => text.length <= columns);
  return (
    fitting ?? `${progress.users}${progress.total === null ? '' : `/${progress.total}`}`.slice(0, columns)
  );
}

/** A text such as `5 s`, `12 min` or `3.5 h`. */
function formatDuration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
