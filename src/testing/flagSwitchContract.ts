import { describe, reasonOf } from '../core/errors.js';
import { interpretFlag } from '../core/interpretFlag.js';
import type { FlagSwitch, SwitchState } from '../switch/FlagSwitch.js';
import type { ContractCheck } from './flagSourceContract.js';

/** A switch whose flag has nobody in maintenance. */
export interface SwitchUnderTest {
  readonly flagSwitch: FlagSwitch;
  /** Cleans up after the check. */
  end?(): void | Promise<void>;
}

/**
 * The contract of every `FlagSwitch`, as checks for any test runner. `create` makes a switch for each check. Its argument says whether the new flag
 * must work for single users or for everyone. A check passes if `can` denies the ability that it needs.
 *
 * @example
 * for (const { title, check } of flagSwitchContract(createMySwitch)) it(title, check);
 */
export function flagSwitchContract(
  create: (purpose: 'users' | 'everyone') => SwitchUnderTest | Promise<SwitchUnderTest>,
): readonly ContractCheck[] {
  return checks.map(({ title, purpose, check }) => ({
    title,
    async check() {
      const subject = await create(purpose);
      try {
        if (subject.flagSwitch.can[purpose]) await check(checkedSwitch(subject.flagSwitch));
      } finally {
        await subject.end?.();
      }
    },
  }));
}

interface SwitchCheck {
  readonly title: string;
  readonly purpose: 'users' | 'everyone';
  readonly check: (flagSwitch: FlagSwitch) => Promise<void>;
}

const patienceMs = 5_000;
const comment = 'A check of flagSwitchContract.';

const adviceOnState = 'Return the state that the service has after the change. Read it from the service.';
const adviceOnOthers = 'Change only what the change names, and leave the rest unchanged.';

const checks: readonly SwitchCheck[] = [
  {
    title: 'reads a flag with nobody in maintenance',
    purpose: 'users',
    async check(flagSwitch) {
      const state = await flagSwitch.read();
      same(typeof state.flag, 'string', 'the type of "flag" in the state', 'Return the key of the flag.');
      same(isOn(state.everyone), false, 'whether everyone is in maintenance', 'Return false in "everyone".');
      same(state.users.size, 0, 'the number of users in maintenance', 'Return an empty Map in "users".');
    },
  },
  {
    title: 'puts one user into maintenance, and nobody else',
    purpose: 'users',
    async check(flagSwitch) {
      const after = await flagSwitch.change({ hold: ['bob'], comment });
      const read = await flagSwitch.read();
      same(usersOf(after), '["bob"]', 'the users in maintenance that change() returned', adviceOnState);
      same(usersOf(read), '["bob"]', 'the users in maintenance that read() returned', adviceOnState);
      same(isOn(read.everyone), false, 'whether everyone is in maintenance', adviceOnOthers);
    },
  },
  {
    title: 'ends the maintenance of one user, and of nobody else',
    purpose: 'users',
    async check(flagSwitch) {
      await flagSwitch.change({ hold: ['alice', 'bob', 'carol'], comment });
      const after = await flagSwitch.change({ release: ['bob'], comment });
      same(
        usersOf(after),
        '["alice","carol"]',
        'the users in maintenance after the release of "bob"',
        adviceOnOthers,
      );
    },
  },
  {
    title: 'accepts a change that changes nothing',
    purpose: 'users',
    async check(flagSwitch) {
      const advice =
        'A change must succeed if there is nothing to do, because the answer to an earlier attempt may have been lost.';
      await flagSwitch
        .change({ release: ['bob'], comment })
        .catch(failWith('to release a free user', advice));
      await flagSwitch.change({ hold: ['bob'], comment });
      await flagSwitch
        .change({ hold: ['bob'], comment })
        .catch(failWith('to hold a user in maintenance', advice));
      same(
        usersOf(await flagSwitch.read()),
        '["bob"]',
        'the users in maintenance after two equal changes',
        advice,
      );
    },
  },
  {
    title: 'applies all changes that are made at the same time',
    purpose: 'users',
    async check(flagSwitch) {
      const users = ['u1', 'u2', 'u3', 'u4', 'u5'];
      await Promise.all(users.map((user) => flagSwitch.change({ hold: [user], comment })));
      same(
        usersOf(await flagSwitch.read()),
        JSON.stringify(users),
        'the users in maintenance after five changes at once',
        'Send only the change, such as "add this user". If the service accepts only the whole flag, make changes one after another.',
      );
    },
  },
  {
    title: 'accepts any user key, and keeps it exactly',
    purpose: 'users',
    async check(flagSwitch) {
      const users = ['a b', 'a/b?c=d&e', 'Bob', '__proto__', 'bob', 'zoë@example.com'].sort();
      await flagSwitch.change({ hold: users, comment });
      same(
        usersOf(await flagSwitch.read()),
        JSON.stringify(users),
        'the users in maintenance',
        'Encode keys in URLs, and store them in a Map, not as properties of an object.',
      );
    },
  },
  {
    title: 'puts everyone into maintenance, and ends it',
    purpose: 'everyone',
    async check(flagSwitch) {
      const on = await flagSwitch.change({ everyone: true, comment });
      same(
        isOn(on.everyone),
        true,
        'whether everyone is in maintenance after "everyone: true"',
        adviceOnState,
      );
      const off = await flagSwitch.change({ everyone: false, comment });
      same(
        isOn(off.everyone),
        false,
        'whether everyone is in maintenance after "everyone: false"',
        adviceOnState,
      );
    },
  },
  {
    title: 'stores the values that "can.values" promises',
    purpose: 'users',
    async check(flagSwitch) {
      const { values } = flagSwitch.can;
      if (values === 'none') return;
      const endsAt = '2031-05-01T10:00:00Z';
      const later = '2031-05-01T11:00:00Z';
      await flagSwitch.change({ hold: ['alice'], value: { mode: 'down', endsAt }, comment });
      await flagSwitch.change({ hold: ['bob'], value: { mode: 'down', endsAt: later }, comment });
      const { users } = await flagSwitch.read();
      const ends = ['alice', 'bob'].map((user) => interpretFlag(users.get(user), { flag: '' })?.endsAt);
      same(
        JSON.stringify(ends),
        JSON.stringify([Date.parse(values === 'own' ? endsAt : later), Date.parse(later)]),
        `the end times of two users, with "can.values" at "${values}",`,
        'Store "value" of the change, or set "can.values" to "none".',
      );
    },
  },
  {
    title: 'lists the flag with the state that read() returns',
    purpose: 'users',
    async check(flagSwitch) {
      if (!flagSwitch.list) return;
      await flagSwitch.change({ hold: ['bob'], comment });
      const { flag } = await flagSwitch.read();
      const listed = (await flagSwitch.list(flag)).find((state) => state.flag === flag);
      same(
        listed && usersOf(checkState('list', listed)),
        '["bob"]',
        `the users in maintenance of the flag ${JSON.stringify(flag)} in the list`,
        'Return the state of every flag, with its key in "flag", or leave list() out.',
      );
    },
  },
  {
    title: 'reports the value that the service serves',
    purpose: 'users',
    async check(flagSwitch) {
      if (!flagSwitch.serves) return;
      const served = async (): Promise<string> =>
        JSON.stringify([
          await flagSwitch.serves?.('bob'),
          await flagSwitch.serves?.('alice'),
          await flagSwitch.serves?.(undefined),
        ]);
      const what = 'what serves() returned for "bob", for "alice" and for everyone';
      const advice = 'Ask the service for the value that it serves to clients.';
      await flagSwitch.change({ hold: ['bob'], comment });
      await eventually(served, '[true,false,false]', `${what} while "bob" is in maintenance`, advice);
      await flagSwitch.change({ release: ['bob'], comment });
      await eventually(served, '[false,false,false]', `${what} afterwards`, advice);
    },
  },
  {
    title: 'returns the comment of each change in its history, newest first',
    purpose: 'users',
    async check(flagSwitch) {
      if (!flagSwitch.history) return;
      await flagSwitch.change({ hold: ['bob'], comment: 'first' });
      await flagSwitch.change({ release: ['bob'], comment: 'second' });
      const comments = async (): Promise<string> => {
        const entries = (await flagSwitch.history?.()) ?? [];
        return JSON.stringify(entries.slice(0, 2).map((entry) => entry.comment));
      };
      await eventually(
        comments,
        '["second","first"]',
        'the comments of the two newest entries of history()',
        'Store the comment of every change in the audit trail and return the newest first, or leave history() out.',
      );
    },
  },
];

