import { randomUUID } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { formatAuditComment } from './auditComment.js';
import { byHand } from './byHand.js';
import { exitCodes } from './exitCodes.js';
import { findExecutable } from './findExecutable.js';
import { codeOfSignal, runChild } from './runChild.js';
import { runGuard } from './runGuard.js';
import { addSwitchOptions, switchOf, type SwitchOptions } from './switchOptions.js';
import type { Terminal } from './Terminal.js';

/** What a command that runs other commands is told of how to run them. */
export interface RunOptions {
  readonly settle: number;
  readonly proof: number;
  readonly timeout?: number;
  readonly grace: number;
  readonly verify?: string;
  readonly offOn: ReadonlySet<number>;
  readonly takeOver?: boolean;
  readonly comment?: string;
  readonly stdoutMessages?: boolean;
}

interface GuardOptions extends SwitchOptions, RunOptions {
  readonly stdin?: boolean;
}

const EXAMPLES = `
Examples:
  The whole of search, while it is reindexed:
  $ maintenance-mode guard -f search-maintenance -- ./reindex --all

  Only Bob's search. His key is appended as the last argument: ./reindex --user bob
  $ maintenance-mode guard -f search-maintenance -u bob -- ./reindex --user

Maintenance is turned on, proven to be in effect, and turned off when the command (and --verify) succeeded. When it failed,
maintenance stays on, and the last line says how to end it.

Exit codes: that of the command; 120 not turned on, the command was not run; 121 turned on but not in effect, the command
was not run; 122 not turned off; 124 timed out; 125 not verified; 126, 127 the command cannot be run; 128 + n signal n.`;

/** The command `guard`: on, run the work, off. */
export function createGuardCommand(terminal: Terminal): Command {
  const command = new Command('guard')
    .description('turn maintenance on, run a command, and turn it off when the command succeeded')
    .usage('-f FLAG [-u USER] [options] [--] COMMAND [ARG...]')
    .argument('<command...>', 'the command, with its arguments')
    .passThroughOptions()
    .option('-u, --user <key>', 'only this user; the key is appended to the command as one last argument');
  return addRunOptions(addSwitchOptions(command))
    .option('--stdin', 'let the command read standard input; otherwise it reads nothing')
    .addHelpText('after', EXAMPLES)
    .action((words: [string, ...string[]], options: GuardOptions) => guard(words, options, terminal));
}

/** Adds the options of `RunOptions` to a command. */
export function addRunOptions(command: Command): Command {
  return command
    .option('--settle <seconds>', 'wait so long between the proof and the command', parseSeconds, 1)
    .option(
      '--proof <seconds>',
      'how long the service may take until it serves maintenance',
      parseSeconds,
      30,
    )
    .option('--timeout <seconds>', 'end the command after so long; that counts as a failure', parseSeconds)
    .option('--grace <seconds>', 'how long the command may take to end when it is told to', parseSeconds, 10)
    .option('--verify <command>', 'a shell command that must succeed before maintenance ends')
    .option(
      '--off-on <codes>',
      'exit codes after which nothing was done and maintenance ends',
      parseCodes,
      new Set<number>(),
    )
    .option('--take-over', 'go on where maintenance is on already, and turn it off in the end')
    .option('--comment <text>', 'for the audit trail of the flag service')
    .option('--stdout-messages', 'write our own messages to standard output');
}

async function guard(words: [string, ...string[]], options: GuardOptions, terminal: Terminal): Promise<void> {
  const say = messagesOf(options, terminal);
  const [file] = words;
  const found = findExecutable(file, terminal.env['PATH'] ?? '');
  if (found !== 'executable') {
    say(`"${file}" ${found === 'missing' ? 'was not found' : 'is not executable'}. Nothing was changed.`);
    return terminal.exitWith(found === 'missing' ? exitCodes.notFound : exitCodes.notExecutable);
  }
  const run = randomUUID().slice(0, 8);
  const { code } = await runGuard(
    {
      flag: options.flag,
      user: options.user,
      command: words,
      settleMs: options.settle * 1000,
      proofMs: options.proof * 1000,
      timeoutMs: options.timeout === undefined ? undefined : options.timeout * 1000,
      graceMs: options.grace * 1000,
      verify: options.verify,
      offOn: options.offOn,
      takeOver: options.takeOver ?? false,
      inheritInput: options.stdin ?? false,
      comment: formatAuditComment(options.comment ?? words.join(' '), {
        by: `guard ${run}`,
        users: options.user === undefined ? undefined : [options.user],
      }),
      byHand: byHand(options),
    },
    {
      flagSwitch: switchOf(options, terminal),
      runChild,
      say,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      interrupted: terminal.interruption(),
      codeOfSignal,
      record: async () => {},
    },
  );
  terminal.exitWith(code);
}

/** Where our own words go: to standard error, so that standard output is the command's alone. */
export function messagesOf({ stdoutMessages }: RunOptions, terminal: Terminal): (line: string) => void {
  const write = stdoutMessages ? terminal.print : terminal.warn;
  return (line) => write(`maintenance-mode: ${line}`);
}

function parseSeconds(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) <= 86_400) return Number(text);
  throw new InvalidArgumentError('It must be seconds, from 0 to 86400.');
}

function parseCodes(text: string): ReadonlySet<number> {
  const codes = text.split(',').map((code) => code.trim());
  if (codes.every((code) => /^\d{1,3}$/.test(code) && Number(code) >= 1 && Number(code) <= 255)) {
    return new Set(codes.map(Number));
  }
  throw new InvalidArgumentError('It must be exit codes from 1 to 255, with commas between them.');
}
