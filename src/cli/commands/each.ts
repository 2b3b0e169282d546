import { randomUUID } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import type { Terminal } from '../Terminal.js';
import { type EndTimeCounts, createEndTimes } from '../each/createEndTimes.js';
import { createJournal, noJournal } from '../each/journal.js';
import { keepEndTime } from '../each/keepEndTime.js';
import { type Pauser, createPauser } from '../each/createPauser.js';
import { type Progress, createPace, formatDuration } from '../each/progress.js';
import { countKeys, listKeysFrom, listKeysOf } from '../each/readKeys.js';
import { type EachOutcome, type UserResult, runEach } from '../each/runEach.js';
import { type EachView, createBarView, createJsonView, createLineView } from '../each/views.js';
import { describeExitCodes, exitCodes } from '../exitCodes.js';
import { createLeases } from '../guard/leases.js';
import { refuseOn, warnOfSurface } from '../guard/preflight.js';
import { codeOfSignal, runChild } from '../guard/runChild.js';
import { addNoticeOptions, formatInstant, noticeOf, type NoticeOptions } from '../noticeOptions.js';
import { messagesOf, type RunOptions, addRunOptions, parseSeconds, planRun } from '../runOptions.js';
import {
  type SwitchOptions,
  addSwitchOptions,
  manualOffCommand,
  environmentVariables,
  openSwitch,
} from '../switchOptions.js';
import { formatAuditComment } from '../switches/auditComment.js';
import { createBatchedSwitch } from '../switches/createBatchedSwitch.js';
import { messageOf } from '../text.js';
import { sleep } from '../untilAborted.js';
import { refuseCommand } from '../guard/checkCommand.js';

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

const dayMs = 86_400_000;

/** The command `each`: guard one user after another. */
export function createEachCommand(terminal: Terminal): Command {
  const command = new Command('each')
    .description('guard a command for one user after another, by a list of their keys')
    .usage('-f FLAG [options] [--] COMMAND [ARG...] < KEYS')
    .argument('<command...>', 'the command, with its arguments; the key is appended as one last argument')
    .passThroughOptions();
  return addNoticeOptions(addRunOptions(addSwitchOptions(command)), { auto: true })
    .option('--from <command>', 'a shell command that prints the keys, instead of standard input')
    .option('--null', 'keys end with a NUL byte instead of a newline')
    .option('--keep-going', 'go on with the next user when one failed')
    .option(
      '--max-held <number>',
      'leave at most so many users in maintenance (default: 10 with --keep-going)',
      parseCount,
    )
    .option('--concurrency <number>', 'so many users at once', parseCount, 1)
    .option(
      '--pause-while <command>',
      'a shell command to run before each user: while it exits with 0, no further user begins; 1 continues',
    )
    .option('--pause-timeout <seconds>', 'how long that command may take', parseSeconds, 30)
    .option('--journal <file>', 'write every step down; the file must not exist without --resume')
    .option(
      '--journal-service <name>',
      'what the journal calls the service, for one whose address changes; default: --base-uri',
    )
    .option('--resume', 'go on where the journal ends: skip who is done, try again who failed')
    .option('--redo', 'with --resume: run again also where an earlier run was killed while the command ran')
    .option('--total <number>', 'how many keys there are, for the time left; a file is counted', parseCount)
    .option('--json', 'one event for each line on standard output, for machines')
    .addHelpText('after', eachHelp)
    .action((words: [string, ...string[]], options: EachOptions) => each(words, options, command, terminal));
}

