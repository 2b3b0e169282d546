import { vi } from 'vitest';

import { toSwitchState, type LaunchDarklyDetails } from '../../src/cli/switches/createLaunchDarklySwitch.js';
import { SwitchError, type FlagSwitch } from '../../src/switch/FlagSwitch.js';
import type { GuardCollaborators, GuardPlan } from '../../src/cli/runGuard.js';

/** A flag for users, on, that serves no maintenance by default. */
export const userFlag: LaunchDarklyDetails = {
  flag: 'search',
  on: true,
  archived: false,
  fallthrough: 'none',
  offServes: 'none',
  hasRules: false,
  held: new Set(),
  exempt: new Set(),
};

/** A kill switch, off. */
export const siteFlag: LaunchDarklyDetails = {
  ...userFlag,
  flag: 'site',
  on: false,
  fallthrough: 'maintenance',
};

export const plan: GuardPlan = {
  flag: 'search',
  user: 'bob',
  command: ['job', '--user'],
  settleMs: 0,
  proofMs: 1000,
  offOn: new Set([75]),
  takeOver: false,
  streams: {},
  comment: 'why',
  byHand: 'maintenance-mode off -f search -u bob',
};

export const unreachable = new SwitchError('unreachable', 'No answer.', { mayBeDone: true });
export const unauthorized = new SwitchError('unauthorized', 'Wrong token.');

/** A switch in memory, whose functions can be made to fail. */
export function fakeSwitch(
  start: LaunchDarklyDetails = userFlag,
): FlagSwitch & Required<Pick<FlagSwitch, 'serves'>> & { state: () => LaunchDarklyDetails } {
  let state = start;
  return {
    state: () => state,
    service: 'https://flags.example',
    can: { everyone: true, users: true, values: 'shared' },
    read: vi.fn(async () => toSwitchState(state)),
    change: vi.fn(async ({ everyone = state.on, hold = [], release = [] }) => {
      state = {
        ...state,
        on: everyone,
        held: new Set([...state.held, ...hold].filter((key) => !release.includes(key))),
      };
      return toSwitchState(state);
    }),
    serves: vi.fn(
      async (user) =>
        state.on && (state.fallthrough === 'maintenance' || (user !== undefined && state.held.has(user))),
    ),
    history: async () => [],
  };
}

/** All that a guard works with; time passes only while it sleeps. */
export function fakeCollaborators(flagSwitch: FlagSwitch) {
  const said: string[] = [];
  const steps: string[] = [];
  const interruption = new AbortController();
  let time = 0;
  const runChild = vi.fn<GuardCollaborators['runChild']>(async () => ({ code: 0 }));
  const collaborators: GuardCollaborators = {
    flagSwitch,
    runChild,
    say: (line) => said.push(line),
    note: () => {},
    sleep: async (ms) => void (time += ms),
    now: () => time,
    interrupted: interruption.signal,
    record: async (step) => void steps.push(step),
  };
  return { collaborators, runChild, said, steps, interruption };
}
