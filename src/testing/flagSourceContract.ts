import { createMaintenanceStore } from '../core/createMaintenanceStore.js';
import { describe, reasonOf } from '../core/errors.js';
import type { FlagSource } from '../core/FlagSource.js';

/** A source, and how a check sets flags at the service behind it. */
export interface SourceUnderTest {
  readonly source: FlagSource;
  /** Sets a flag at the service. Every flag is `false` at first. */
  set(flag: string, value: unknown): void | Promise<void>;
  /** Called after the check. */
  end?(): void | Promise<void>;
}

/** One requirement of the store. */
export interface ContractCheck {
  /** A sentence about the source. */
  readonly title: string;
  /** @throws an error with what was expected, what was found, and what to do. */
  readonly check: () => Promise<void>;
}

/** Flags that are set in the checks. */
const flags = ['search-maintenance', 'comments-maintenance'] as const;
const patienceMs = 5_000;

/**
 * The contract of every `FlagSource`, as checks for any test runner. `create` makes a source for each check. The flags
 * `search-maintenance` and `comments-maintenance` are `false` at its service.
 *
 * @example
 * for (const { title, check } of flagSourceContract(createMySource)) it(title, check);
 */
export function flagSourceContract(
  create: () => SourceUnderTest | Promise<SourceUnderTest>,
): readonly ContractCheck[] {
  return checks.map(([title, check]) => ({
    title,
    async check() {
      const subject = await create();
      const endings: (() => void)[] = [];
      const source = checkedSource(subject.source);
      const follow = (onChange: OnChange = () => {}) => {
        const leave = source.subscribe(flags, onChange);
        endings.push(leave);
        return leave;
      };
      try {
        await check({ source, set: (flag, value) => subject.set(flag, value) }, follow);
      } finally {
        try {
          for (const end of endings) end();
        } finally {
          await subject.end?.();
        }
      }
    },
  }));
}

/** Sources may pass on what their service passes to a listener. */
type OnChange = (flag?: unknown) => void;
type Follow = (onChange?: OnChange) => () => void;
type SourceCheck = (subject: SourceUnderTest, follow: Follow) => Promise<void>;

const [search, comments] = flags;

const adviceOnGet = 'Let get() read the present value of the service, not one that was stored earlier.';
const adviceOnTelling =
  'Call onChange after every change, with the key of the flag that changed, or without an argument if any flag may have changed.';
const adviceOnReady =
  'If there is a status(), set it to "ready" when the flags are known. Until then an unknown flag keeps its last state.';
const adviceOnOrder = 'Store the new value before you call onChange.';

