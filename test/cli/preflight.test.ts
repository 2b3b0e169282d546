import { describe, expect, it } from 'vitest';

import { refuseOn } from '../../src/cli/switchState.js';
import { toSwitchState, type LaunchDarklyDetails } from '../../src/cli/switches/createLaunchDarklySwitch.js';
import { siteFlag, userFlag } from './fakeGuard.js';

function refuse(details: LaunchDarklyDetails, target: Parameters<typeof refuseOn>[2]): string | undefined {
  const can = { everyone: true, users: true, values: 'shared' } as const;
  return refuseOn({ can }, toSwitchState(details), target);
}

describe('for one user', () => {
  const bob = { user: 'bob', takeOver: false };

  it('accepts a flag that is on and serves no maintenance by default', () => {
    expect(refuse(userFlag, bob)).toBeUndefined();
  });

  it.each([
    ['off, so its targets would be ignored', { on: false }, /"search" is off.*ignores individual targets/],
    [
      'serving maintenance by default',
      { fallthrough: 'maintenance' as const },
      /serves maintenance by default/,
    ],
    ['serving a share of users', { fallthrough: 'rollout' as const }, /a share of users/],
    ['archived', { archived: true }, /archived/],
    ['set to another variation for the user', { exempt: new Set(['bob']) }, /"bob".*exempt/],
    ['already on for the user', { held: new Set(['bob']) }, /"bob" is already in maintenance.*--take-over/],
  ])('refuses a flag that is %s', (_what, change, reason) => {
    expect(refuse({ ...userFlag, ...change }, bob)).toMatch(reason);
  });

  it('accepts a flag that holds other users', () => {
    expect(refuse({ ...userFlag, held: new Set(['alice']) }, bob)).toBeUndefined();
  });

  it('takes over on request, but not for an exempt user', () => {
    const takeOver = { ...bob, takeOver: true };

    expect(refuse({ ...userFlag, held: new Set(['bob']) }, takeOver)).toBeUndefined();
    expect(refuse({ ...userFlag, exempt: new Set(['bob']) }, takeOver)).toMatch(/exempt/);
  });
});

describe('for everyone', () => {
  const all = { takeOver: false };

  it('accepts a kill switch that is off', () => {
    expect(refuse(siteFlag, all)).toBeUndefined();
  });

  it.each([
    ['serves nothing when on', { fallthrough: 'none' as const }, /does not serve maintenance to everyone/],
    ['serves a share when on', { fallthrough: 'rollout' as const }, /does not serve maintenance to everyone/],
    ['serves maintenance when off', { offServes: 'maintenance' as const }, /also while it is off/],
    ['is already on', { on: true }, /already on.*--take-over/],
  ])('refuses a flag that %s', (_what, change, reason) => {
    expect(refuse({ ...siteFlag, ...change }, all)).toMatch(reason);
  });

  it('takes over on request', () => {
    expect(refuse({ ...siteFlag, on: true }, { takeOver: true })).toBeUndefined();
  });
});
