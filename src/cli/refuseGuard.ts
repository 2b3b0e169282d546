import type { FlagState } from './FlagSwitch.js';
import type { GuardPlan } from './GuardPlan.js';

/** Why the guard must not begin; `undefined` when it may. */
export function refuseGuard(
  state: FlagState,
  { user, takeOver }: Pick<GuardPlan, 'user' | 'takeOver'>,
): string | undefined {
  const flag = `Flag "${state.flag}"`;
  if (state.archived) return `${flag} is archived.`;
  if (user === undefined) {
    if (state.fallthrough !== 'maintenance') {
      return `${flag} does not serve maintenance to everyone when it is on: set its default rule to that variation.`;
    }
    if (state.offServes === 'maintenance')
      return `${flag} serves maintenance also while it is off: set its off variation to another one.`;
    if (state.on && !takeOver)
      return `${flag} is on already: somebody else turned it on. Use --take-over to turn it off in the end all the same.`;
    return undefined;
  }
  if (!state.on)
    return `${flag} is off, so that the service ignores individual targets: turn it on, with a default rule that serves no maintenance.`;
  if (state.fallthrough === 'maintenance')
    return `${flag} serves maintenance by default: one user's turn would change nothing.`;
  if (state.fallthrough === 'rollout')
    return `${flag} serves maintenance to a share of users by default: set its default rule to one variation without maintenance.`;
  if (state.exempt.has(user))
    return `${flag} is set for "${user}" to another variation: this user is exempt.`;
  if (state.held.has(user) && !takeOver) {
    return `"${user}" is in maintenance already: somebody else turned it on, and "maintenance-mode status" says who. Use --take-over to turn it off in the end all the same.`;
  }
  return undefined;
}
