import fc from 'fast-check';
import {
  createMaintenanceStore,
  defineFeatures,
  takeSnapshot,
  type Maintenance,
  type MaintenanceStore,
  type SourceStatus,
} from 'react-maintenance-mode/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createControlledSource, type ControlledSource } from './createControlledSource.js';
import { ReferenceModel, same, type ModelSource } from './referenceModel.js';

const features = defineFeatures({
  checkout: { flag: 'checkout-m', dependsOn: ['cart', 'payments'] },
  site: { flag: 'site-m', scope: 'site', mode: 'degraded' },
  cart: { flag: 'cart-m', dependsOn: ['payments'], mode: 'read-only' },
  payments: { flag: 'payments-m', failure: 'closed' },
  search: { flag: 'search-m', maintenanceWhen: 'off' },
});
type Key = keyof typeof features;
const keys = Object.keys(features) as Key[];
const flags = keys.map((key) => features[key].flag);
const start = Date.UTC(2026, 10, 23, 12);
const jitter = 0.5;

interface Listening {
  readonly key: Key | 'affected';
  calls: number;
  expected: number;
  stop?: () => void;
}

/** The store and the model side by side; each command does the same to both and then compares them. */
class Bench {
  readonly sources = [0, 1, 2].map(() => createControlledSource({}, { state: 'pending' }));
  readonly modelSources: ModelSource[] = [0, 1, 2].map(() => ({
    values: new Map(),
    status: 'pending',
    broken: false,
  }));
  readonly listenings: Listening[] = [];
  readonly stops: (() => void)[] = [];
  readonly store: MaintenanceStore<Key>;
  readonly model: ReferenceModel;
  private source: ControlledSource | undefined;
  private offset = 0;
  private deadline = Infinity;
  private lastStates: Record<string, Maintenance>;
  private lastAffected: readonly Maintenance[];
  private told: string[] = [];
  private expectedTold: string[] = [];

  constructor(setup: { source: boolean; snapshot: boolean; values: Record<string, unknown> }) {
    const snapshot = setup.snapshot ? takeSnapshot({ flags: setup.values, features, now: start }) : undefined;
    this.source = setup.source ? this.sources[0] : undefined;
    this.store = createMaintenanceStore({
      features,
      snapshot,
      jitter,
      source: this.source,
      pendingTimeoutMs: 5000,
      now: this.now,
      onChange: ({ feature, from, to }) => this.told.push(`${feature} ${from.phase} ${to.phase}`),
      onError: () => {
        throw new Error('nobody listens');
      },
    });
    // The clock is compared with the snapshot's before it is set.
    this.store.now();
    this.model = new ReferenceModel(
      features,
      snapshot,
      jitter,
      setup.source ? this.modelSources[0] : undefined,
      this.now(),
    );
    this.lastStates = Object.fromEntries(keys.map((key) => [key, this.store.get(key)]));
    this.lastAffected = this.store.getAffected();
  }

  readonly now = () => Date.now() + this.offset;

  get running(): boolean {
    return this.stops.length > 0;
  }

  /** Expects what an event makes of the states. */
  expectLook(): void {
    const before = this.model.states;
    const changed = this.model.look(this.now());
    for (const listening of this.listenings) {
      const concerned = listening.key === 'affected' ? changed.length > 0 : changed.includes(listening.key);
      if (listening.stop && concerned) listening.expected += 1;
    }
    for (const key of changed) {
      this.expectedTold.push(`${key} ${before[key]?.phase} ${this.model.states[key]?.phase}`);
    }
  }

  expectReadAll(): void {
    this.model.readAll(this.now());
    if (!this.model.waiting) this.deadline = Infinity;
    this.expectLook();
  }

  set(source: number, flag: string, value: unknown): void {
    const target = this.sources[source] as ControlledSource;
    this.modelSources[source]?.values.set(flag, value);
    target.set(flag, value);
    if (!this.running || target !== this.source || !flags.includes(flag)) return;
    this.model.read(flag, this.now());
    this.expectLook();
  }

  setStatus(source: number, status: SourceStatus['state'], broken: boolean): void {
    const target = this.sources[source] as ControlledSource;
    Object.assign(this.modelSources[source] as ModelSource, { status, broken });
    target.setBroken(broken);
    target.setStatus({ state: status });
    if (this.running && target === this.source) this.expectReadAll();
  }

  start(source: number | undefined): void {
    const next = source === undefined ? undefined : this.sources[source];
    const wasRunning = this.running;
    this.stops.push(this.store.start(next));
    const another = next && next !== this.source;
    if (another) {
      if (this.source) this.deadline = Infinity;
      this.source = next;
      this.model.useSource(this.modelSources[source ?? 0] as ModelSource);
    }
    if (this.model.waiting && (!wasRunning || this.deadline === Infinity)) this.deadline = Date.now() + 5000;
    if (another || !wasRunning) this.expectReadAll();
  }

  async stop(): Promise<void> {
    const stop = this.stops.pop();
    stop?.();
    stop?.();
    await Promise.resolve();
    if (!this.running) this.deadline = Infinity;
  }

  jump(ms: number): void {
    this.offset += ms;
    this.store.refresh();
    this.expectLook();
  }

  /** The clock is set while nobody looks, and then a flag changes. */
  jumpAndSet(ms: number, flag: string, value: unknown): void {
    if (!this.running || !this.source) return;
    this.offset += ms;
    this.set(this.sources.indexOf(this.source), flag, value);
  }

