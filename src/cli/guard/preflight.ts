import type { FlagChange, FlagState } from '../FlagSwitch.js';

interface OnTarget {
  /** One user, or everybody. */
  readonly user?: string | undefined;
  /** Whether it may be on already. */
  readonly takeOver: boolean;
}

interface OffTarget {
  readonly user?: string | undefined;
  /** Whether users who are held one by one may be let in together with everyone. */
  readonly releaseHeld: boolean;
}

/** Why maintenance must not be turned on, by whatever command; `undefined` when it may. */
export function refuseOn(state: FlagState, { user, takeOver }: OnTarget): string | undefined {
  const flag = `Flag "${state.flag}"`;
  if (state.archived) return `${flag} is archived.`;
  if (user === undefined) {
    if (state.on && state.fallthrough === 'none') {
      return (
        `${flag} is a flag for single users: it is on, and serves no maintenance by default. Name a user with -u, or use another ` +
        'flag for everyone: one that is off, and whose default rule serves maintenance.'
      );
    }
    if (state.fallthrough !== 'maintenance') {
      return `${flag} does not serve maintenance to everyone when it is on: set its default rule to that variation.`;
    }
    if (state.offServes === 'maintenance')
      return `${flag} serves maintenance also while it is off: set its off variation to another one.`;
    if (state.on && !takeOver)
      return `${flag} is on already: somebody else turned it on. Use --take-over to turn it off in the end all the same.`;
    if (state.on && state.held.size > 0) {
      return `${flag} is on, and ${listOf([...state.held])} held in maintenance one by one besides: turning it off in the end would let them in. End that first, with: maintenance-mode off -u.`;
    }
    return undefined;
  }
  if (!state.on)
    return `${flag} is off, so that the service ignores individual targets: turn it on, with a default rule that serves no maintenance.`;
  if (state.fallthrough === 'maintenance')
    return `${flag} serves maintenance by default: one user's turn would change nothing.`;
  if (state.fallthrough === 'rollout')
    return `${flag} serves maintenance to a share of users by default: set its default rule to one variation without maintenance.`;
  if (state.ambiguity !== undefined) return state.ambiguity;
  if (state.exempt.has(user))
    return `${flag} is set for ${JSON.stringify(user)} to another variation: this user is exempt.`;
  if (state.held.has(user) && !takeOver) {
    return `${JSON.stringify(user)} is in maintenance already: somebody else turned it on, and "maintenance-mode status" says who. Use --take-over to turn it off in the end all the same.`;
  }
  return undefined;
}

/** What ends maintenance by hand, or why it must not be done. Nothing is to be changed where there is neither. */
export function planOff(
  state: FlagState,
  { user, releaseHeld }: OffTarget,
): { readonly change?: Omit<FlagChange, 'comment'>; readonly refusal?: string } {
  const flag = `Flag "${state.flag}"`;
  const servesEveryone = state.on && state.fallthrough !== 'none';
  if (state.offServes === 'maintenance' && (!state.on || (user === undefined && servesEveryone))) {
    return {
      refusal: `${flag} serves maintenance ${state.on ? 'also ' : ''}while it is off: set its off variation to another one.`,
    };
  }
  if (user !== undefined) {
    if (state.on && state.fallthrough === 'maintenance') {
      return {
        refusal: `${flag} serves maintenance to everyone by default: to end it for one user would change nothing. Leave out -u to end it for everyone.`,
      };
    }
    return { change: { release: [user] } };
  }
  // Turning a flag off that is used for single users would let in those who are held, and break the next -u.
  const off = servesEveryone ? { on: false } : undefined;
  const held = state.on ? [...state.held] : [];
  if (!held.length) return off ? { change: off } : {};
  if (releaseHeld) return { change: { ...off, release: held } };
  return {
    refusal: `${held.length === 1 ? 'One user is' : `${held.length} users are`} held in maintenance one by one, as by a job that failed: ${listOf(held)}. End it for each with -u, or let all of them in with --release-held.`,
  };
}

/** What speaks for maintenance that not everybody sees, though the service serves it. */
export function warnOfSurface({ flag, reachesBrowsers }: FlagState): string | undefined {
  if (reachesBrowsers !== false) return undefined;
  return (
    `Flag "${flag}" is not served to browsers: open pages stay as they are, and only servers know of maintenance. ` +
    'To change that, make the flag available to client-side SDKs that use a client-side ID ("usingEnvironmentId").'
  );
}

// The rest is in what status tells.
const mostNames = 20;

function listOf(users: readonly string[]): string {
  const names = users.slice(0, mostNames).map((user) => JSON.stringify(user));
  const more = users.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more, see: maintenance-mode status` : ''}`;
}
