import { interpretFlag } from '../core/interpretFlag.js';
import type { FlagSwitch, SwitchState, FlagChange } from '../switch/FlagSwitch.js';
import { listUsers } from './text.js';

/** Tells whether a flag value means no maintenance, one that is announced and has not begun, or one that has begun. */
export function phaseOf(value: unknown, now: number = Date.now()): 'none' | 'scheduled' | 'active' {
  const window = interpretFlag(value, { flag: '' });
  if (!window) return 'none';
  return window.startsAt !== undefined && window.startsAt > now ? 'scheduled' : 'active';
}

/** The value that is stored for one user, or for everyone. */
export function valueFor({ everyone, users }: SwitchState, user: string | undefined): unknown {
  return user === undefined ? everyone : users.get(user);
}

/**
 * Whether the service serves maintenance to a user, or to everyone, now. When the service cannot be asked, the stored flag counts.
 *
 * @throws SwitchError
 */
export async function servesMaintenance(flagSwitch: FlagSwitch, user: string | undefined): Promise<boolean> {
  if (flagSwitch.serves) return await flagSwitch.serves(user);
  const state = await flagSwitch.read();
  return phaseOf(state.everyone) === 'active' || phaseOf(valueFor(state, user)) === 'active';
}

type PlannedChange = Omit<FlagChange, 'comment'>;

interface OnTarget {
  /** One user; everybody when absent. */
  readonly user?: string | undefined;
  /** Whether maintenance may already be on. */
  readonly takeOver: boolean;
  /** The value to set, if any. */
  readonly value?: unknown;
}

interface OffTarget {
  readonly user?: string | undefined;
  /** Whether ending maintenance for everyone may also let in users who are held one by one. */
  readonly releaseHeld: boolean;
}

/** Why no command may turn maintenance on; `undefined` if it may. */
export function refuseOn(
  { can }: Pick<FlagSwitch, 'can'>,
  state: SwitchState,
  { user, takeOver, value }: OnTarget,
): string | undefined {
  const flag = `Flag "${state.flag}"`;
  const incapable = refuseIncapable(can, user, value);
  if (incapable !== undefined) return incapable;
  const refusal = state.refusal?.({
    ...(user === undefined ? { everyone: true } : { hold: [user] }),
    ...(value !== undefined && { value }),
  });
  if (refusal !== undefined) return refusal;
  const isEveryone = phaseOf(state.everyone) === 'active';
  if (user === undefined) {
    if (isEveryone && !takeOver)
      return `${flag} is already on: somebody else turned it on. Use --take-over to turn it off at the end anyway.`;
    return isEveryone ? state.refusal?.({ everyone: false }) : undefined;
  }
  if (isEveryone)
    return `${flag} has everyone in maintenance, so a change for one user would have no effect.`;
  if (phaseOf(state.users.get(user)) === 'active' && !takeOver) {
    return `${JSON.stringify(user)} is already in maintenance: somebody else turned it on, and "maintenance-mode status" says who. Use --take-over to turn it off at the end anyway.`;
  }
  return undefined;
}

function refuseIncapable(
  can: FlagSwitch['can'],
  user: string | undefined,
  value: unknown,
): string | undefined {
  if (user === undefined && !can.everyone)
    return 'This switch cannot put everyone into maintenance. Choose a user with -u.';
  if (user !== undefined && !can.users)
    return 'This switch cannot put single users into maintenance. Leave out -u for everyone.';
  if (value !== undefined && can.values === 'none')
    return 'This switch only turns maintenance on and off. It cannot set a notice, mode or end time. Leave those options out.';
  return undefined;
}

/** The change that ends maintenance by hand, or why it must not be made. When both are missing, there is nothing to change. */
export function planOff(
  { can }: Pick<FlagSwitch, 'can'>,
  state: SwitchState,
  { user, releaseHeld }: OffTarget,
): { readonly change?: PlannedChange; readonly refusal?: string } {
  const incapable = refuseIncapable(can, user, undefined);
  if (incapable !== undefined) return { refusal: incapable };
  if (user !== undefined) return checked({ release: [user] });
  // Turning off a flag that is used per user would let in users who are held, and the next -u would fail.
  const off = phaseOf(state.everyone) === 'none' ? undefined : { everyone: false };
  const held = state.ignoresUsers ? [] : [...state.users.keys()];
  if (!held.length) return off ? checked(off) : {};
  if (releaseHeld) return checked({ ...off, release: held });
  return {
    refusal: `${held.length === 1 ? 'One user is' : `${held.length} users are`} held in maintenance one by one, for example after a job that failed: ${listUsers(held)}. End it for each with -u, or let all of them in with --release-held.`,
  };

  function checked(change: PlannedChange): { readonly change?: PlannedChange; readonly refusal?: string } {
    const refusal = state.refusal?.(change);
    return refusal === undefined ? { change } : { refusal };
  }
}

/** Warnings: reasons why people may not see a maintenance although the service serves it. */
export function warnOfMissingBrowsers({ flag, reachesBrowsers }: SwitchState): string | undefined {
  if (reachesBrowsers !== false) return undefined;
  return (
    `Flag "${flag}" is not served to browsers. Open pages do not change, and only servers know of maintenance. ` +
    'To change that, make the flag available to client-side SDKs that use a client-side ID ("usingEnvironmentId").'
  );
}
