import { randomUUID } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import type { FlagSwitch } from '../../switch/FlagSwitch.js';
import type { Terminal } from '../Terminal.js';
import { formatAuditComment } from '../auditComment.js';
import {
  createBatchedSwitch,
  type HealthCheck,
  createPauser,
  findCheckProblem,
  type EachOutcome,
  type UserResult,
  runEach,
} from '../each/runEach.js';
import { type EndTimes, createEndTimes, keepEndTime } from '../each/endTimes.js';
import { type Journal, createJournal, noJournal } from '../each/journal.js';
import { type KeyList, countKeys, listKeysFrom, listKeysOf } from '../each/readKeys.js';
import {
  type EachReporter,
  type ProgressTracker,
  type Progress,
  createBarReporter,
  createJsonReporter,
  createLineReporter,
  createProgressTracker,
  summarize,
} from '../each/reporters.js';
import { describeExitCodes, exitCodes } from '../exitCodes.js';
import { refuseCommand, codeOfSignal, runChild } from '../runChild.js';
import { createLeases } from '../locks.js';
import { refuseOn, warnOfMissingBrowsers } from '../switchState.js';
import {
  addNoticeOptions,
  formatIsoTime,
  noticeOf,
  type NoticeOptions,
  createMessageWriter,
  type RunOptions,
  addRunOptions,
  parseSeconds,
  planRun,
  type SwitchOptions,
  addSwitchOptions,
  manualOffCommand,
  environmentVariables,
  openSwitch,
} from '../options.js';
import { messageOf } from '../text.js';
import { sleep } from '../untilAborted.js';

interface EachOptions extends SwitchOptions, RunOptions, Omit<NoticeOptions, 'endsAt'> {
  readonly endsAt?: NoticeOptions['endsAt'] | 'auto';
  readonly from?: string;
  readonly null?: boolean;
  readonly keepGoing?: boolean;
  readonly maxHeld?: number;
  readonly concurrency: number;
  readonly journal?: string;
  readonly journalService?: string;
  readonly resume?: boolean;
  readonly redo?: boolean;
  readonly total?: number;
  readonly json?: boolean;
  readonly pauseWhile?: string;
  readonly pauseTimeout: number;
}

/** The command `each`: guard one user after another. */
export function createEachCommand(terminal: Terminal): Command {
  const command = new Command('each')
    .description('guard a command for each user of a list, one after another')
    .usage('-f FLAG [options] [--] COMMAND [ARG...] < KEYS')
    .argument('<command...>', 'the command, with its arguments; the key is appended as its last argument')
    .passThroughOptions();
  return addNoticeOptions(addRunOptions(addSwitchOptions(command)), { auto: true })
    .option('--from <command>', 'a shell command that prints the keys. Default: read standard input')
    .option('--null', 'keys end with a NUL byte instead of a newline')
    .option('--keep-going', 'continue with the next user after a failure')
    .option(
      '--max-held <number>',
      'leave at most this many users in maintenance (default: 10 with --keep-going)',
      parseCount,
    )
    .option('--concurrency <number>', 'how many users to process at once', parseCount, 1)
    .option(
      '--pause-while <command>',
      'a shell command to run before each user: while it exits with 0, no other user begins; 1 continues',
    )
    .option('--pause-timeout <seconds>', 'how long that command may take', parseSeconds, 30)
    .option('--journal <file>', 'record every step in this file. Without --resume the file must not exist')
    .option(
      '--journal-service <name>',
      'the name of the service in the journal, for a service whose address changes. Default: --base-uri',
    )
    .option('--resume', 'continue an earlier run: skip users who are done, and retry users who failed')
    .option(
      '--redo',
      'with --resume: also retry users for whom an earlier run was killed while the command ran',
    )
    .option(
      '--total <number>',
      'the number of keys, to estimate the time left. The keys of a file are counted',
      parseCount,
    )
    .option('--json', 'print one JSON event per line on standard output, for programs')
    .addHelpText('after', eachHelp)
    .action((words: [string, ...string[]], options: EachOptions) => each(words, options, command, terminal));
}

/** The command, from its options to its exit code. */
async function each(
  words: [string, ...string[]],
  options: EachOptions,
  command: Command,
  terminal: Terminal,
): Promise<void> {
  const run = await begin(words, options, command, terminal);
  if ('refusal' in run) {
    createMessageWriter(options, terminal)(`${run.refusal} Nothing was changed.`);
    return terminal.exitWith(run.code);
  }
  const journal = await openJournal(run);
  const list = openList(run);
  try {
    const { outcome, left } = await guardUsers(run, journal, list);
    for (const line of describeEnd(run, outcome, left)) run.say(line);
    terminal.exitWith(outcome.code);
  } finally {
    list.close();
    await journal.close();
  }
}

