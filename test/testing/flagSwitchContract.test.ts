import { flagSwitchContract } from 'react-maintenance-mode/testing';
import type { AuditEntry, FlagChange, FlagSwitch, SwitchState } from 'react-maintenance-mode/switch';
import { describe, expect, it } from 'vitest';

import { createLaunchDarklySwitch } from '../../src/cli/switches/createLaunchDarklySwitch.js';
import { startFlagServer } from '../flag-server/startFlagServer.js';

/** A switch of a table in memory that can do everything, with the fault of a test. */
function memorySwitch(spoil: (good: FlagSwitch) => Partial<FlagSwitch> = () => ({})): FlagSwitch {
  const users = new Map<string, unknown>();
  const trail: AuditEntry[] = [];
  let everyone: unknown = false;
  const state = (): SwitchState => ({ flag: 'search', everyone, users: new Map(users) });
  const good: FlagSwitch = {
    service: 'memory',
    can: { everyone: true, users: true, values: 'own' },
    read: async () => state(),
    async change(change: FlagChange) {
      const { value = true, comment } = change;
      if (change.everyone !== undefined) everyone = change.everyone ? value : false;
      for (const user of change.hold ?? []) users.set(user, value);
      for (const user of change.release ?? []) users.delete(user);
      trail.unshift({ date: Date.now(), comment });
      return state();
    },
    serves: async (user) => Boolean(everyone || (user !== undefined && users.get(user))),
    history: async () => trail,
    list: async () => [state()],
  };
  return { ...good, ...spoil(good) };
}

const faults: Readonly<Record<string, (good: FlagSwitch) => Partial<FlagSwitch>>> = {
  'reads a flag with nobody in maintenance': () => ({
    read: async () => ({ flag: 'search', everyone: false, users: new Map([['old', true]]) }),
  }),
  'puts one user into maintenance, and nobody else': (good) => ({
    change: (change) => good.change({ ...change, ...(change.hold && { everyone: true }) }),
  }),
  'ends the maintenance of one user, and of nobody else': (good) => ({
    async change(change) {
      const { users } = await good.read();
      return good.change({ ...change, ...(change.release && { release: [...users.keys()] }) });
    },
  }),
  'accepts a change that changes nothing': (good) => ({
    async change(change) {
      const { users } = await good.read();
      if (change.release?.some((user) => !users.has(user))) throw new Error('No such user.');
      return good.change(change);
    },
  }),
  // It writes the whole list that it has read, and so does everybody else.
  'applies all changes that are made at the same time': (good) => {
    let list: readonly string[] = [];
    return {
      read: async () => ({
        flag: 'search',
        everyone: false,
        users: new Map(list.map((user) => [user, true])),
      }),
      async change(change) {
        const before = list;
        await good.read();
        list = [...before, ...(change.hold ?? [])];
        return { flag: 'search', everyone: false, users: new Map(list.map((user) => [user, true])) };
      },
    };
  },
  'accepts any user key, and keeps it exactly': (good) => ({
    change: (change) =>
      good.change({ ...change, ...(change.hold && { hold: change.hold.map((key) => key.toLowerCase()) }) }),
  }),
  'puts everyone into maintenance, and ends it': (good) => ({
    change: ({ everyone: _everyone, ...change }) => good.change(change),
  }),
  'stores the values that "can.values" promises': (good) => ({
    change: ({ value: _value, ...change }) => good.change(change),
  }),
  'lists the flag with the state that read() returns': (good) => ({
    list: async () => [{ ...(await good.read()), users: new Map() }],
  }),
  'reports the value that the service serves': () => ({ serves: async () => true }),
  'returns the comment of each change in its history, newest first': (good) => ({
    history: async () => [...((await good.history?.()) ?? [])].reverse(),
  }),
};

describe('a good switch', () => {
  it.each(flagSwitchContract(() => ({ flagSwitch: memorySwitch() })))('$title', ({ check }) => check());
});

describe('a switch that can do less', () => {
  const less = (good: FlagSwitch): FlagSwitch => {
    const { serves: _serves, history: _history, list: _list, ...rest } = good;
    return {
      ...rest,
      can: { everyone: false, users: true, values: 'none' },
      change: ({ value: _value, ...change }) => good.change(change),
    };
  };

  it.each(flagSwitchContract(() => ({ flagSwitch: less(memorySwitch()) })))('$title', ({ check }) => check());
});

describe('a faulty switch fails the check that it', () => {
  it.each(flagSwitchContract(() => ({ flagSwitch: memorySwitch() })).map(({ title }) => title))(
    '%s',
    { timeout: 20_000 },
    async (title) => {
      const spoil = faults[title];
      const checks = flagSwitchContract(() => ({ flagSwitch: memorySwitch(spoil) }));
      const check = checks.find((one) => one.title === title);

      await expect(check?.check()).rejects.toThrow(/^Expected .* and found /);
    },
  );
});

describe("LaunchDarkly's switch against the local flag server", () => {
  const variations = [{ mode: 'down' }, false];
  const flags = {
    users: { key: 'users', on: true, variations, offVariation: 1, fallthrough: { variation: 1 } },
    everyone: { key: 'everyone', on: false, variations, offVariation: 1, fallthrough: { variation: 0 } },
  };
  const checks = flagSwitchContract(async (purpose) => {
    const server = await startFlagServer({ flags }, { token: 'token' });
    const flagSwitch = createLaunchDarklySwitch({
      baseUri: server.url,
      token: 'token',
      project: 'default',
      environment: 'local',
      flag: purpose,
    });
    return { flagSwitch, end: () => server.remove() };
  });

  it.each(checks)('$title', ({ check }) => check());
});
