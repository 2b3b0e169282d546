import { Command } from 'commander';
import type { FlagSwitch, AuditEntry, SwitchState } from '../../switch/FlagSwitch.js';
import type { Terminal } from '../Terminal.js';
import { describeExitCodes, exitCodes } from '../exitCodes.js';
import { warnOfMissingBrowsers, phaseOf } from '../switchState.js';
import { codeOfSignal } from '../runChild.js';
import {
  parseSeconds,
  type SwitchOptions,
  addSwitchOptions,
  environmentVariables,
  parseUser,
  openSwitch,
  formatIsoTime,
} from '../options.js';
import { escapeText, messageOf, wrapToTerminal } from '../text.js';
import { sleep, type Sleep, sleepUnlessAborted, untilAborted } from '../untilAborted.js';
import { interpretFlag } from '../../core/interpretFlag.js';
import { parseAuditComment } from '../auditComment.js';

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
        ? await createScreenReporter(terminal.screen, { describe, now: Date.now })
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

/** One user, or everyone, who is in maintenance or has one announced. */
interface Held {
  /** `null` for everyone. */
  readonly user: string | null;
  readonly phase: 'active' | 'scheduled';
  /** The times in the value of the flag, ISO 8601. */
  readonly startsAt?: string;
  readonly endsAt?: string;
  /** ISO 8601; absent if the audit trail has no such change. */
  readonly since?: string;
  /** The command and its run. */
  readonly by?: string;
  readonly reason?: string;
}

/** Who is in maintenance by one flag. */
export interface HeldByFlag {
  readonly state: SwitchState;
  readonly held: readonly Held[];
}

interface SurveyOptions {
  /** The switch of a flag, for its audit trail. */
  readonly switchOf: (flag: string) => Promise<Pick<FlagSwitch, 'history'>>;
  /** Only this user, and everyone. */
  readonly user?: string | undefined;
  /** Whether to name users whom the service ignores while the flag is off. */
  readonly withIgnored: boolean;
  /** Called when the audit trail cannot be read. */
  readonly onProblem: (error: unknown) => void;
}

// The service gives 20 changes in one answer. Beyond this, what is older stays unknown.
const mostPages = 20;

/**
 * Tells who is in maintenance by the given flags, and since when. It remembers what it found in the audit trail as long as the user is in maintenance, so
 * that `--watch` needs an extra request only for a change.
 */
export function createSurvey({ switchOf, user, withIgnored, onProblem }: SurveyOptions): {
  explain: (states: readonly SwitchState[]) => Promise<HeldByFlag[]>;
} {
  let known = new Map<string, Held>();
  let isForbidden = false;

  async function explain(states: readonly SwitchState[]): Promise<HeldByFlag[]> {
    const next = new Map<string, Held>();
    const surveyed: HeldByFlag[] = [];
    let pages = mostPages;
    for (const state of states) {
      const found = heldBy(state, user, withIgnored);
      const missing = found.filter((one) => !known.has(keyOfHeld(state, one)));
      if (missing.length && pages > 0) {
        pages -= await ask(state, missing, pages);
        // Do not ask again for what the trail does not have.
        for (const one of missing)
          known.set(keyOfHeld(state, one), { ...one, ...known.get(keyOfHeld(state, one)) });
      }
      const held = found.map((one) => ({ ...known.get(keyOfHeld(state, one)), ...one }));
      for (const one of held) if (known.has(keyOfHeld(state, one))) next.set(keyOfHeld(state, one), one);
      surveyed.push({ state, held });
    }
    known = next;
    return surveyed;
  }

  /** Reads the audit trail backwards until it has found all of them. Returns the number of pages that it read. */
  async function ask(state: SwitchState, found: readonly Held[], most: number): Promise<number> {
    const missing = new Set(found.map(({ user }) => user));
    if (isForbidden) return 0;
    let pages = 0;
    try {
      const flagSwitch = await switchOf(state.flag);
      let before: number | undefined;
      while (flagSwitch.history && missing.size && pages < most) {
        pages += 1;
        const entries = await flagSwitch.history(before);
        for (const entry of entries) note(state, entry, missing);
        const oldest = entries.at(-1)?.date;
        if (oldest === undefined || oldest === before) break;
        before = oldest;
      }
    } catch (error) {
      // A token may be allowed to read the flag but not the audit trail. Who is in maintenance matters more.
      isForbidden = true;
      onProblem(error);
    }
    return pages;
  }

  function note(state: SwitchState, entry: AuditEntry, missing: Set<string | null>): void {
    const mark = parseAuditComment(entry.comment);
    for (const user of mark ? (mark.users ?? [null]) : []) {
      if (!missing.delete(user)) continue;
      const about: Held = {
        user,
        phase: 'active',
        since: new Date(entry.date).toISOString(),
        by: [mark?.by, entry.by].filter(Boolean).join(', '),
        ...(mark?.reason && { reason: mark.reason }),
      };
      known.set(keyOfHeld(state, about), about);
    }
  }

  return { explain };
}

function keyOfHeld({ flag }: SwitchState, { user }: Held): string {
  return JSON.stringify([flag, user]);
}

function heldBy(
  { everyone, users, ignoresUsers = false }: SwitchState,
  only: string | undefined,
  withIgnored: boolean,
): Held[] {
  const named = ignoresUsers && !withIgnored ? [] : [...users];
  const wanted = named.filter(([key]) => only === undefined || key === only);
  return [[null, everyone] as const, ...wanted].flatMap(([user, value]): Held[] => {
    const phase = phaseOf(value);
    if (phase === 'none') return [];
    const { startsAt, endsAt } = interpretFlag(value, { flag: '' }) ?? {};
    const times = {
      ...(startsAt !== undefined && { startsAt: formatIsoTime(startsAt) }),
      ...(endsAt !== undefined && { endsAt: formatIsoTime(endsAt) }),
    };
    return [{ user, phase, ...times }];
  });
}

