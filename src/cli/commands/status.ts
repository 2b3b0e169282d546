import { Command } from 'commander';
import { interpretFlag } from '../../core/interpretFlag.js';
import { formatInstant } from '../noticeOptions.js';
import type { AuditEntry, FlagSwitch, SwitchState } from '../../switch/FlagSwitch.js';
import { phaseOf } from '../phaseOf.js';
import type { Terminal } from '../Terminal.js';
import { describeExitCodes } from '../exitCodes.js';
import { warnOfSurface } from '../guard/preflight.js';
import {
  type SwitchOptions,
  addSwitchOptions,
  environmentVariables,
  parseUser,
  openSwitch,
} from '../switchOptions.js';
import { parseAuditComment } from '../switches/auditComment.js';
import { messageOf } from '../text.js';

interface StatusOptions extends SwitchOptions {
  readonly json?: boolean;
}

/** One user in maintenance, or everyone. */
interface Held {
  /** `null` for everyone. */
  readonly user: string | null;
  /** ISO 8601; absent when the audit trail does not go back so far. */
  readonly since?: string;
  /** The command and its run. */
  readonly by?: string;
  readonly reason?: string;
}

const help = `
Who did it, since when and why comes from the audit trail of the service. A target that was set by other means has none of it.

Examples:
  $ maintenance-mode status -f search-maintenance
  $ maintenance-mode status -f search-maintenance --json | jq -r '.held[].user'
${environmentVariables}
${describeExitCodes(['failed', 'usage'])}`;

// The service gives 20 changes in one answer. Beyond this, what is older stays unknown.
const mostPages = 20;

/** The command `status`: who is held, by which run, since when, and why. */
export function createStatusCommand(terminal: Terminal): Command {
  const command = addSwitchOptions(new Command('status'));
  return command
    .description('show who is in maintenance, by which run, since when, and why')
    .option('-u, --user <key>', 'only this user', parseUser)
    .option('--json', 'one line of JSON, for machines')
    .addHelpText('after', help)
    .action((options: StatusOptions) => status(options, command, terminal));
}

async function status(options: StatusOptions, command: Command, terminal: Terminal): Promise<void> {
  const { flagSwitch } = await openSwitch(options, command, terminal);
  const state = await flagSwitch.read();
  const users = [...state.users.keys()].filter((user) => options.user === undefined || user === options.user);
  const everyone = phaseOf(state.everyone) === 'none' ? [] : [null];
  const found = [...everyone, ...users];
  const held = await explain(found, flagSwitch).catch((error: unknown) => {
    // A token may be allowed to read the flag and not the trail. Who is held is what counts.
    terminal.warn(`maintenance-mode: Since when, by whom and why could not be read: ${messageOf(error)}`);
    return found.map((user): Held => ({ user }));
  });
  if (options.json) {
    const { flag, details, reachesBrowsers } = state;
    terminal.print(JSON.stringify({ flag, ...details, reachesBrowsers, held }));
    return;
  }
  for (const remark of state.remarks ?? []) terminal.print(remark);
  if (!flagSwitch.history) {
    terminal.print('This switch keeps no audit trail: since when, by whom and why is not known.');
  }
  const warning = warnOfSurface(state);
  if (warning !== undefined) terminal.print(warning);
  if (!held.length) {
    const whom = options.user === undefined ? 'Nobody is' : `${JSON.stringify(options.user)} is not`;
    terminal.print(`${whom} in maintenance.`);
  }
  for (const { user, since, by, reason } of held) {
    const whom = user === null ? 'Everyone' : JSON.stringify(user);
    terminal.print(
      `${whom}${describeTimes(user, state)}${since ? `, since ${since}` : ''}${by ? `, by ${by}` : ''}${reason ? `: ${reason}` : ''}`,
    );
  }
}

/** Whether the maintenance has begun, and its promised end. */
function describeTimes(user: string | null, { everyone, users }: SwitchState): string {
  const value = user === null ? everyone : users.get(user);
  const { startsAt, endsAt } = interpretFlag(value, { flag: '' }) ?? {};
  const from =
    phaseOf(value) === 'announced' && startsAt !== undefined ? ` from ${formatInstant(startsAt)}` : '';
  const until = endsAt === undefined ? '' : ` until ${formatInstant(endsAt)}`;
  return from ? `, announced${from}${until}` : until && `,${until}`;
}

/** Goes back in the audit trail until each of them was found, or it ends. */
async function explain(users: readonly (string | null)[], flagSwitch: FlagSwitch): Promise<Held[]> {
  const found = new Map<string | null, AuditEntry>();
  let before: number | undefined;
  for (let page = 0; page < mostPages && users.some((user) => !found.has(user)); page += 1) {
    const entries = (await flagSwitch.history?.(before)) ?? [];
    for (const entry of entries) {
      const mark = parseAuditComment(entry.comment);
      for (const user of mark ? (mark.users ?? [null]) : []) if (!found.has(user)) found.set(user, entry);
    }
    const oldest = entries.at(-1)?.date;
    if (oldest === undefined || oldest === before) break;
    before = oldest;
  }
  return users.map((user) => {
    const entry = found.get(user);
    if (!entry) return { user };
    const mark = parseAuditComment(entry.comment);
    return {
      user,
      since: new Date(entry.date).toISOString(),
      by: [mark?.by, entry.by].filter(Boolean).join(', '),
      ...(mark?.reason && { reason: mark.reason }),
    };
  });
}
