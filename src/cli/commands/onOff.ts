import { Command } from 'commander';
import type { FlagSwitch, SwitchState } from '../../switch/FlagSwitch.js';
import type { Terminal } from '../Terminal.js';
import { describeExitCodes, exitCodes } from '../exitCodes.js';
import { type Lease, type Leases, createLeases } from '../locks.js';
import { planOff, refuseOn, warnOfMissingBrowsers, servesMaintenance } from '../switchState.js';
import {
  type SwitchOptions,
  addSwitchOptions,
  environmentVariables,
  parseNewUser,
  parseUser,
  openSwitch,
} from '../options.js';
import { formatAuditComment } from '../auditComment.js';
import { messageOf, operatorName } from '../text.js';

interface OnOffOptions extends SwitchOptions {
  readonly comment?: string;
  readonly releaseHeld?: boolean;
}

/** The command `on`: turns maintenance on by hand. */
export function createOnCommand(terminal: Terminal): Command {
  return createSwitchCommand('on', 'turn maintenance on, for everyone or for one user', terminal);
}

/** The command `off`: ends maintenance by hand, including maintenance that a guard left on. */
export function createOffCommand(terminal: Terminal): Command {
  return createSwitchCommand('off', 'turn maintenance off, for everyone or for one user', terminal);
}

function createSwitchCommand(name: 'on' | 'off', description: string, terminal: Terminal): Command {
  const command = new Command(name)
    .description(description)
    .option('-u, --user <key>', 'only this user', name === 'on' ? parseNewUser : parseUser)
    .option('--comment <text>', 'for the audit trail of the flag service')
    .addHelpText('after', helpOf(name));
  if (name === 'off') {
    command.option('--release-held', 'without -u: also let in users who are held one by one');
  }
  return addSwitchOptions(command).action((options: OnOffOptions) =>
    change(name, options, command, terminal),
  );
}

function helpOf(name: 'on' | 'off'): string {
  return `
The command checks the flag before it changes anything. At the end it asks the service what it serves. ${
    name === 'on'
      ? 'It runs no work. For that, see guard and each.'
      : `It also ends maintenance that a guard or another person turned on. Without -u it lists the users who are held one by one, for example
after a job that failed, and lets them in only with --release-held.`
  }

Examples:
  $ maintenance-mode ${name} -f search-maintenance -u bob --comment "Ticket 4711"
  $ maintenance-mode ${name} -f site-maintenance
${environmentVariables}
${describeExitCodes(['usage', name === 'on' ? 'notTurnedOn' : 'notTurnedOff'])}`;
}

async function change(
  name: 'on' | 'off',
  options: OnOffOptions,
  command: Command,
  terminal: Terminal,
): Promise<void> {
  const { user } = options;
  const { flagSwitch } = await openSwitch(options, command, terminal);
  const comment = formatAuditComment(options.comment ?? `by hand, by ${operatorName()}`, {
    by: name,
    users: user === undefined ? undefined : [user],
  });
  const on = name === 'on';
  try {
    const before = await flagSwitch.read();
    const { change, refusal } = on
      ? planOn(flagSwitch, before, user)
      : planOff(flagSwitch, before, { user, releaseHeld: options.releaseHeld ?? false });
    if (refusal !== undefined) throw new Error(`${refusal} Nothing was changed.`);
    const warning = on ? warnOfMissingBrowsers(before) : undefined;
    if (warning !== undefined) terminal.warn(`maintenance-mode: ${warning}`);
    const lease = await takeByHand(
      createLeases(flagSwitch, options.flag, terminal.env),
      name,
      user,
      terminal,
    );
    try {
      if (change) await flagSwitch.change({ ...change, comment });
    } finally {
      lease?.letGo();
    }
    // Check what the service serves now: rules, prerequisites or a flag that is off may override the change.
    const serves = await servesMaintenance(flagSwitch, user);
    const whom = user === undefined ? 'everyone' : JSON.stringify(user);
    if (serves !== on) {
      throw new Error(
        `${change ? 'The flag was changed' : 'There is nothing to change'}, but the service serves ${serves ? 'maintenance' : 'no maintenance'} to ${whom}. See: maintenance-mode status.`,
      );
    }
    terminal.print(`maintenance-mode: Maintenance is ${name} for ${whom}.`);
  } catch (error) {
    terminal.warn(`maintenance-mode: ${messageOf(error)}`);
    terminal.exitWith(on ? exitCodes.notTurnedOn : exitCodes.notTurnedOff);
  }
}

function planOn(
  flagSwitch: FlagSwitch,
  state: SwitchState,
  user: string | undefined,
): ReturnType<typeof planOff> {
  const refusal = refuseOn(flagSwitch, state, { user, takeOver: true });
  if (refusal !== undefined) return { refusal };
  return { change: user === undefined ? { everyone: true } : { hold: [user] } };
}

const endingPauseMs = 200;
const longestEndingMs = 60_000;

/** Keeps guards on this machine from interfering with a change by hand, and informs a guard that is at work. */
async function takeByHand(
  leases: Leases,
  name: 'on' | 'off',
  user: string | undefined,
  terminal: Terminal,
): Promise<Lease | undefined> {
  const warn = (text: string): void => terminal.warn(`maintenance-mode: ${text}`);
  const deadline = performance.now() + longestEndingMs;
  for (;;) {
    try {
      const held = name === 'on' ? leases.takeByHand(user) : leases.take(user);
      if (held === 'kept') {
        warn(
          'A guard is at work there. Maintenance will stay on after it, until somebody turns it off by hand.',
        );
        return undefined;
      }
      if (held !== 'ending') return held;
      if (performance.now() > deadline) {
        warn('A guard is turning maintenance off there, and has not ended yet. Check again with status.');
        return undefined;
      }
      await new Promise((resolve) => setTimeout(resolve, endingPauseMs));
    } catch (error) {
      // A change by hand may be urgent, so continue, and say what is not known.
      const what = name === 'on' ? ' It may turn maintenance off when it ends.' : '';
      warn(`A guard may be at work there: ${messageOf(error)}${what}`);
      return undefined;
    }
  }
}
