import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import type { Terminal } from '../Terminal.js';
import { describeExitCodes } from '../exitCodes.js';
import { refuseCommand } from '../guard/checkCommand.js';
import { createLeases } from '../guard/leases.js';
import { runChild } from '../guard/runChild.js';
import { runLeased } from '../guard/runGuard.js';
import { addNoticeOptions, noticeOf, type NoticeOptions } from '../noticeOptions.js';
import { messagesOf, type RunOptions, addRunOptions, planRun } from '../runOptions.js';
import {
  type SwitchOptions,
  addSwitchOptions,
  manualOffCommand,
  environmentVariables,
  parseNewUser,
  openSwitch,
} from '../switchOptions.js';
import { formatAuditComment } from '../auditComment.js';
import { sleep } from '../untilAborted.js';

interface GuardOptions extends SwitchOptions, RunOptions, NoticeOptions {
  readonly stdin?: boolean;
}

const help = `
Maintenance is turned on, proven to be in effect, and turned off when the command (and --verify) succeeded. When it failed,
maintenance stays on, and the last line says how to end it. For everyone, the flag serves maintenance by default and is switched on
and off. For one user, it is on all the while and serves no maintenance by default.

Who is in maintenance already is refused, without --take-over; who is in the hands of another guard of this machine always, whatever
user runs it. Guards on two machines, or in two containers, that start within the same moment do not know of each other: let one machine
guard, or name a folder that they share with MAINTENANCE_MODE_LEASES.

The command has ended when all that it started in its process group has, also in the background. What it starts with setsid, or as a
service, is not waited for. In the foreground of a terminal it can ask there, as sudo and ssh do. "on" by hand, while a guard works,
keeps maintenance on after the guard.

Examples:
  The whole of search, while it is reindexed:
  $ maintenance-mode guard -f search-maintenance -- ./reindex --all

  Only Bob's search. His key is appended as the last argument: ./reindex --user bob
  $ maintenance-mode guard -f search-maintenance -u bob -- ./reindex --user

  Nothing was done when the job ends with 75, so that maintenance may end; look at the result before it ends:
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
  ['N      that of the command, when it failed; maintenance is on, unless --off-on names N'],
)}`;

/** The command `guard`: turns maintenance on, runs the work, turns it off. */
export function createGuardCommand(terminal: Terminal): Command {
  const command = new Command('guard')
    .description('turn maintenance on, run a command, and turn it off when the command succeeded')
    .usage('-f FLAG [-u USER] [options] [--] COMMAND [ARG...]')
    .argument('<command...>', 'the command, with its arguments')
    .passThroughOptions()
    .option(
      '-u, --user <key>',
      'only this user; the key is appended to the command as one last argument',
      parseNewUser,
    );
  return addNoticeOptions(addRunOptions(addSwitchOptions(command)))
    .option('--stdin', 'let the command read standard input; otherwise it reads nothing')
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
  const say = messagesOf(options, terminal);
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