/** A run that may begin: all checks have passed, and nothing was changed yet. */
interface EachRun {
  readonly id: string;
  readonly words: readonly [string, ...string[]];
  readonly options: EachOptions;
  readonly command: Command;
  readonly terminal: Terminal;
  readonly interrupted: AbortSignal;
  readonly flagSwitch: FlagSwitch;
  /** The environment for the commands. */
  readonly childEnv: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
  readonly reporter: EachReporter;
  /** The number of users; `undefined` if it is unknown. */
  readonly total: number | undefined;
  readonly tracker: ProgressTracker;
  /** With `--ends-at auto`. */
  readonly endTimes: EndTimes | undefined;
  /** With `--pause-while`. */
  readonly healthCheck: HealthCheck | undefined;
}

/** Opens the switch and makes every check. Invalid options are a usage error of the command. */
async function begin(
  words: [string, ...string[]],
  options: EachOptions,
  command: Command,
  terminal: Terminal,
): Promise<EachRun | { readonly code: number; readonly refusal: string }> {
  checkOptions(options, command);
  const interrupted = terminal.interruption();
  const id = randomUUID().slice(0, 8);
  const say = createMessageWriter(options, terminal);
  const { flagSwitch: unbatched, childEnv } = await openSwitch(options, command, terminal, interrupted);
  const flagSwitch = createBatchedSwitch(unbatched, (users) => auditComment({ id, words, options }, users));
  const problem = refuseCommand(words[0], terminal);
  if (problem) return { code: problem.code, refusal: problem.message };
  const refusal = await refuseFlag(flagSwitch, options, command, say);
  if (refusal !== undefined) return { code: exitCodes.notTurnedOn, refusal };

  const reporter = await chooseReporter(options, id, terminal);
  const total =
    options.total ?? (options.from === undefined ? await countKeys(options.null ?? false) : undefined);
  const tracker = createProgressTracker(total, () => performance.now());
  const endTimes =
    options.endsAt === 'auto' ? startEndTimes(flagSwitch, options, tracker, command) : undefined;
  const healthCheck =
    options.pauseWhile === undefined
      ? undefined
      : healthCheckOf(options.pauseWhile, options, reporter, childEnv);
  const unfit = healthCheck && (await findCheckProblem(healthCheck, interrupted));
  if (unfit) {
    const code = [126, 127].includes(unfit.code) ? unfit.code : exitCodes.notTurnedOn;
    return { code, refusal: unfit.message };
  }
  if (interrupted.aborted) {
    return { code: codeOfSignal(interrupted.reason), refusal: `Stopped by ${String(interrupted.reason)}.` };
  }
  return {
    ...{ id, words, options, command, terminal, interrupted, flagSwitch, childEnv },
    ...{ say, reporter, total, tracker, endTimes, healthCheck },
  };
}

function checkOptions({ resume, redo, journal, json, stdoutMessages }: EachOptions, command: Command): void {
  if (resume && journal === undefined) command.error("error: option '--resume' needs '--journal <file>'");
  if (redo && !resume) command.error("error: option '--redo' needs '--resume'");
  if (json && stdoutMessages) command.error("error: option '--json' cannot be used with '--stdout-messages'");
}

/** Why the flag cannot put users into maintenance. Warns if browsers do not get it. */
async function refuseFlag(
  flagSwitch: FlagSwitch,
  options: EachOptions,
  command: Command,
  say: (line: string) => void,
): Promise<string | undefined> {
  const state = await flagSwitch.read().catch((error: unknown) => messageOf(error));
  if (typeof state === 'string') return `The flag could not be read: ${state}`;
  const dayMs = 86_400_000;
  const value =
    options.endsAt === 'auto' ? { endsAt: formatIsoTime(Date.now() + dayMs) } : noticeNow(options, command);
  // No user has an empty key. A refusal for that key is a refusal for every user.
  const refusal = refuseOn(flagSwitch, state, { user: '', takeOver: true, value });
  if (refusal !== undefined) return refusal;
  const warning = warnOfMissingBrowsers(state);
  if (warning !== undefined) say(warning);
  return undefined;
}

async function chooseReporter(options: EachOptions, run: string, terminal: Terminal): Promise<EachReporter> {
  const say = createMessageWriter(options, terminal);
  if (options.json) return createJsonReporter(terminal.print, say, { run, flag: options.flag }, Date.now);
  if (!terminal.screen || options.stdoutMessages) return createLineReporter(say);
  return createBarReporter(terminal.screen, {
    ownsStdout: terminal.stdoutIsScreen,
    format: (line) => `maintenance-mode: ${line}`,
  });
}