const checks: readonly (readonly [title: string, check: SourceCheck])[] = [
  [
    'returns the value that a flag has at the service',
    async ({ source, set }, follow) => {
      await set(search, 'read-only');
      follow();
      await eventually(() => source.get(search), 'read-only', value(search), adviceOnGet);
    },
  ],
  [
    'returns the new value by the time it reports a change',
    async ({ source, set }, follow) => {
      const seen: unknown[] = [];
      follow(() => seen.push(source.get(search)));
      await eventually(() => source.get(search), false, value(search), adviceOnGet);
      seen.length = 0;
      await set(search, true);
      const what = `what get("${search}") returned inside the last call of onChange`;
      await eventually(() => seen.at(-1), true, what, adviceOnOrder);
    },
  ],
  [
    'reports the flag that changed, or that any flag may have changed',
    async ({ source, set }, follow) => {
      const told: unknown[] = [];
      follow();
      await eventually(() => source.get(search), false, value(search), adviceOnGet);
      follow((flag) => told.push(flag));
      await set(search, true);
      // An argument that is not a subscribed flag, such as an event, means that any flag may have changed.
      const concernsSearch = () => told.some((flag) => flag === search || flag !== comments);
      const what = `whether onChange was called with "${search}", or without a subscribed flag`;
      await eventually(concernsSearch, true, what, adviceOnTelling, () => `calls with ${describe(told)}`);
    },
  ],
  [
    'lets a store follow a flag on and off, whatever argument it passes to its listeners',
    async ({ source, set }, follow) => {
      const errors: unknown[] = [];
      const store = createMaintenanceStore({ source, onError: (error) => errors.push(error) });
      follow();
      const stop = store.start();
      try {
        const unsubscribe = store.subscribe(search, () => {});
        const mode = () => (errors.length ? reasonOf(errors[0]) : store.get(search).mode);
        const what = `the mode of a store that reads this source, with "${search}" at`;
        const advice = `${adviceOnTelling} ${adviceOnReady}`;
        await set(search, true);
        await eventually(mode, 'down', `${what} true,`, advice);
        await set(search, false);
        await eventually(mode, 'none', `${what} false again,`, advice);
        unsubscribe();
      } finally {
        stop();
      }
    },
  ],
  [
    'calls a function for each of its two subscriptions, until that subscription ends',
    async ({ source, set }, follow) => {
      let told = 0;
      const onChange = () => void (told += 1);
      follow();
      await eventually(() => source.get(search), false, value(search), adviceOnGet);
      const leave = follow(onChange);
      follow(onChange);
      leave();
      told = 0;
      await set(search, true);
      await eventually(
        () => told > 0,
        true,
        'whether a function that subscribed twice and left once is still called',
        'Keep subscriptions separate. For example, wrap onChange in a new function in each call of subscribe().',
      );
    },
  ],
  [
    'calls no listener that has unsubscribed, even twice',
    async ({ source, set }, follow) => {
      let told = false;
      follow();
      await eventually(() => source.get(search), false, value(search), adviceOnGet);
      const leave = follow(() => void (told = true));
      told = false;
      leave();
      leave();
      await set(search, true);
      await eventually(() => source.get(search), true, value(search), adviceOnGet);
      same(
        told,
        false,
        'whether onChange was called after its unsubscription',
        'Let the function that subscribe() returns remove the listener. A second call must do nothing.',
      );
    },
  ],
  [
    'calls the other listeners if one unsubscribes during a change',
    async ({ source, set }, follow) => {
      const last: unknown[] = [];
      follow();
      await eventually(() => source.get(search), false, value(search), adviceOnGet);
      const leave = follow(() => leave());
      follow(() => last.push(source.get(search)));
      await set(search, true);
      await eventually(
        () => last.at(-1),
        true,
        'what a listener read after the previous listener had left during the same change',
        'Loop over a copy of the list of listeners, for example [...listeners].',
      );
    },
  ],
  [
    'returns the same object until the flag changes',
    async ({ source, set }, follow) => {
      await set(search, { mode: 'down' });
      await set(comments, false);
      follow();
      const text = () => JSON.stringify(source.get(search));
      await eventually(text, '{"mode":"down"}', `the JSON of get("${search}")`, adviceOnGet);
      const advice = 'Parse or copy a value once per change, not in every call of get().';
      same(source.get(search), source.get(search), `the second result of get("${search}")`, advice);
    },
  ],
  [
    'returns the same status object until the status changes',
    async ({ source }, follow) => {
      follow();
      await eventually(
        () => source.status?.().state ?? 'ready',
        'ready',
        'the state of status()',
        'Set it to "ready" when the flags are known, or leave status() out.',
      );
      const advice = 'Make a new object only when the status changes, not in every call of status().';
      same(source.status?.(), source.status?.(), 'the second result of status()', advice);
    },
  ],
  [
    'follows flags again if a listener subscribes after the last one has left',
    async ({ source, set }, follow) => {
      follow()();
      await set(search, true);
      const seen: unknown[] = [];
      follow(() => seen.push(source.get(search)));
      const advice =
        'If a listener subscribes after the last one has left, connect again and read all flags again.';
      await eventually(() => source.get(search), true, value(search), advice);
      await set(search, false);
      await eventually(() => source.get(search), false, value(search), advice);
      const what = `what get("${search}") returned inside the last call of onChange`;
      await eventually(() => seen.at(-1), false, what, advice);
    },
  ],
];

function value(flag: string): string {
  return `get("${flag}")`;
}

/** Wraps the source: what it throws, or an invalid result, becomes an error that says what is wrong. */
function checkedSource(source: FlagSource): FlagSource {
  function call<T>(name: string, action: () => T): T {
    try {
      return action();
    } catch (cause) {
      throw new Error(
        `Expected ${name} not to throw, and found ${describe(reasonOf(cause))}. ` +
          'Return undefined for an unknown flag, and report errors in status().',
        { cause },
      );
    }
  }
  function listen(name: string, subscribe: () => unknown): () => void {
    const leave = call(name, subscribe);
    if (typeof leave !== 'function') {
      const advice = 'Return a function that removes the listener.';
      throw new Error(
        `Expected the result of ${name} to be a function, and found ${describe(leave)}. ${advice}`,
      );
    }
    return () => void call(`the function that ${name} returned`, () => leave() as unknown);
  }
  return {
    get: (flag) => call(value(flag), () => source.get(flag)),
    subscribe: (wanted, onChange) => listen('subscribe()', () => source.subscribe(wanted, onChange)),
    ...(source.status && { status: () => call('status()', () => source.status?.() ?? { state: 'ready' }) }),
    ...(source.subscribeStatus && {
      subscribeStatus: (onStatus) => listen('subscribeStatus()', () => source.subscribeStatus?.(onStatus)),
    }),
    ...(source.user && { user: () => source.user?.() }),
    ...(source.clockOffset && { clockOffset: () => source.clockOffset?.() }),
    ...(source.forget && { forget: () => source.forget?.() }),
  };
}

/** Asks until the answer arrives, because a service may take its time. */
async function eventually(
  read: () => unknown,
  expected: unknown,
  what: string,
  advice: string,
  found?: () => string,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!Object.is(read(), expected)) {
    if (Date.now() > deadline) {
      same(read(), expected, `${what} within ${patienceMs / 1000} s`, advice, found?.());
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function same(actual: unknown, expected: unknown, what: string, advice: string, found?: string): void {
  if (Object.is(actual, expected)) return;
  const another =
    describe(actual) === describe(expected) ? 'another one that looks the same' : describe(actual);
  throw new Error(`Expected ${what} to be ${describe(expected)}, and found ${found ?? another}. ${advice}`);
}
