import { memorySource, type FlagSource, type MemorySource } from 'react-maintenance-mode/core';
import { flagSourceContract } from 'react-maintenance-mode/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const flags = { 'search-maintenance': false, 'comments-maintenance': false };

/** A source made of a good one, with the fault of a test. */
type Spoil = (memory: MemorySource) => Partial<FlagSource>;

const faults: Readonly<Record<string, Spoil>> = {
  'returns the value that a flag has at the service': () => ({ get: () => false }),
  'returns the new value by the time it reports a change': (memory) => {
    let late: unknown = false;
    return {
      get: (flag) => (flag === 'search-maintenance' ? late : memory.get(flag)),
      subscribe: (wanted, onChange) =>
        memory.subscribe(wanted, (flag) => {
          onChange(flag);
          late = memory.get('search-maintenance');
        }),
    };
  },
  'reports the flag that changed, or that any flag may have changed': (memory) => ({
    subscribe: (wanted, onChange) => memory.subscribe(wanted, () => onChange('comments-maintenance')),
  }),
  // A flag that is off is unknown to it, and it never says that it knows them all.
  'lets a store follow a flag on and off, whatever argument it passes to its listeners': (memory) => {
    const pending = { state: 'pending' } as const;
    return { get: (flag) => memory.get(flag) || undefined, status: () => pending };
  },
  'calls a function for each of its two subscriptions, until that subscription ends': (memory) => {
    const listeners = new Set<(flag?: string) => void>();
    memory.subscribe(Object.keys(flags), (flag) => listeners.forEach((listener) => listener(flag)));
    return {
      subscribe(_wanted, onChange) {
        listeners.add(onChange);
        // As with a set of functions: the first who leaves takes the other along.
        return () => void listeners.delete(onChange);
      },
    };
  },
  'calls no listener that has unsubscribed, even twice': (memory) => ({
    subscribe(wanted, onChange) {
      memory.subscribe(wanted, onChange);
      return () => {};
    },
  }),
  'calls the other listeners if one unsubscribes during a change': (memory) => {
    const listeners: ((flag?: string) => void)[] = [];
    memory.subscribe(Object.keys(flags), (flag) => {
      for (let at = 0; at < listeners.length; at += 1) listeners[at]?.(flag);
    });
    return {
      subscribe(_wanted, onChange) {
        listeners.push(onChange);
        return () => {
          const at = listeners.indexOf(onChange);
          if (at >= 0) listeners.splice(at, 1);
        };
      },
    };
  },
  'returns the same object until the flag changes': (memory) => ({
    get: (flag) => structuredClone(memory.get(flag)),
  }),
  'returns the same status object until the status changes': () => ({ status: () => ({ state: 'ready' }) }),
  'follows flags again if a listener subscribes after the last one has left': (memory) => {
    let over = false;
    return {
      subscribe(wanted, onChange) {
        if (over) return () => {};
        const leave = memory.subscribe(wanted, onChange);
        return () => {
          over = true;
          leave();
        };
      },
    };
  },
};

const contractOf = (spoil: Spoil) =>
  flagSourceContract(() => {
    const memory = memorySource(flags);
    return { source: { ...memory, ...spoil(memory) }, set: memory.set };
  });

const contract = contractOf(() => ({}));

describe('the contract of a source', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each(contract)('is kept by memorySource: $title', async ({ check }) => {
    await expect(check()).resolves.toBeUndefined();
  });

  it.each(Object.entries(faults))('fails for a source that breaks a rule: %s', async (title, spoil) => {
    const found = contractOf(spoil).find((one) => one.title === title);

    const failure = expect(found?.check()).rejects.toThrow(
      /^Expected .* to be .*, and found .*\. [A-Z].*\.$/,
    );
    await vi.advanceTimersByTimeAsync(6000);

    await failure;
  });

  // What emitters of flag services hand to their listeners.
  describe.each<[string, unknown]>([
    ['an event', new Event('change')],
    ['the changes by flag', { 'search-maintenance': { current: true } }],
    ['a list of flags', ['search-maintenance']],
    ['a key that the service spells otherwise', 'searchMaintenance'],
    ['a number', 7],
    ['null', null],
  ])('passes for a source that passes on %s', (_what, handed) => {
    const passing = contractOf((memory) => ({
      subscribe: (wanted, onChange: (flag?: never) => void) =>
        // As JavaScript would do it by `client.on('change', onChange)`.
        memory.subscribe(wanted, () => onChange(handed as never)),
    }));

    it.each(passing)('$title', async ({ check }) => {
      await expect(check()).resolves.toBeUndefined();
    });
  });

  it.each<[string, Partial<FlagSource>, RegExp]>([
    [
      'subscribe() that returns nothing',
      { subscribe: (() => undefined) as never },
      /^Expected the result of subscribe\(\) to be a function, and found undefined\. Return a function/,
    ],
    [
      'get() that throws',
      {
        get() {
          throw new Error('no client yet');
        },
      },
      /^Expected get\("search-maintenance"\) not to throw, and found "no client yet"\. Return undefined/,
    ],
    [
      'an unsubscription that throws',
      {
        subscribe: () => () => {
          throw new Error('who are you?');
        },
      },
      /^Expected the function that subscribe\(\) returned not to throw, and found "who are you\?"/,
    ],
  ])('reports %s', async (_fault, spoiled, words) => {
    const check = contractOf(() => spoiled)[0]?.check;

    const failure = expect(check?.()).rejects.toThrow(words);
    await vi.advanceTimersByTimeAsync(6000);

    await failure;
  });

  it('accepts a source that is an instance of a class', async () => {
    class OwnSource implements FlagSource {
      readonly #memory = memorySource(flags);
      get(flag: string) {
        return this.#memory.get(flag);
      }
      subscribe(wanted: readonly string[], onChange: (flag?: string) => void) {
        return this.#memory.subscribe(wanted, onChange);
      }
      user() {
        return this.#memory.user();
      }
      set(flag: string, value: unknown) {
        this.#memory.set(flag, value);
      }
    }
    const checks = flagSourceContract(() => {
      const source = new OwnSource();
      return { source, set: (flag, value) => source.set(flag, value) };
    });

    await expect(Promise.all(checks.map(({ check }) => check()))).resolves.toHaveLength(checks.length);
  });

  it('has a faulty source for each check', () => {
    expect(Object.keys(faults)).toEqual(contract.map(({ title }) => title));
  });

  it('cleans up, also if a check fails', async () => {
    const end = vi.fn();
    const leave = vi.fn();
    const checks = flagSourceContract(() => ({
      source: { get: () => 'nothing', subscribe: () => leave },
      set: () => {},
      end,
    }));

    const failure = expect(checks[0]?.check()).rejects.toThrow();
    await vi.advanceTimersByTimeAsync(6000);
    await failure;

    expect(end).toHaveBeenCalledTimes(1);
    expect(leave).toHaveBeenCalledTimes(1);
  });
});