async function each(
  words: [string, ...string[]],
  options: EachOptions,
  command: Command,
  terminal: Terminal,
): Promise<void> {
  checkOptions(options, command);
  const { flag, journal: file, resume = false } = options;
  const interrupted = terminal.interruption();
  const run = randomUUID().slice(0, 8);
  const commentOf = (users: readonly string[]): string =>
    formatAuditComment(options.comment ?? words[0], { by: `each ${run}`, users });
  const service = await openSwitch(options, command, terminal, interrupted);
  const flagSwitch = createBatchedSwitch(service.flagSwitch, commentOf);
  const say = messagesOf(options, terminal);
  const fail = (code: number, message: string): void => {
    say(`${message} Nothing was changed.`);
    terminal.exitWith(code);
  };

  const { endsAt, ...texts } = options;
  const notice: NoticeOptions = endsAt === undefined || endsAt === 'auto' ? texts : { ...texts, endsAt };
  const problem = refuseCommand(words[0], terminal);
  if (problem) return fail(problem.code, problem.message);
  const state = await flagSwitch.read().catch((error: unknown) => messageOf(error));
  if (typeof state === 'string') return fail(exitCodes.notTurnedOn, `The flag could not be read: ${state}`);
  // A key that nobody has: what speaks against it speaks against everyone.
  const value =
    options.endsAt === 'auto' ? { endsAt: formatInstant(Date.now() + dayMs) } : noticeOf(notice, command);
  const refusal = refuseOn(flagSwitch, state, { user: '', takeOver: true, value });
  if (refusal !== undefined) return fail(exitCodes.notTurnedOn, refusal);
  const warning = warnOfSurface(state);
  if (warning !== undefined) say(warning);

  const view = chooseView(options, run, terminal);
  const total =
    options.total ?? (options.from === undefined ? await countKeys(options.null ?? false) : undefined);
  const pace = createPace(total, () => performance.now());
  const scope = flagSwitch.can.values === 'own' ? 'user' : 'run';
  if (endsAt === 'auto' && scope === 'run' && total === undefined) {
    return command.error(
      'error: all users share one end here, that of the run: --ends-at auto needs the number of users. Say it with --total',
    );
  }
  const endTimes =
    endsAt === 'auto'
      ? createEndTimes({
          scope,
          left: () => (total === undefined ? undefined : total - pace.progress().users),
          concurrency: options.concurrency,
          now: Date.now,
          elapsed: () => performance.now(),
        })
      : undefined;
  const progressNow = (): Progress => ({
    ...pace.progress(),
    ...(endTimes && { endTimes: endTimes.counts() }),
  });
  const pauser = options.pauseWhile === undefined ? undefined : createPauserOf(options.pauseWhile, options);
  const unfit = await pauser?.refuse(interrupted);
  if (unfit) return fail([126, 127].includes(unfit.code) ? unfit.code : exitCodes.notTurnedOn, unfit.message);
  if (interrupted.aborted) {
    return fail(codeOfSignal(interrupted.reason), `Stopped by ${String(interrupted.reason)}.`);
  }

  const subject = {
    service: options.journalService ?? flagSwitch.service,
    flag,
    ...flagSwitch.scope,
  };
  const journal = file === undefined ? noJournal : await createJournal(file, { subject, run, resume });
  const list =
    options.from === undefined
      ? listKeysOf(terminal.input(), options.null ?? false)
      : listKeysFrom(options.from, options.null ?? false, service.childEnv);
  const left: UserResult[] = [];
  const byHandOf = (user: string): string => manualOffCommand({ ...options, user }, flagSwitch);
  try {
    view.start(total);
    const outcome = await runEach(
      {
        planOf: (user) => ({
          ...planRun(options),
          flag,
          user,
          // At its time: +10m counts from the start of this user's work.
          value: noticeOf(notice, command),
          command: words,
          streams: { stdout: view.stdout, stderr: view.stderr },
          comment: commentOf([user]),
          byHand: byHandOf(user),
        }),
        concurrency: options.concurrency,
        keepGoing: options.keepGoing ?? false,
        maxHeld: options.maxHeld ?? (options.keepGoing ? 10 : Infinity),
        redo: options.redo ?? false,
      },
      list.keys,
      {
        flagSwitch,
        leases: createLeases(flagSwitch, flag, terminal.env),
        journal,
        runChild: (words, more) =>
          runChild(words, {
            ...more,
            env: service.childEnv,
            sharesTerminal: terminal.ownsTerminal && options.concurrency === 1,
            ignoresHangup: terminal.ignoresHangup,
          }),
        say: view.say,
        sleep,
        now: () => performance.now(),
        interrupted,
        beforeUser: pauser?.wait,
        endTimeOf:
          endTimes &&
          ((user, onSettled) =>
            keepEndTime({
              user,
              endTimes,
              flagSwitch,
              notice: noticeOf(notice, command),
              // It names nobody: since when a user is in maintenance is told by the change that began it.
              comment: formatAuditComment(options.comment ?? words[0], { by: `each ${run}`, users: [] }),
              now: Date.now,
              onPromise(end, isMoved) {
                view.promise(user, end, isMoved);
                void noteQuietly({ user, endsAt: end, ...(isMoved && { isMoved }) });
              },
              onSettled(wasInTime) {
                onSettled(wasInTime);
                void noteQuietly({ user, wasInTime });
              },
            })),
        onStep: view.step,
        async onResult(result) {
          pace.add(result.result);
          if (result.result === 'held' || result.result === 'orphaned') left.push(result);
          view.result(result, byHandOf(result.user), progressNow());
          return terminal.flushed();
        },
      },
    );
    view.end(outcome, progressNow());
    for (const line of summarize(outcome, left, progressNow(), {
      byHandOf,
      hasJournal: file !== undefined,
    }))
      say(line);
    terminal.exitWith(outcome.code);
  } finally {
    list.close();
    await journal.close();
  }

  /** Nothing depends on it. When it cannot be written, the next step cannot either, and says so. */
  async function noteQuietly(content: Readonly<Record<string, unknown>>): Promise<void> {
    await journal.note(content).catch(() => {});
  }

  function createPauserOf(check: string, { pauseTimeout, grace }: EachOptions): Pauser {
    return createPauser({
      check: (signal) =>
        runChild(['sh', '-c', check], {
          stdout: view.stdout,
          stderr: view.stderr,
          env: service.childEnv,
          timeoutMs: pauseTimeout * 1000,
          graceMs: grace * 1000,
          signal,
          waitsAfter: () => false,
        }),
      onPause(pause) {
        pace.pause();
        view.pause(pause, progressNow());
      },
      async onResume() {
        pace.resume();
        view.resume(progressNow());
        await noteQuietly({ pausedSeconds: progressNow().pausedSeconds });
      },
      sleep,
    });
  }
}

