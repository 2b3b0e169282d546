import { InvalidArgumentError, type Command } from 'commander';
import type { Terminal } from './Terminal.js';
import type { GuardPlan } from './guard/GuardPlan.js';

/** The options of commands that run another command. Times are in seconds. */
export interface RunOptions {
  readonly settle: number;
  readonly proof: number;
  readonly timeout?: number;
  readonly grace: number;
  readonly verify?: string;
  readonly offOn?: ReadonlySet<number>;
  readonly takeOver?: boolean;
  readonly comment?: string;
  readonly stdoutMessages?: boolean;
  readonly passToken?: boolean;
}

/** Adds the options of `RunOptions` to a command. */
export function addRunOptions(command: Command): Command {
  return command
    .option(
      '--settle <seconds>',
      'wait so long between the proof and the command: as long as caches, such as those of a relay proxy, of big segments or of servers that poll, may serve the old value',
      parseSeconds,
      1,
    )
    .option(
      '--proof <seconds>',
      'how long the service may take until it serves maintenance',
      parseSeconds,
      30,
    )
    .option('--timeout <seconds>', 'end the command after so long; that counts as a failure', parseSeconds)
    .option('--grace <seconds>', 'how long the command may take to end when it is told to', parseSeconds, 10)
    .option('--verify <command>', 'a shell command that must succeed before maintenance ends')
    .option('--off-on <codes>', 'exit codes after which nothing was done and maintenance ends', parseCodes)
    .option('--take-over', 'go on where maintenance is on already, and turn it off in the end')
    .option('--comment <text>', 'for the audit trail of the flag service')
    .option(
      '--pass-token',
      'let the command, --verify and --from inherit LD_ACCESS_TOKEN; otherwise no variable that holds the access token is passed on',
    )
    .option('--stdout-messages', 'write our own messages to standard output, as in 2015');
}

/** The part of a plan that follows from these options. */
export function planRun(
  options: RunOptions,
): Pick<GuardPlan, 'settleMs' | 'proofMs' | 'timeoutMs' | 'graceMs' | 'verify' | 'offOn' | 'takeOver'> {
  const { settle, proof, timeout, grace, verify, offOn = new Set<number>(), takeOver = false } = options;
  return {
    settleMs: settle * 1000,
    proofMs: proof * 1000,
    timeoutMs: timeout === undefined ? undefined : timeout * 1000,
    graceMs: grace * 1000,
    verify,
    offOn,
    takeOver,
  };
}

/** Writes our own messages to standard error, so that standard output belongs to the command. */
export function messagesOf({ stdoutMessages }: RunOptions, terminal: Terminal): (line: string) => void {
  const write = stdoutMessages ? terminal.print : terminal.warn;
  return (line) => write(`maintenance-mode: ${line}`);
}

/** Reads an option in seconds. */
export function parseSeconds(text: string): number {
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
