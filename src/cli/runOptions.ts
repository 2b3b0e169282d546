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
      'how long to wait between the proof and the command. Caches may serve the old value for that long: relay proxies, big segments, servers that poll',
      parseSeconds,
      1,
    )
    .option('--proof <seconds>', 'how long the service may take to serve maintenance', parseSeconds, 30)
    .option('--timeout <seconds>', 'stop the command after this time; that is a failure', parseSeconds)
    .option(
      '--grace <seconds>',
      'how long the command may take to end after a signal, before it is killed',
      parseSeconds,
      10,
    )
    .option('--verify <command>', 'a shell command that must succeed before maintenance ends')
    .option(
      '--off-on <codes>',
      'exit codes of the command that mean that nothing was done, so that maintenance ends',
      parseCodes,
    )
    .option('--take-over', 'continue if maintenance is already on, and turn it off at the end')
    .option('--comment <text>', 'for the audit trail of the flag service')
    .option(
      '--pass-token',
      'let the command, --verify and --from inherit LD_ACCESS_TOKEN. By default they inherit no variable that contains the access token',
    )
    .option('--stdout-messages', 'write the messages of this command to standard output, as in 2015');
}

/** The part of a plan that these options set. */
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
export function createMessageWriter(
  { stdoutMessages }: RunOptions,
  terminal: Terminal,
): (line: string) => void {
  const write = stdoutMessages ? terminal.print : terminal.warn;
  return (line) => write(`maintenance-mode: ${line}`);
}

/** Parses an option in seconds. */
export function parseSeconds(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) <= 86_400) return Number(text);
  throw new InvalidArgumentError('It must be a number of seconds, from 0 to 86400.');
}

function parseCodes(text: string): ReadonlySet<number> {
  const codes = text.split(',').map((code) => code.trim());
  if (codes.every((code) => /^\d{1,3}$/.test(code) && Number(code) >= 1 && Number(code) <= 255)) {
    return new Set(codes.map(Number));
  }
  throw new InvalidArgumentError('It must be exit codes from 1 to 255, separated by commas.');
}