  advance(ms: number): void {
    const end = Date.now() + ms;
    while (Date.now() < end) {
      const instants = this.running ? this.model.instantsBetween(this.now(), end + this.offset) : [];
      const due = Math.min(end, this.deadline, ...instants.map((instant) => instant - this.offset));
      vi.advanceTimersByTime(due - Date.now());
      if (due === this.deadline) {
        this.model.waiting = false;
        this.expectReadAll();
      } else if (this.running) this.expectLook();
    }
  }

  subscribe(key: Key | 'affected', throws: boolean): void {
    const listening: Listening = { key, calls: 0, expected: 0 };
    const listener = () => {
      listening.calls += 1;
      if (throws) throw new Error('a listener of the test');
    };
    listening.stop =
      key === 'affected' ? this.store.subscribeAffected(listener) : this.store.subscribe(key, listener);
    this.listenings.push(listening);
  }

  unsubscribe(index: number): void {
    const listening = this.listenings[index % Math.max(this.listenings.length, 1)];
    listening?.stop?.();
    delete listening?.stop;
  }

  setLocale(locale: string): void {
    this.store.setLocale(locale);
    if (this.model.locale === locale) return;
    this.model.locale = locale;
    this.expectLook();
  }

  /** Plain comparisons first: there are some hundred thousand of them. */
  check(): void {
    for (const key of keys) {
      const state = this.store.get(key);
      const expected = this.model.states[key];
      if (!same(state, expected)) expect(state).toEqual(expected);
      const changed = this.expectedTold.some((told) => told.startsWith(`${key} `));
      if (!changed && state !== this.lastStates[key])
        expect.fail(`another object for the same state of ${key}`);
      this.lastStates[key] = state;
    }
    const affected = this.store.getAffected();
    if (!same(affected, this.model.affected())) expect(affected).toEqual(this.model.affected());
    if (affected.some((state) => state !== this.store.get(state.feature)))
      expect.fail('not the same objects');
    if (!this.expectedTold.length && affected !== this.lastAffected) expect.fail('another list of the same');
    this.lastAffected = affected;
    for (const { calls, expected, key } of this.listenings) {
      if (calls !== expected) expect(calls, `calls of a listener of ${key}`).toBe(expected);
    }
    const told = this.told.splice(0).sort();
    const expectedTold = this.expectedTold.splice(0).sort();
    if (!same(told, expectedTold)) expect(told).toEqual(expectedTold);
    for (const source of this.sources) {
      const used = this.running && source === this.source;
      if (source.listenerCount() !== (used ? 2 : 0)) expect(source.listenerCount()).toBe(used ? 2 : 0);
    }
    if (!this.running && vi.getTimerCount()) expect(vi.getTimerCount()).toBe(0);
  }
}

const instant = fc.integer({ min: -4, max: 12 }).map((halfMinutes) => start + halfMinutes * 30_000);
const window = fc.record(
  {
    mode: fc.constantFrom('degraded', 'read-only', 'down', 'off', 'nonsense'),
    title: fc.constantFrom('Back soon', { en: 'Back soon', fr: 'De retour bientôt' }),
    startsAt: instant,
    endsAt: instant,
    announceFrom: instant,
    endsAutomatically: fc.boolean(),
    reopenOverSeconds: fc.constantFrom(0, 20, 120),
  },
  { requiredKeys: [] },
);
const value = fc.oneof(
  { weight: 2, arbitrary: window },
  fc.constantFrom(true, false, 'on', 'off', 'degraded', 'read-only', 'down', null, undefined, '', 7),
);
const flag = fc.constantFrom(...flags);
const source = fc.constantFrom(0, 0, 0, 1, 2);
const jump = fc.constantFrom(-3_600_000, -45_000, -1, 1000, 30_000, 90_000, 30 * 86_400_000);
const status = fc.constantFrom<SourceStatus['state']>('pending', 'ready', 'failed', 'stale');

const commands = {
  set: [source, fc.oneof(flag, fc.constant('unrelated')), value],
  setStatus: [source, status, fc.boolean()],
  start: [fc.option(source, { nil: undefined })],
  stop: [],
  jump: [jump],
  jumpAndSet: [jump, flag, value],
  advance: [fc.constantFrom(1, 1000, 5000, 29_999, 30_000, 61_000, 200_000)],
  subscribe: [fc.constantFrom(...keys, 'affected' as const), fc.boolean()],
  unsubscribe: [fc.nat(20)],
  setLocale: [fc.constantFrom('en', 'fr')],
};
const frequent: Partial<Record<keyof typeof commands, number>> = { set: 6, advance: 3, subscribe: 2 };
const command = fc.oneof(
  ...Object.entries(commands).map(([name, args]) => ({
    weight: frequent[name as keyof typeof commands] ?? 1,
    arbitrary: fc.tuple(fc.constant(name as keyof typeof commands), ...args),
  })),
);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

it('has the same states as a plain recomputation, and calls each listener once per change, in any interleaving', async () => {
  const setup = fc.record({
    source: fc.boolean(),
    snapshot: fc.boolean(),
    values: fc.dictionary(fc.constantFrom(...flags), value, { maxKeys: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(setup, fc.array(command, { maxLength: 40, size: 'max' }), async (given, steps) => {
      vi.clearAllTimers();
      vi.setSystemTime(start);
      const bench = new Bench(given);
      bench.check();
      for (const [name, ...args] of steps) {
        // The arguments come from the table above, beside the name.
        await (bench[name] as (...args: unknown[]) => unknown)(...args);
        bench.check();
      }
      while (bench.running) await bench.stop();
      bench.check();
    }),
    { numRuns: 2000, seed: 20_261_123 },
  );
}, 60_000);