/** Such as `"bob", announced from … until …, since …, by on, bob@example.com: Ticket 4711`. */
function describeHeld({ user, phase, startsAt, endsAt, since, by, reason }: Held): string {
  const from = phase === 'scheduled' && startsAt !== undefined ? `announced from ${startsAt}` : '';
  const isOverdue = endsAt !== undefined && Date.parse(endsAt) < Date.now();
  const until = endsAt === undefined ? '' : `until ${endsAt}${isOverdue ? ' (overdue)' : ''}`;
  const times = [from, until].filter(Boolean).join(' ');
  const parts = [
    user === null ? 'Everyone' : JSON.stringify(user),
    times,
    since && `since ${since}`,
    by && `by ${by}`,
  ];
  return `${parts.filter(Boolean).join(', ')}${reason ? `: ${reason}` : ''}`;
}

/** Shows the flags of `status --watch`. */
interface WatchReporter {
  readonly show: (flags: readonly HeldByFlag[]) => void;
  /** Called when the service could not be read, so that what is shown may be out of date. */
  readonly problem: (message: string) => void;
  /** Leaves the last state on the screen. */
  readonly end: () => void;
}

interface WatchOptions {
  readonly read: () => Promise<readonly HeldByFlag[]>;
  readonly reporter: WatchReporter;
  readonly intervalMs: number;
  readonly interrupted: AbortSignal;
  readonly flushed: () => Promise<void>;
  readonly isRead: () => boolean;
  readonly sleep: Sleep;
}

const longestPauseMs = 60_000;

/** Reads the flags repeatedly until it is interrupted or its reader is gone. While the service does not answer, it waits longer and longer. */
export async function watchFlags({ read, reporter, intervalMs, ...options }: WatchOptions): Promise<void> {
  const { interrupted, flushed, isRead, sleep } = options;
  let pauseMs = intervalMs;
  while (!interrupted.aborted && isRead()) {
    try {
      const flags = await untilAborted(read(), interrupted);
      if (!flags) break;
      reporter.show(flags);
      pauseMs = intervalMs;
    } catch (error) {
      reporter.problem(messageOf(error));
      pauseMs = Math.max(intervalMs, Math.min(pauseMs * 2, longestPauseMs));
    }
    await untilAborted(flushed(), interrupted);
    await sleepUnlessAborted(pauseMs, { sleep, interrupted });
  }
  reporter.end();
}

/** Prints one line for each user in maintenance, and then one line for each change. */
function createChangeReporter(
  { print, warn }: Pick<Terminal, 'print' | 'warn'>,
  { json, now }: { readonly json: boolean; readonly now: () => number },
): WatchReporter {
  let before = new Map<string, { readonly flag: string; readonly held: Held; readonly text: string }>();
  const emit = (flag: string, held: Held, text: string | undefined): void => {
    const at = new Date(now()).toISOString();
    const event =
      text === undefined ? { event: 'released', flag, user: held.user } : { event: 'held', flag, ...held };
    const words =
      text ?? `${held.user === null ? 'Everyone' : JSON.stringify(held.user)} is no longer in maintenance`;
    print(json ? JSON.stringify({ ...event, at }) : `${at} ${flag}: ${words}`);
  };
  return {
    show(flags) {
      const next: typeof before = new Map();
      for (const { state, held } of flags) {
        for (const one of held) {
          const key = JSON.stringify([state.flag, one.user]);
          const text = describeHeld(one);
          next.set(key, { flag: state.flag, held: one, text });
          if (before.get(key)?.text !== text) emit(state.flag, one, text);
        }
      }
      for (const [key, { flag, held }] of before) if (!next.has(key)) emit(flag, held, undefined);
      before = next;
    },
    problem: (message) => warn(`maintenance-mode: ${message}`),
    end() {},
  };
}

/** Redraws the whole state on a terminal, as far as it fits. */
async function createScreenReporter(
  screen: NodeJS.WriteStream,
  {
    describe,
    now,
  }: { readonly describe: (flags: readonly HeldByFlag[]) => readonly string[]; readonly now: () => number },
): Promise<WatchReporter> {
  // Only where it draws: loading it takes as long as all of our own modules.
  const { createLogUpdate } = await import('log-update');
  const log = createLogUpdate(screen, { showCursor: true });
  let lines: readonly string[] = [];
  let problem: string | undefined;
  const draw = (): void => {
    const columns = screen.columns || 80;
    const head = problem === undefined ? 'As of' : `Out of date: ${problem} Last asked at`;
    const all = [`${head} ${new Date(now()).toISOString().slice(0, 19)}Z. To end: Ctrl+C.`, ...lines].flatMap(
      (line) => wrapToTerminal(escapeText(line), columns - 1),
    );
    const most = Math.max((screen.rows || 24) - 2, 1);
    const more = all.length - most;
    log((more > 0 ? [...all.slice(0, most - 1), `… ${more + 1} more lines`] : all).join('\n'));
  };
  return {
    show(flags) {
      problem = undefined;
      lines = describe(flags);
      draw();
    },
    problem(message) {
      problem = message;
      draw();
    },
    end: () => log.done(),
  };
}