function isOn(value: unknown): boolean {
  return interpretFlag(value, { flag: '' }) !== null;
}

function usersOf({ users }: SwitchState): string {
  return JSON.stringify([...users.keys()].sort());
}

/** Wraps the switch: an invalid result becomes an error that says what is wrong. */
function checkedSwitch(flagSwitch: FlagSwitch): FlagSwitch {
  const { serves, history, list } = flagSwitch;
  return {
    service: flagSwitch.service,
    can: flagSwitch.can,
    read: async () => checkState('read', await flagSwitch.read()),
    change: async (change) => checkState('change', await flagSwitch.change(change)),
    ...(serves && { serves: (user: string | undefined) => serves.call(flagSwitch, user) }),
    ...(history && { history: (before?: number) => history.call(flagSwitch, before) }),
    ...(list && { list: (matching?: string) => list.call(flagSwitch, matching) }),
  };
}

function checkState(name: string, state: SwitchState): SwitchState {
  if (state?.users instanceof Map) return state;
  throw new Error(
    `Expected ${name}() to return a state with a Map in "users", and found ${describe(state)}. ${adviceOnState}`,
  );
}

function failWith(what: string, advice: string): (error: unknown) => never {
  return (error) => {
    throw new Error(
      `Expected a change ${what} to succeed, and found ${describe(reasonOf(error))}. ${advice}`,
      {
        cause: error,
      },
    );
  };
}

/** Asks until the answer arrives, because a service may take its time. */
async function eventually(
  read: () => Promise<unknown>,
  expected: unknown,
  what: string,
  advice: string,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const found = await read();
    if (Object.is(found, expected)) return;
    if (Date.now() > deadline) return same(found, expected, `${what} within ${patienceMs / 1000} s`, advice);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function same(actual: unknown, expected: unknown, what: string, advice: string): void {
  if (Object.is(actual, expected)) return;
  throw new Error(`Expected ${what} to be ${describe(expected)}, and found ${describe(actual)}. ${advice}`);
}