function startEndTimes(
  { can }: FlagSwitch,
  { concurrency }: EachOptions,
  tracker: ProgressTracker,
  command: Command,
): EndTimes {
  const scope = can.values === 'own' ? 'user' : 'run';
  if (scope === 'run' && tracker.progress().total === null) {
    return command.error(
      'error: all users share one end time here, the end of the run. So --ends-at auto needs the number of users. Set it with --total',
    );
  }
  return createEndTimes({
    scope,
    left() {
      const { total, users } = tracker.progress();
      return total === null ? undefined : total - users;
    },
    concurrency,
    now: Date.now,
    elapsed: () => performance.now(),
  });
}

function healthCheckOf(
  check: string,
  { pauseTimeout, grace }: EachOptions,
  { stdout, stderr }: EachReporter,
  env: EachRun['childEnv'],
): HealthCheck {
  return (signal) =>
    runChild(['sh', '-c', check], {
      ...{ stdout, stderr, env, signal },
      timeoutMs: pauseTimeout * 1000,
      graceMs: grace * 1000,
      waitsAfter: () => false,
    });
}

async function openJournal({ id, options, flagSwitch }: EachRun): Promise<Journal> {
  const { journal: file, journalService, flag, resume = false } = options;
  if (file === undefined) return noJournal;
  const subject = { service: journalService ?? flagSwitch.service, flag, ...flagSwitch.scope };
  return await createJournal(file, { subject, run: id, resume });
}

function openList({ options, terminal, childEnv }: EachRun): KeyList {
  const { from, null: nullEnded = false } = options;
  return from === undefined
    ? listKeysOf(terminal.input(), nullEnded)
    : listKeysFrom(from, nullEnded, childEnv);
}

/** Guards every user of the list. Returns how it ended, and who was left in maintenance. */
async function guardUsers(
  run: EachRun,
  journal: Journal,
  list: KeyList,
): Promise<{ readonly outcome: EachOutcome; readonly left: readonly UserResult[] }> {
  const { words, options, command, terminal, interrupted, flagSwitch, childEnv } = run;
  const { reporter, tracker, endTimes, healthCheck } = run;
  const left: UserResult[] = [];

  reporter.start(run.total);
  const outcome = await runEach(
    {
      planOf: (user) => ({
        ...planRun(options),
        flag: options.flag,
        user,
        // Computed for each user: +10m counts from the start of that user's work.
        value: noticeNow(options, command),
        command: words,
        streams: { stdout: reporter.stdout, stderr: reporter.stderr },
        comment: auditComment(run, [user]),
        byHand: byHandOf(run, user),
      }),
      concurrency: options.concurrency,
      keepGoing: options.keepGoing ?? false,
      maxHeld: options.maxHeld ?? (options.keepGoing ? 10 : Infinity),
      redo: options.redo ?? false,
    },
    list.keys,
    {
      flagSwitch,
      leases: createLeases(flagSwitch, options.flag, terminal.env),
      journal,
      runChild: (words, more) =>
        runChild(words, {
          ...more,
          env: childEnv,
          sharesTerminal: terminal.ownsTerminal && options.concurrency === 1,
          ignoresHangup: terminal.ignoresHangup,
          onLaterSignal: terminal.onLaterSignal,
        }),
      say: reporter.say,
      sleep,
      now: () => performance.now(),
      interrupted,
      beforeUser:
        healthCheck &&
        createPauser({
          check: healthCheck,
          onPause(pause) {
            tracker.pause();
            reporter.pause(pause, progressOf(run));
          },
          async onResume() {
            tracker.resume();
            reporter.resume(progressOf(run));
            await note({ pausedSeconds: progressOf(run).pausedSeconds });
          },
          sleep,
        }).wait,
      endTimeOf:
        endTimes &&
        ((user, onSettled) =>
          keepEndTime({
            user,
            endTimes,
            flagSwitch,
            notice: noticeNow(options, command),
            // It names no users: status shows since when a user is in maintenance by the change that put the user there.
            comment: auditComment(run, []),
            now: Date.now,
            onPromise(end, isMoved) {
              reporter.promise(user, end, isMoved);
              void note({ user, endsAt: end, ...(isMoved && { isMoved }) });
            },
            onSettled(wasInTime) {
              onSettled(wasInTime);
              void note({ user, wasInTime });
            },
          })),
      onStep: reporter.step,
      async onResult(result) {
        tracker.add(result.result);
        if (result.result === 'held' || result.result === 'orphaned') left.push(result);
        reporter.result(result, byHandOf(run, result.user), progressOf(run));
        return terminal.flushed();
      },
    },
  );
  reporter.end(outcome, progressOf(run));
  return { outcome, left };

  /** Adds a line to the journal that no later step depends on. If it fails, the next step fails too, and reports it. */
  async function note(content: Readonly<Record<string, unknown>>): Promise<void> {
    await journal.note(content).catch(() => {});
  }
}

