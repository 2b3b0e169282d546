import { Command } from 'commander';
import type { FlagSwitch } from '../../switch/FlagSwitch.js';
import type { Terminal } from '../Terminal.js';
import { describeExitCodes, exitCodes } from '../exitCodes.js';
import { warnOfMissingBrowsers } from '../guard/preflight.js';
import { codeOfSignal } from '../guard/runChild.js';
import { parseSeconds } from '../runOptions.js';
import { createSurvey, describeHeld, type HeldByFlag } from '../status/createSurvey.js';
import { createChangeReporter, createScreenReporter, watchFlags } from '../status/watchFlags.js';
import {
  type SwitchOptions,
  addSwitchOptions,
  environmentVariables,
  parseUser,
  openSwitch,
} from '../switchOptions.js';
import { escapeText, messageOf } from '../text.js';
import { sleep } from '../untilAborted.js';
import { wrapToTerminal } from '../text.js';

interface StatusOptions extends SwitchOptions {
  readonly all?: boolean;
  readonly matching?: string;
  readonly watch?: boolean;
  readonly interval: number;
  readonly json?: boolean;
}

const help = `
The audit trail of the service tells who turned maintenance on, when and why. It does not tell this about targets that were set in another way.

--all shows every flag that has users in maintenance, or announced maintenance. Most flags of a LaunchDarkly project have another purpose, so it reads only
flags whose key or name contains "maintenance", or the text of --matching.

--watch repeats this every 5 seconds, or at the --interval, and less often while the service does not answer. On a terminal it redraws the screen. Elsewhere it prints
one line for each change. With --json a line is an event: "held" with a user (null for everyone), or "released". It ends at a signal (Ctrl+C: exit code 130), or with
0 when its reader is gone.

Examples:
  $ maintenance-mode status -f search-maintenance
  $ maintenance-mode status -f search-maintenance --json | jq -r '.held[].user'
  $ maintenance-mode status --all --watch
${environmentVariables}
${describeExitCodes(['failed', 'usage'])}`;

/** The command `status`: who is in maintenance, by which run, since when, until when, and why. */
export function createStatusCommand(terminal: Terminal): Command {
  const command = addSwitchOptions(new Command('status'));
  return command
    .description('show who is in maintenance, by which run, since when, until when, and why')
    .usage('-f FLAG | --all [options]')
    .option('-u, --user <key>', 'only this user', parseUser)
    .option('--all', 'every flag that has users in maintenance, or announced maintenance')
    .option('--matching <text>', 'with --all: only flags whose key or name contains this')
    .option('--watch', 'keep running, and show changes')
    .option('--interval <seconds>', 'with --watch: how often to ask the service', parseInterval, 5)
    .option('--json', 'one line of JSON, for machines')
    .addHelpText('after', help)
    .action((options: StatusOptions) => status(options, command, terminal));
}

function parseInterval(text: string): number {
  return Math.max(parseSeconds(text), 1);
}

async function status(options: StatusOptions, command: Command, terminal: Terminal): Promise<void> {
  const { all = false, json = false, watch = false, user } = options;
  if (all && options.flag) command.error("error: option '--all' cannot be used with '--flag <key>'");
  if (all && options.variation !== undefined)
    command.error("error: option '--variation <name>' belongs to one flag. Leave it out with '--all'");
  const interrupted = watch ? terminal.interruption() : undefined;
  const { flagSwitch } = await openSwitch(options, command, terminal, interrupted);
  if (all && !flagSwitch.list) {
    terminal.warn('maintenance-mode: This switch cannot list its flags. Choose one with -f.');
    return terminal.exitWith(exitCodes.failed);
  }
  async function openFlag(flag: string): Promise<FlagSwitch> {
    // The warnings were already printed for the list.
    const silent = { ...terminal, warn: () => {} };
    return (await openSwitch({ ...options, all: false, flag }, command, silent, interrupted)).flagSwitch;
  }
  const survey = createSurvey({
    switchOf: async (flag) => (all ? await openFlag(flag) : flagSwitch),
    user,
    withIgnored: !all,
    onProblem: (error) =>
      terminal.warn(`maintenance-mode: Since when, by whom and why could not be read: ${messageOf(error)}`),
  });
  const read = async (): Promise<HeldByFlag[]> => {
    const states = all ? await listFlags(flagSwitch, options.matching) : [await flagSwitch.read()];
    const flags = await survey.explain(states);
    return all ? flags.filter(({ held }) => held.length) : flags;
  };
  const describe = (flags: readonly HeldByFlag[]): string[] =>
    all ? describeAll(flags, options) : flags.flatMap((flag) => describeFlag(flag, flagSwitch, user));

  if (interrupted) {
    const reporter =
      !json && terminal.screen && terminal.stdoutIsScreen
        ? createScreenReporter(terminal.screen, { describe, now: Date.now })
        : createChangeReporter(terminal, { json, now: Date.now });
    await watchFlags({
      read,
      reporter,
      intervalMs: options.interval * 1000,
      interrupted,
      flushed: terminal.flushed,
      isRead: terminal.isRead,
      sleep,
    });
    return terminal.exitWith(interrupted.aborted ? codeOfSignal(interrupted.reason) : 0);
  }
  const flags = await read();
  if (json) {
    const [first] = flags;
    return terminal.print(JSON.stringify(all ? { flags: flags.map(toJson) } : first && toJson(first)));
  }
  for (const line of describe(flags)) {
    for (const part of wrapToTerminal(escapeText(line), terminal.columns)) terminal.print(part);
  }
}

/** The flags of the service, by their keys. */
async function listFlags(
  flagSwitch: FlagSwitch,
  matching: string | undefined,
): Promise<Awaited<ReturnType<FlagSwitch['read']>>[]> {
  const states = (await flagSwitch.list?.(matching)) ?? [];
  return states.toSorted((a, b) => (a.flag < b.flag ? -1 : 1));
}

function toJson({ state, held }: HeldByFlag): object {
  const { flag, details, reachesBrowsers } = state;
  return { flag, ...details, reachesBrowsers, held };
}

function describeAll(
  flags: readonly HeldByFlag[],
  { user, matching, switch: ownSwitch }: StatusOptions,
): string[] {
  if (!flags.length) {
    const whom = user === undefined ? 'Nobody is' : `${JSON.stringify(user)} is not`;
    const text = matching ?? (ownSwitch === undefined ? 'maintenance' : undefined);
    const which = text === undefined ? '' : ` whose key or name contains ${JSON.stringify(text)}`;
    return [`${whom} in maintenance by any flag${which}, and none is announced.`];
  }
  return flags.flatMap(({ state, held }) => {
    const warning = warnOfMissingBrowsers(state);
    return [
      state.flag,
      ...held.map((one) => `  ${describeHeld(one)}`),
      ...(warning === undefined ? [] : [`  ${warning}`]),
    ];
  });
}

function describeFlag(
  { state, held }: HeldByFlag,
  flagSwitch: FlagSwitch,
  user: string | undefined,
): string[] {
  const warning = warnOfMissingBrowsers(state);
  const whom = user === undefined ? 'Nobody is' : `${JSON.stringify(user)} is not`;
  return [
    ...(state.remarks ?? []),
    ...(flagSwitch.history
      ? []
      : ['This switch keeps no audit trail, so it is not known since when, by whom and why.']),
    ...(warning === undefined ? [] : [warning]),
    ...(held.length ? held.map(describeHeld) : [`${whom} in maintenance.`]),
  ];
}
