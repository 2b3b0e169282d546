import { randomUUID } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { formatAuditComment } from './auditComment.js';
import { byHand } from './byHand.js';
import { createBatchedSwitch } from './createBatchedSwitch.js';
import { createJournal, noJournal } from './createJournal.js';
import { createLeases } from './createLease.js';
import { createPace } from './createPace.js';
import { eachHelp } from './eachHelp.js';
import { createBarView, createJsonView, createLineView } from './eachViews.js';
import type { EachView } from './EachView.js';
import { exitCodes } from './exitCodes.js';
import { findProblem, messagesOf } from './guard.js';
import { countKeys, listKeysFrom, listKeysOf } from './listKeys.js';
import { messageOf } from './messageOf.js';
import { refuseOn, warnOfSurface } from './preflight.js';
import { runChild } from './runChild.js';
import { runEach, type UserResult } from './runEach.js';
import { addRunOptions, planRun, type RunOptions } from './runOptions.js';
import { summarize } from './summarize.js';
import { addSwitchOptions, normalizeBaseUri, serviceOf, type SwitchOptions } from './switchOptions.js';
import type { Terminal } from './Terminal.js';

interface EachOptions extends SwitchOptions, RunOptions {
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
}

/** The command `each`: guard one user after another. */
export function createEachCommand(terminal: Terminal): Command {
  const command = new Command('each')
    .description('guard a command for one user after another, by a list of their keys')
    .usage('-f FLAG [options] [--] COMMAND [ARG...] < KEYS')
    .argument('<command...>', 'the command, with its arguments; the key is appended as one last argument')
    .passThroughOptions();
  return addRunOptions(addSwitchOptions(command))
    .option('--from <command>', 'a shell command that prints the keys, instead of standard input')
    .option('--null', 'keys end with a NUL byte instead of a newline')
    .option('--keep-going', 'go on with the next user when one failed')
    .option(
      '--max-held <number>',
      'leave at most so many users in maintenance (default: 10 with --keep-going)',
      parseCount,
    )
    .option('--concurrency <number>', 'so many users at once', parseCount, 1)
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
  const { flag, project, environment = '', contextKind, journal: file, resume = false } = options;
  const interrupted = terminal.interruption();
  const run = randomUUID().slice(0, 8);
  const commentOf = (users: readonly string[]): string =>
    formatAuditComment(options.comment ?? words[0], { by: `each ${run}`, users });
  const service = serviceOf(options, command, terminal, interrupted);
  const flagSwitch = createBatchedSwitch(service.flagSwitch, commentOf);
  const say = messagesOf(options, terminal);
  const fail = (code: number, message: string): void => {
    say(`${message} Nothing was changed.`);
    terminal.exitWith(code);
  };

  const problem = findProblem(words[0], terminal);
  if (problem) return fail(problem.code, problem.message);
  const state = await flagSwitch.read().catch((error: unknown) => messageOf(error));
  if (typeof state === 'string') return fail(exitCodes.notTurnedOn, `The flag could not be read: ${state}`);
  // A key that nobody has: what speaks against it speaks against everyone.
  const refusal = refuseOn(state, { user: '', takeOver: true });
  if (refusal !== undefined) return fail(exitCodes.notTurnedOn, refusal);
  const warning = warnOfSurface(state);
  if (warning !== undefined) say(warning);

  const subject = {
    service: options.journalService ?? normalizeBaseUri(options.baseUri),
    flag,
    project,
    environment,
    contextKind,
  };
  const journal = file === undefined ? noJournal : await createJournal(file, { subject, run, resume });
  const view = chooseView(options, run, terminal);
  const total =
    options.total ?? (options.from === undefined ? await countKeys(options.null ?? false) : undefined);
  const list =
    options.from === undefined
      ? listKeysOf(terminal.input(), options.null ?? false)
      : listKeysFrom(options.from, options.null ?? false, service.childEnv);
  const pace = createPace(total, () => performance.now());
  const left: UserResult[] = [];
  const byHandOf = (user: string): string => byHand({ ...options, user });
  try {
    view.start(total);
    const outcome = await runEach(
      {
        planOf: (user) => ({
          ...planRun(options),
          flag,
          user,
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
        leases: createLeases(options, terminal.env),
        journal,
        runChild: (words, more) =>
          runChild(words, {
            ...more,
            env: service.childEnv,
            sharesTerminal: terminal.ownsTerminal && options.concurrency === 1,
            ignoresHangup: terminal.ignoresHangup,
          }),
        say: view.say,
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        now: () => performance.now(),
        interrupted,
        onStep: view.step,
        async onResult(result) {
          pace.add(result.result);
          if (result.result === 'held' || result.result === 'orphaned') left.push(result);
          view.result(result, byHandOf(result.user), pace.progress());
          return terminal.flushed();
        },
      },
    );
    view.end(outcome, pace.progress());
    for (const line of summarize(outcome, left, { byHandOf, hasJournal: file !== undefined })) say(line);
    terminal.exitWith(outcome.code);
  } finally {
    list.close();
    await journal.close();
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