function checkOptions({ resume, redo, journal, json, stdoutMessages }: EachOptions, command: Command): void {
  if (resume && journal === undefined) command.error("error: option '--resume' needs '--journal <file>'");
  if (redo && !resume) command.error("error: option '--redo' needs '--resume'");
  if (json && stdoutMessages) command.error("error: option '--json' cannot be used with '--stdout-messages'");
}

function chooseView(options: EachOptions, run: string, terminal: Terminal): EachView {
  const say = messagesOf(options, terminal);
  if (options.json) return createJsonView(terminal.print, say, { run, flag: options.flag }, Date.now);
  if (!terminal.screen || options.stdoutMessages) return createLineView(say);
  return createBarView(terminal.screen, {
    ownsStdout: terminal.stdoutIsScreen,
    format: (line) => `maintenance-mode: ${line}`,
  });
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1.');
}

/** What `each --help` says after its options. */
const eachHelp: string = `
For each user, one after another: maintenance is turned on, the command runs with the key of the user as its last argument, and maintenance is turned off. The
flag must be on and serve no maintenance by default. At the first failure the run stops, and that user stays in maintenance.

Each line is one key. A byte order mark, UTF-16 and carriage returns are removed. Quotation marks, tabs, several columns and blanks or invisible
characters at an end are refused, because spreadsheets and editors add them; for keys that contain them, end each key with a NUL byte and use --null. The
command reads no standard input. It may ask on the terminal unless several users are in progress at once.

--pause-while runs before each user, also with --concurrency. Exit code 0 pauses the run: users in progress continue, and no other user begins. The check is
repeated after 1 second, then after 2, 4 and so on, up to 30. Exit code 1 lets the next user begin. After any other code, or after --pause-timeout, the state of
the system is unknown, so the run pauses too. A check that cannot be run at the start is refused. It gets no key and no standard input.

--ends-at auto promises each user an end, when ten users are done: nine of ten of the latest hundred users took no longer. If too many promises turn out
wrong, the next ones are longer. A promise that passes is moved while the work continues, and it is removed if the work fails. If the service has one value for
all users in maintenance, as LaunchDarkly has, all of them are promised the end of the run; that needs --total or a file of keys.

A user who is in maintenance already is refused, unless --take-over is given. A user of another guard on this machine is always refused.

Examples:
  $ ./list-users | maintenance-mode each -f search-maintenance -- ./reindex --user

  The list is known to be complete only when its command succeeds:
  $ maintenance-mode each -f search-maintenance --from ./list-users --journal reindex.jsonl -- ./reindex --user

  Go on after a failure, a signal or a crash:
  $ maintenance-mode each -f search-maintenance --from ./list-users --journal reindex.jsonl --resume -- ./reindex --user

  Check the lag of the replica before each user, and wait while it is too long:
  $ maintenance-mode each -f search-maintenance --pause-while './lags-more-than 5s' -- ./reindex --user < users

  Four at once, and stop when three users are left in maintenance:
  $ maintenance-mode each -f search-maintenance --concurrency 4 --keep-going --max-held 3 -- ./reindex --user < users

Results of a user:
  done      the command (and --verify) succeeded, maintenance is off
  skipped   done by an earlier run, or ended by hand
  held      left in maintenance: the command failed, or maintenance could not be proven or turned off
  undone    not in maintenance, and the work was not done: refused, or an exit code of --off-on
  orphaned  left in maintenance: an earlier run was killed while the command ran; nobody knows how it ended

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

function describeEndTimes({ promised, right, moved }: EndTimeCounts): string {
  if (promised === 0) return 'No end time was promised: the first ten users tell how long it takes.';
  const times = moved === 1 ? 'one was' : `${moved} were`;
  return `End times: ${right} of ${promised} users were let in by the time that they were promised${moved > 0 ? `; ${times} moved` : ''}.`;
}

// The rest is in the journal, and in what status tells.
const mostNames = 20;

/** What to say at the end of a run over many users: how it went, who is left in maintenance, and how to go on. */
function summarize(
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
  if (left.length > 0) lines.push('Left in maintenance, and how to end it:');
  for (const { user } of left.slice(0, mostNames)) lines.push(`  ${byHandOf(user)}`);
  if (left.length > mostNames)
    lines.push(`  and ${left.length - mostNames} more, see: maintenance-mode status`);
  if (code !== 0) {
    lines.push(
      hasJournal
        ? 'To go on: the same command with --resume. It skips who is done, and tries again who failed.'
        : 'To go on: the same command with the users that are left. With --journal FILE, --resume would know them.',
    );
  }
  return lines;
}
