import { interpretFlag } from '../core/interpretFlag.js';
import type { FlagSwitch, SwitchState } from '../switch/FlagSwitch.js';

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