function describeEnd(run: EachRun, outcome: EachOutcome, left: readonly UserResult[]): string[] {
  return summarize(outcome, left, progressOf(run), {
    byHandOf: (user) => byHandOf(run, user),
    hasJournal: run.options.journal !== undefined,
  });
}

function progressOf({ tracker, endTimes }: EachRun): Progress {
  return { ...tracker.progress(), ...(endTimes && { endTimes: endTimes.counts() }) };
}

function auditComment(
  { id, words, options }: Pick<EachRun, 'id' | 'words' | 'options'>,
  users: readonly string[],
): string {
  return formatAuditComment(options.comment ?? words[0], { by: `each ${id}`, users });
}

function byHandOf({ options, flagSwitch }: EachRun, user: string): string {
  return manualOffCommand({ ...options, user }, flagSwitch);
}

/** The notice for a maintenance that begins now. An end time of `auto` is not part of it. */
function noticeNow({ endsAt, ...texts }: EachOptions, command: Command): ReturnType<typeof noticeOf> {
  return noticeOf(endsAt === undefined || endsAt === 'auto' ? texts : { ...texts, endsAt }, command);
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1.');
}

/** What `each --help` says after its options. */
const eachHelp: string = `
For each user, the command turns maintenance on, runs the work with the key of the user as its last argument, and turns maintenance off. The flag must be on and
serve no maintenance by default. At the first failure the run stops, and that user stays in maintenance.

Each line is one key. Byte order marks, UTF-16 and carriage returns are removed. Keys with quotation marks, tabs or several columns, and keys that begin or end
with blanks or invisible characters, are refused, because spreadsheets and editors add these. Comments, and what programs write in place of a key, such as null,
1.2E+12 or #N/A, are refused, too. If your keys are like that, end each key with a NUL byte and use --null. The work reads no standard input. It can ask questions on the terminal unless several users are in progress at once.

The check of --pause-while runs before each user, also with --concurrency. Exit code 0 pauses the run: users in progress continue, and no other user begins. The check
is repeated after 1 second, then after 2, 4 and so on, up to 30. Exit code 1 lets the next user begin. After any other code, or after --pause-timeout, the state
of the system is unknown, so the run pauses too. If the check cannot run at the start, the run does not begin. The check gets no key and no standard input.

--ends-at auto promises each user an end time as soon as ten users are done. It is the time that nine of ten of the latest hundred users needed. If too many
promises are broken, the next ones are longer. If the work takes longer than promised, the end time is moved. If the work fails, it is removed. With a service that
has one value for all users in maintenance, such as LaunchDarkly, all users are promised the end of the run. That needs --total or a file of keys.

A user who is already in maintenance is refused, unless --take-over is given. A user for whom another guard on this machine is at work is always refused.

Examples:
  $ ./list-users | maintenance-mode each -f search-maintenance -- ./reindex --user

  With --from, the run knows that the list is complete: its command must succeed.
  $ maintenance-mode each -f search-maintenance --from ./list-users --journal reindex.jsonl -- ./reindex --user

  Continue after a failure, a signal or a crash:
  $ maintenance-mode each -f search-maintenance --from ./list-users --journal reindex.jsonl --resume -- ./reindex --user

  Wait before each user while the replica lags too much:
  $ maintenance-mode each -f search-maintenance --pause-while './lags-more-than 5s' -- ./reindex --user < users

  Process four users at once, and stop when three are left in maintenance:
  $ maintenance-mode each -f search-maintenance --concurrency 4 --keep-going --max-held 3 -- ./reindex --user < users

Results of a user:
  done      the command (and --verify) succeeded, maintenance is off
  skipped   done by an earlier run, or ended by hand
  held      left in maintenance: the command failed, or maintenance could not be proven or turned off
  undone    not in maintenance, and the work was not done: refused, or an exit code of --off-on
  orphaned  left in maintenance: an earlier run was killed while the command ran, so its result is unknown

Events of --json, each with "event" and "at" (ISO 8601):
  start     run, flag, total (or null)
  step      user, step: holding, running, ran, failed, done, undone
  promise   user, endsAt, isMoved (--ends-at auto)
  result    user, result, code; message when there was one; byHand when the user is left in maintenance; wasInTime when an end was promised
  progress  counts by result, users, total, perSecond, secondsLeft (the last three may be null), pausedSeconds, isPaused; endTimes with promised,
            right and moved (--ends-at auto)
  pause     checks, nextCheckInSeconds; problem when the state of the system is unknown
  resume    pausedSeconds, of the whole run
  end       code, list (complete, not-finished or broken), and all of progress
${environmentVariables}
${describeExitCodes(['failed', 'usage', 'notTurnedOn', 'notAllDone', 'notExecutable', 'notFound'])}`;
