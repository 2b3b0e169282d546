import { describe } from '../core/errors.js';
import type { FlagSource } from '../core/FlagSource.js';

/** A source with flags that a check can set, at the service behind it. */
export interface SourceUnderTest {
  readonly source: FlagSource;
  /** Sets a flag at the service; `false` is what every flag says at first. */
  set(flag: string, value: unknown): void | Promise<void>;
  /** Called after the check. */
  end?(): void | Promise<void>;
}

/** One thing that a store relies on. */
export interface ContractCheck {
  /** A sentence about the source. */
  readonly title: string;
  /** @throws what was expected, and what was found. */
  readonly check: () => Promise<void>;
}

/** Flags that are set in the checks. */
const flags = ['search-maintenance', 'comments-maintenance'] as const;
const patienceMs = 5_000;

/**
 * What every `FlagSource` has to do, as checks for any test runner. `create` makes a source for each check, whose flags
 * `search-maintenance` and `comments-maintenance` are `false` at the service.
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
      const follow = (onChange: (flag?: string) => void = () => {}) => {
        const leave = subject.source.subscribe(flags, onChange);
        endings.push(leave);
        return leave;
      };
      try {
        await check(subject, follow);
      } finally {
        for (const end of endings) end();
        await subject.end?.();
      }
    },
  }));
}

type Follow = (onChange?: (flag?: string) => void) => () => void;
type Check = (subject: SourceUnderTest, follow: Follow) => Promise<void>;

const [search, comments] = flags;

const checks: readonly (readonly [title: string, check: Check])[] = [
  [
    'gives the value that a flag has at the service',
    async ({ source, set }, follow) => {
      await set(search, 'read-only');
      follow();
      await eventually(() => source.get(search), 'read-only');
    },
  ],
  [
    'can give the new value by the time that it tells of a change',
    async ({ source, set }, follow) => {
      const seen: unknown[] = [];
      follow(() => seen.push(source.get(search)));
      await eventually(() => source.get(search), false);
      seen.length = 0;
      await set(search, true);
      await eventually(() => seen.at(-1), true);
    },
  ],
  [
    'tells of the flag that changed, or that any may have',
    async ({ source, set }, follow) => {
      const told: (string | undefined)[] = [];
      follow();
      await eventually(() => source.get(search), false);
      follow((flag) => told.push(flag));
      await set(search, true);
      await eventually(() => told.includes(search) || told.includes(undefined), true);
    },
  ],
  [
    'tells two who listen with the same function, each until it leaves',
    async ({ source, set }, follow) => {
      let told = 0;
      const onChange = () => void (told += 1);
      follow();
      await eventually(() => source.get(search), false);
      const leave = follow(onChange);
      follow(onChange);
      leave();
      told = 0;
      await set(search, true);
      await eventually(() => told > 0, true);
    },
  ],
  [
    'tells nobody who has left, even twice',
    async ({ source, set }, follow) => {
      let told = false;
      follow();
      await eventually(() => source.get(search), false);
      const leave = follow(() => void (told = true));
      told = false;
      leave();
      leave();
      await set(search, true);
      await eventually(() => source.get(search), true);
      same(told, false, 'whether one who left was told');
    },
  ],
  [
    'goes on telling when one who listens leaves meanwhile',
    async ({ source, set }, follow) => {
      const last: unknown[] = [];
      follow();
      await eventually(() => source.get(search), false);
      const leave = follow(() => leave());
      follow(() => last.push(source.get(search)));
      await set(search, true);
      await eventually(() => last.at(-1), true);
    },
  ],
  [
    'gives the same object until the flag changes',
    async ({ source, set }, follow) => {
      await set(search, { mode: 'down' });
      await set(comments, false);
      follow();
      await eventually(() => JSON.stringify(source.get(search)), '{"mode":"down"}');
      same(source.get(search), source.get(search), 'the second reading of an object');
    },
  ],
  [
    'gives the same status object until the status changes',
    async ({ source }, follow) => {
      follow();
      await eventually(() => source.status?.().state ?? 'ready', 'ready');
      same(source.status?.(), source.status?.(), 'the second reading of the status');
    },
  ],
  [
    'follows again when somebody listens after all had left',
    async ({ source, set }, follow) => {
      follow()();
      await set(search, true);
      const seen: unknown[] = [];
      follow(() => seen.push(source.get(search)));
      await eventually(() => source.get(search), true);
      await set(search, false);
      await eventually(() => source.get(search), false);
      await eventually(() => seen.at(-1), false);
    },
  ],
];

/** Asks again until the value is there: a service takes its time. */
async function eventually(read: () => unknown, expected: unknown): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!Object.is(read(), expected)) {
    if (Date.now() > deadline) same(read(), expected, `what there is after ${patienceMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function same(found: unknown, expected: unknown, what: string): void {
  if (Object.is(found, expected)) return;
  const another =
    describe(found) === describe(expected) ? 'another one that looks the same' : describe(found);
  throw new Error(`Expected ${what} to be ${describe(expected)}, and found ${another}.`);
}
