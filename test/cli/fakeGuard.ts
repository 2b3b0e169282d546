import { vi } from 'vitest';

import { SwitchError, type FlagState, type FlagSwitch } from '../../src/cli/FlagSwitch.js';
import type { GuardCollaborators, GuardPlan } from '../../src/cli/guard/GuardPlan.js';

/** A flag for users, on, that serves no maintenance by default. */
export const userFlag: FlagState = {
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
export const siteFlag: FlagState = { ...userFlag, flag: 'site', on: false, fallthrough: 'maintenance' };

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
export function fakeSwitch(start: FlagState = userFlag): FlagSwitch & { state: () => FlagState } {
  let state = start;
  return {
    state: () => state,
    read: vi.fn(async () => state),
    change: vi.fn(async ({ on = state.on, hold = [], release = [] }) => {
      state = {
        ...state,
        on,
        held: new Set([...state.held, ...hold].filter((key) => !release.includes(key))),
      };
      return state;
    }),
    serves: vi.fn(async (key) => state.on && (state.fallthrough === 'maintenance' || state.held.has(key))),
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
