import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import type { Terminal } from '../Terminal.js';
import { describeExitCodes } from '../exitCodes.js';
import { refuseCommand, runChild } from '../runChild.js';
import { createLeases } from '../locks.js';
import { runLeased } from '../runGuard.js';
import {
  addNoticeOptions,
  noticeOf,
  type NoticeOptions,
  createMessageWriter,
  type RunOptions,
  addRunOptions,
  planRun,
  type SwitchOptions,
  addSwitchOptions,
  manualOffCommand,
  environmentVariables,
  parseNewUser,
  openSwitch,
} from '../options.js';
import { formatAuditComment } from '../auditComment.js';
import { sleep } from '../untilAborted.js';

interface GuardOptions extends SwitchOptions, RunOptions, NoticeOptions {
  readonly stdin?: boolean;
}

const help = `
The guard turns maintenance on, proves that the service serves it, runs the command, and turns maintenance off if the command (and --verify)
succeeded. If it failed, maintenance stays on, and the last line says how to end it. To guard everyone, use a flag that is off and serves
maintenance by default. To guard one user, use a flag that is on and serves no maintenance by default.

The guard refuses to start if the user is already in maintenance, unless --take-over is given. It always refuses if another guard on this
machine works on the user. Guards on different machines or in different containers do not see each other. Run all guards on one machine, or
set MAINTENANCE_MODE_LEASES to a folder that they share.

The command has ended when all processes in its process group have ended, including background processes. The guard does not wait for
processes that were started with setsid or as a service. In the foreground of a terminal the command can ask questions, as sudo and ssh do.
If somebody runs "maintenance-mode on" during the work, maintenance stays on after the guard.

Examples:
  Close search for everyone while it is reindexed:
  $ maintenance-mode guard -f search-maintenance -- ./reindex --all

  Close search for Bob only. The guard runs: ./reindex --user bob
  $ maintenance-mode guard -f search-maintenance -u bob -- ./reindex --user

  If the job ends with 75, it did nothing, so maintenance ends. Check the result before maintenance ends:
  $ maintenance-mode guard -f search-maintenance -u bob --off-on 75 --verify './check-index --user' -- ./reindex --user
${environmentVariables}
${describeExitCodes(
  [
    'usage',
    'notTurnedOn',
    'notProven',
    'notTurnedOff',
    'timedOut',
    'notVerified',
    'notExecutable',
    'notFound',
  ],
  ['N      the exit code of the command, if it failed; maintenance is on, unless --off-on contains N'],
)}`;

/** The command `guard`: turns maintenance on, runs the work, turns it off. */
export function createGuardCommand(terminal: Terminal): Command {
  const command = new Command('guard')
    .description('turn maintenance on, run a command, and turn it off if the command succeeded')
    .usage('-f FLAG [-u USER] [options] [--] COMMAND [ARG...]')
    .argument('<command...>', 'the command, with its arguments')
    .passThroughOptions()
    .option(
      '-u, --user <key>',
      'only this user; the key is appended to the command as its last argument',
      parseNewUser,
    );
  return addNoticeOptions(addRunOptions(addSwitchOptions(command)))
    .option('--stdin', 'let the command read standard input. By default it reads nothing')
    .addHelpText('after', help)
    .action((words: [string, ...string[]], options: GuardOptions) =>
      guard(words, options, command, terminal),
    );
}

async function guard(
  words: [string, ...string[]],
  options: GuardOptions,
  command: Command,
  terminal: Terminal,
): Promise<void> {
  const { user } = options;
  const interrupted = terminal.interruption();
  const { flagSwitch, childEnv } = await openSwitch(options, command, terminal, interrupted);
  const say = createMessageWriter(options, terminal);
  const problem = refuseCommand(words[0], terminal);
  if (problem) {
    say(`${problem.message} Nothing was changed.`);
    return terminal.exitWith(problem.code);
  }
  const value = noticeOf(options, command);
  const { code } = await runLeased(
    {
      ...planRun(options),
      flag: options.flag,
      user,
      value,
      command: words,
      checksEnd: true,
      streams: { input: options.stdin ? 'inherit' : undefined },
      comment: formatAuditComment(options.comment ?? words[0], {
        by: `guard ${randomUUID().slice(0, 8)}`,
        users: user === undefined ? undefined : [user],
      }),
      byHand: manualOffCommand(options, flagSwitch),
    },
    {
      flagSwitch,
      leases: createLeases(flagSwitch, options.flag, terminal.env),
      runChild: (words, more) =>
        runChild(words, {
          ...more,
          env: childEnv,
          sharesTerminal: terminal.ownsTerminal,
          ignoresHangup: terminal.ignoresHangup,
          onLaterSignal: terminal.onLaterSignal,
        }),
      say,
      note: say,
      sleep,
      now: () => performance.now(),
      interrupted,
      record: async () => {},
    },
  );
  terminal.exitWith(code);
}
