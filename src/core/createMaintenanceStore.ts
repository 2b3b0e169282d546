import {
  createScheduler,
  changeWindow,
  compareSeverity,
  expireReopening,
  nextInstantOf,
  resolveMaintenance,
  type FlagReading,
  type MaintenanceWindow,
} from './timeline.js';
import { createSubscription, unanswered } from './createSubscription.js';
import { featureOfFlag, isPluralIn, labelIn, type Feature, type Features } from './defineFeatures.js';
import {
  checkOption,
  describe,
  development,
  listNames,
  maintenanceError,
  reasonOf,
  type MaintenanceError,
} from './errors.js';
import { interpretFlag } from './interpretFlag.js';
import { isLocale } from './localize.js';
import { operational, type Maintenance } from './Maintenance.js';
import { isSnapshot, readClockOffset, readSnapshot, type Snapshot } from './takeSnapshot.js';
import type { FlagSource, SourceStatus } from './FlagSource.js';

/** A change of the state of a feature. */
export interface MaintenanceChange<F extends string = string> {
  readonly feature: F;
  readonly from: Maintenance<F>;
  readonly to: Maintenance<F>;
  /** Set if the user changed: `from` is the state for the previous user, and no maintenance has started or ended. */
  readonly userChanged?: true;
}

/** The options of a store. Every option has a default. */
export interface MaintenanceStoreOptions<F extends string = string> {
  /** Where flags come from. It may be given later, to `start`. */
  readonly source?: FlagSource | undefined;
  /** From `defineFeatures`. Without it, a feature's key is its flag's key. */
  readonly features?: Features<F> | undefined;
  /** The snapshot of the server. It is used until the source has answered. */
  readonly snapshot?: Snapshot | null | undefined;
  /** Before the first answer: `open`, or `hold` the place for `pendingTimeoutMs`. Default `open`. */
  readonly pending?: 'open' | 'hold' | undefined;
  /** How long to wait for the first answer, in milliseconds. Default 2000. */
  readonly pendingTimeoutMs?: number | undefined;
  /** The user of the page, for sources that do not know it. `setUser` changes it. */
  readonly user?: unknown;
  /** The language of notices, as a BCP 47 tag. Default `en`. */
  readonly locale?: string | undefined;
  /** The clock, in epoch milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** When this client reopens within a reopening, from 0 to 1. Default: random. */
  readonly jitter?: number | undefined;
  readonly onChange?: ((change: MaintenanceChange<F>) => void) | undefined;
  /** Called once per cause. Default: `console.error`. */
  readonly onError?: ((error: MaintenanceError) => void) | undefined;
}

/** Holds the state of every feature for the current user. */
export interface MaintenanceStore<F extends string = string> {
  /** Reads a source before `start` follows it, so that the first render is right. */
  prime(source: FlagSource | undefined): void;
  /** Follows the source, or another one, until the returned function is called. If it is started twice, both must stop it. */
  start(source?: FlagSource): () => void;
  /** The state of a feature. @throws `unknown-feature` in development, if features are defined and this is not one of them. */
  get(feature: F): Maintenance<F>;
  /** Calls `listener` after each change of the state of this feature. */
  subscribe(feature: F, listener: () => void): () => void;
  /** The features that are in maintenance or about to be, worst first. */
  getAffected(): readonly Maintenance<F>[];
  subscribeAffected(listener: () => void): () => void;
  /** The state at the first render: that of the snapshot, at the server's instant. Without a snapshot: no maintenance. */
  getInitial(feature: F): Maintenance<F>;
  getInitialAffected(): readonly Maintenance<F>[];
  getStatus(): SourceStatus;
  /** Whether places are held for the first answer. */
  isHolding(): boolean;
  /** Whether places are held at the first render, on the server and in the browser. The source may know more by then. */
  isHoldingInitially(): boolean;
  subscribeStatus(listener: () => void): () => void;
  /** The name of a feature in a language. Default: the language of the store. */
  labelOf(feature: F, locale?: string): string;
  /** Whether its label is a plural, such as "Comments". */
  isPlural(feature: F, locale?: string): boolean;
  /** Whether a window belongs to a flag of this store. False for windows with an `id` of their own, which do not tell. */
  ownsWindow(windowId: string): boolean;
  setLocale(locale: string): void;
  /**
   * Sets the user of the page: a key, or any other value, compared by `Object.is`. When the user changes, the state for the previous user
   * is dropped at once, and the source asks again if it can. That does not count as the end of a maintenance. Sources that know their user
   * (LaunchDarkly, OpenFeature) report changes themselves.
   */
  setUser(user: unknown): void;
  /** How often the user changed: by `setUser`, by the source, or by another source. Each change calls the listeners of the status. */
  getUserChanges(): number;
  /** When the user changed last, in epoch milliseconds; 0 for the first user. */
  getUserSince(): number;
  /**
   * Closes a feature because an API refused a request. It stays closed until its flag changes, or until an instant in epoch milliseconds.
   * `maintenanceFetch` calls it.
   */
  reportUnavailable(feature: F, window: MaintenanceWindow, until: number): void;
  /**
   * Sets the time at the server, in epoch milliseconds, to correct the visitor's clock. A difference of less than five seconds is ignored,
   * because an answer takes time to arrive. `maintenanceFetch` calls it.
   */
  setServerTime(instant: number): void;
  /** An object that exists once per store, even if several React roots share the store. The first call with a `name` creates it. */
  shared<T>(name: string, make: () => T): T;
  /** Updates all states to the present time. Call it when a tab woke up or the clock was set. */
  refresh(): void;
  /**
   * The time that states are computed for, in epoch milliseconds: the visitor's clock, corrected by the server's clock if a source
   * (`pollingSource`), an answer (`maintenanceFetch`) or a snapshot tells it.
   */
  now(): number;
}

/** What the store knows about one feature. */
interface FeatureRecord<F extends string> extends FlagReading<F> {
  /** Its position among the features. */
  readonly position: number;
  /** Whether the source or a snapshot has given a value of its flag. */
  known: boolean;
  state: Maintenance<F>;
  /** The state at the first render. */
  initial?: Maintenance<F>;
  readonly listeners: Listeners;
  /** The features whose flags affect this one, itself first. */
  causes: readonly FeatureRecord<F>[];
  /** The features that the flag of this one affects. */
  readonly dependents: FeatureRecord<F>[];
}

interface Change<F extends string> {
  readonly record: FeatureRecord<F>;
  readonly from: Maintenance<F>;
  readonly to: Maintenance<F>;
  readonly userChanged: boolean;
}

/**
 * Creates a store. It reads the source at once, and follows it from `start` until it is stopped. Each feature has its own listeners, so that
 * a change of a flag calls only the listeners of features that depend on it.
 *
 * @example
 * const store = createMaintenanceStore({ source, features });
 * const stop = store.start();
 * store.subscribe('search', () => console.log(store.get('search').mode));
 */
export function createMaintenanceStore<F extends string = string>(
  options: MaintenanceStoreOptions<F> = {},
): MaintenanceStore<F> {
  const { features, onChange, onError = console.error } = options;

  const byFeature = new Map<F, FeatureRecord<F>>();
  /** The records that have a flag. */
  const byFlag = new Map<string, FeatureRecord<F>>();
  const inMaintenance = new Set<FeatureRecord<F>>();
  const affectedListeners: Listeners = new Set();
  const statusListeners: Listeners = new Set();
  const reported = new Set<string>();
  const shared = new Map<string, unknown>();

  // Options are checked now. Otherwise an invalid one would be found on the day of the maintenance.
  const pending = check('pending', (value) => value === 'open' || value === 'hold', '"open" or "hold"');
  const pendingTimeoutMs =
    check('pendingTimeoutMs', (value) => Number.isFinite(value) && Number(value) >= 0, 'milliseconds') ??
    2000;
  const snapshot = check(
    'snapshot',
    (value) => value === null || isSnapshot(value),
    'the result of takeSnapshot',
  );
  const clock = check('now', (value) => typeof value === 'function', 'a function') ?? Date.now;
  const holds = pending === 'hold' && !snapshot;
  const initialLocale = checkLocale(options.locale);
  let locale = initialLocale;
  /** How far the visitor's clock is behind the server's, in milliseconds; `undefined` until it is needed. */
  let clockOffset = snapshot ? undefined : 0;
  /** Drawn only when it is needed: prerendering forbids `Math.random`. */
  let drawnJitter = options.jitter;
  const jitter = () => (drawnJitter ??= Math.random());

  /** The user that the app named, if it has named one. */
  let namedUser = 'user' in options ? { user: options.user } : undefined;
  let userChanges = 0;
  let userSince = 0;
  /** How many callers of `start` have not stopped. */
  let starts = 0;
  let running = false;
  /** Whether the store waits for the first answer. */
  let waiting = true;
  let deadline: ReturnType<typeof setTimeout> | undefined;

  /** The instant of the last update. */
  let present = -Infinity;
  /** The next instant at which a state changes without a change of a flag. */
  let next = Infinity;
  const schedule = createScheduler(now, () => update([]));
  let affected: readonly Maintenance<F>[] | undefined;
  let initialAffected: readonly Maintenance<F>[] | undefined;
  /** Whether a feature in maintenance was added after the affected features were read. */
  let affectedGrew = false;
  /** Changes that not all listeners have been told of. */
  const untold: (readonly Change<F>[])[] = [];

  const subscription = createSubscription({
    snapshotAt: () => (userChanges ? -Infinity : (snapshot?.now ?? -Infinity)),
    onFlag: readFlags,
    onStatus: followStatus,
    onError: reportOnce,
  });

  if (development && process.env.NODE_ENV !== 'production') assertDefined(features);
  // A feature may be defined before the features that it depends on.
  if (features) Object.values<Feature<F>>(features).map(createRecord).forEach(linkRecord);
  // Without defined features, the keys in the snapshot are the features.
  else for (const key of Object.keys(snapshot?.windows ?? {})) addRecord(featureOfFlag(key as F));
  subscription.use(options.source);
  subscription.readUser(true);
  readStatus();
  for (const record of byFlag.values()) readWindow(record);
  for (const record of byFlag.values()) placeRecord(record);

  function createRecord(feature: Feature<F>): FeatureRecord<F> {
    const record: FeatureRecord<F> = {
      ...readSnapshot(snapshot, feature),
      position: byFeature.size,
      known: Boolean(snapshot),
      state: operational(feature.key),
      listeners: new Set(),
      causes: [],
      dependents: [],
    };
    byFeature.set(feature.key, record);
    return record;
  }

  function linkRecord(record: FeatureRecord<F>): void {
    const { causes, flag } = record.feature;
    record.causes = causes.flatMap((cause) => byFeature.get(cause) ?? []);
    for (const cause of record.causes) cause.dependents.push(record);
    if (causes.length) byFlag.set(flag, record);
  }

  function addRecord(feature: Feature<F>): FeatureRecord<F> {
    const record = createRecord(feature);
    linkRecord(record);
    return record;
  }

  /** The record of a feature. If no features are defined, a new feature is added when it is first asked for. */
  function recordOf(key: F): FeatureRecord<F> {
    const found = byFeature.get(key);
    if (found) return found;
    const feature = featureOfFlag(key);
    if (features) {
      const message = `There is no feature "${key}".`;
      if (development && process.env.NODE_ENV !== 'production') {
        throw maintenanceError('unknown-feature', `${message} Defined are: ${listNames(features)}.`);
      }
      reportOnce(maintenanceError('unknown-feature', message));
      // It has no flag, so it is never in maintenance.
      return addRecord({ ...feature, causes: [] });
    }
    const record = addRecord(feature);
    readWindow(record);
    placeRecord(record);
    return record;
  }

  // When a flag changed or time passed: read the flags, then update the states, then call the listeners.

  function readFlags(flag?: string): void {
    if (subscription.readUser(namedUser?.user !== undefined)) return changeUser();
    const records = flag === undefined ? [...byFlag.values()] : [byFlag.get(flag) ?? []].flat();
    update(records.filter(readWindow));
  }

  /** Reads the flag of a feature. Returns whether it has changed. */
  function readWindow(record: FeatureRecord<F>): boolean {
    const { feature } = record;
    const value = subscription.read(feature.flag);
    if (value !== unanswered) {
      record.known = true;
      const window = interpretFlag(value, feature, reportOnce);
      // The clock is read only if there is a maintenance: prerendering forbids it.
      return (
        Boolean(window ?? record.window ?? record.reopening) && changeWindow(record, window, now(), jitter)
      );
    }
    // The last known window stays. If there is none, `failure` decides once the wait for the first answer is over.
    if (record.known || feature.failure === 'open' || waiting) return false;
    return changeWindow(record, { id: feature.flag, mode: feature.mode }, now(), jitter);
  }

  /** Gives a record its first state. */
  function placeRecord(record: FeatureRecord<F>): void {
    // The clock is read only if there is a maintenance: prerendering forbids it.
    if (!record.causes.some(hasTime)) return;
    present = Math.max(present, now());
    setState(record, resolve(record));
    const instant = nextInstantOf(record, present, jitter);
    if (instant < next) scheduleNext(instant);
    if (record.state.phase === 'none') return;
    if (affected) affectedGrew = true;
    affected = undefined;
  }

  /**
   * Updates the states that these flags affect, or all states. First all states change, then all listeners are called, so that no listener
   * sees half of a change.
   */
  function update(changed: readonly FeatureRecord<F>[], everything = false, userChanged = false): void {
    const instant = now();
    // If the next instant has passed, or the clock was set back, any window may be in another phase.
    const all = everything || instant >= next || instant < present;
    present = instant;
    const stale = all ? [...changed, ...[...byFlag.values()].filter(hasTime)] : changed;
    let upcoming = all ? Infinity : next;
    for (const record of stale) {
      expireReopening(record, instant);
      upcoming = Math.min(upcoming, nextInstantOf(record, instant, jitter));
    }
    // Even if the instant is the same: its distance from now changes when the clock is set.
    scheduleNext(upcoming);

    const changes: Change<F>[] = [];
    for (const record of new Set(stale.flatMap(({ dependents }) => dependents))) {
      const from = record.state;
      const to = resolve(record);
      if (JSON.stringify(from) === JSON.stringify(to)) continue;
      setState(record, to);
      changes.push({ record, from, to, userChanged });
    }
    if (changes.length) tell(changes);
  }

  function resolve({ feature, causes }: FeatureRecord<F>): Maintenance<F> {
    return resolveMaintenance(feature.key, causes, present, jitter, locale);
  }

  function setState(record: FeatureRecord<F>, state: Maintenance<F>): void {
    record.state = state;
    if (state.phase === 'none') inMaintenance.delete(record);
    else inMaintenance.add(record);
  }

  function scheduleNext(instant: number): void {
    next = instant;
    if (running) schedule(instant);
  }

  function tell(changes: readonly Change<F>[]): void {
    affected = undefined;
    // If a listener makes a change, all listeners are told of the previous change first.
    if (untold.push(changes) > 1) return;
    for (const batch of untold) {
      for (const { record } of batch) notify(record.listeners);
      notify(affectedListeners);
      for (const { record, from, to, userChanged } of batch) {
        attempt(() =>
          onChange?.({ feature: record.feature.key, from, to, ...(userChanged && { userChanged }) }),
        );
      }
    }
    untold.length = 0;
  }

  /** Calls the present listeners, but not those that are added meanwhile, or removed before their turn. */
  function notify(listeners: Listeners): void {
    for (const listener of [...listeners]) if (listeners.has(listener)) attempt(listener);
  }

  function attempt(listener: () => void): void {
    try {
      listener();
    } catch (cause) {
      const message = `A listener threw: ${reasonOf(cause)}. The others were told.`;
      reportOnce(maintenanceError('listener-failed', message, { cause }));
    }
  }

  /** Reports an error unless one with the same cause was reported before. */
  function reportOnce(error: MaintenanceError, cause = error.message): void {
    if (reported.has(cause)) return;
    reported.add(cause);
    try {
      onError(error);
    } catch {
      // If onError throws, there is nowhere left to report it.
    }
  }

  // The status of the source, and the first answer.

  function followStatus(): void {
    if (subscription.readUser(namedUser?.user !== undefined)) return changeUser();
    const waited = waiting;
    const changed = readStatus();
    readFlags();
    if (changed || waiting !== waited) notify(statusListeners);
  }

  /** Reads the status of the source; returns whether it changed. */
  function readStatus(): boolean {
    const changed = subscription.readStatus();
    clockOffset = subscription.clockOffset() ?? clockOffset;
    if (subscription.status().state !== 'pending') stopWaiting();
    return changed;
  }

  function waitForAnswer(): void {
    clearTimeout(deadline);
    deadline = setTimeout(() => {
      stopWaiting();
      readFlags();
      notify(statusListeners);
    }, pendingTimeoutMs);
  }

  function stopWaiting(): void {
    waiting = false;
    clearTimeout(deadline);
  }

  /** Drops everything about the previous user, and reads the flags of the present one. */
  function changeUser(): void {
    const all = [...byFlag.values()];
    userChanges += 1;
    for (const record of all) {
      record.window = record.reopening = null;
      record.known = false;
    }
    waiting = true;
    if (running) waitForAnswer();
    readStatus();
    all.forEach(readWindow);
    update(all, false, true);
    userSince = present;
    notify(statusListeners);
  }

  function run(): void {
    running = true;
    subscription.open(byFlag.keys());
    schedule(next);
    if (waiting) waitForAnswer();
  }

  function rest(): void {
    running = false;
    subscription.close();
    schedule(Infinity);
    clearTimeout(deadline);
  }

  function now(): number {
    const instant = readClock() + readOffset();
    // `Intl` throws for a time that a date cannot represent, for example of a server that counts microseconds.
    return Math.abs(instant) < 8e15 ? instant : Date.now();
  }

  function readClock(): number {
    const instant = clock();
    return (
      checkOption('now', instant, Number.isFinite, 'a clock in epoch milliseconds', reportOnce) ?? Date.now()
    );
  }

  /** Only when the clock is needed or the store starts: prerendering forbids reading the clock. */
  function readOffset(): number {
    return (clockOffset ??= snapshot ? readClockOffset(snapshot, readClock()) : 0);
  }

  function check<K extends keyof typeof options>(
    name: K,
    isGood: (value: unknown) => boolean,
    expected: string,
  ): MaintenanceStoreOptions<F>[K] {
    return checkOption(name, options[name], isGood, expected, reportOnce);
  }

  function checkLocale(given: string | undefined): string {
    const expected = 'a BCP 47 language tag like "en" or "pt-BR"';
    return checkOption('locale', given, isLocale, expected, reportOnce) ?? 'en';
  }

  // The first render, which must equal the server's.

  function initialOf(key: F): Maintenance<F> {
    const record = recordOf(key);
    return (record.initial ??= readInitial(record));
  }

  function readInitial({ feature, causes, state }: FeatureRecord<F>): Maintenance<F> {
    const initial = snapshot
      ? resolveMaintenance(
          feature.key,
          causes.map((cause) => readSnapshot(snapshot, cause.feature)),
          snapshot.now,
          () => 1,
          initialLocale,
        )
      : operational(feature.key);
    // The present object if it is equal: hydration then takes one render.
    return JSON.stringify(initial) === JSON.stringify(state) ? state : initial;
  }

  function readInitialAffected(): readonly Maintenance<F>[] {
    const initial = (snapshot ? [...byFlag.values()] : [])
      .map(({ feature }) => initialOf(feature.key))
      .filter(({ phase }) => phase !== 'none')
      .sort(compareSeverity);
    const current = getAffected();
    const same = initial.length === current.length && initial.every((state, at) => state === current[at]);
    return same ? current : initial;
  }

  function getAffected(): readonly Maintenance<F>[] {
    return (affected ??= [...inMaintenance]
      .sort((a, b) => compareSeverity(a.state, b.state) || a.position - b.position)
      .map(({ state }) => state));
  }

  return {
    prime(source) {
      if (!running && subscription.use(source)) followStatus();
    },
    start(source) {
      starts += 1;
      readOffset();
      const isNew = subscription.use(source);
      if (isNew || !running) {
        if (!running) run();
        // A change between the first read and now was missed.
        followStatus();
      }
      let stopped = false;
      return () => {
        if (stopped) return;
        stopped = true;
        starts -= 1;
        // A moment later, because StrictMode stops and starts again at once. The source must not open its stream twice.
        queueMicrotask(() => {
          if (!starts && running) rest();
        });
      };
    },
    get: (key) => recordOf(key).state,
    subscribe(key, listener) {
      const { feature, listeners } = recordOf(key);
      if (!features && subscription.add(feature.flag)) readFlags(feature.flag);
      if (affectedGrew) {
        affectedGrew = false;
        notify(affectedListeners);
      }
      return add(listeners, listener);
    },
    getAffected,
    subscribeAffected: (listener) => add(affectedListeners, listener),
    getInitial: initialOf,
    getInitialAffected: () => (initialAffected ??= readInitialAffected()),
    getStatus: subscription.status,
    // Only for the first user. Later, there is something in the place that people use.
    isHolding: () => waiting && holds && !userChanges,
    isHoldingInitially: () => holds,
    subscribeStatus: (listener) => add(statusListeners, listener),
    labelOf: (key, language = locale) => labelIn(recordOf(key).feature, language),
    isPlural: (key, language = locale) => isPluralIn(recordOf(key).feature, language),
    setLocale(to) {
      const before = locale;
      locale = checkLocale(to);
      if (locale !== before) update([], true);
    },
    ownsWindow: (id) => byFlag.has(id) || byFlag.has(id.replace(/@\d+$/, '')),
    setUser(user) {
      const isAnother = namedUser !== undefined && !Object.is(namedUser.user, user);
      const before = userChanges;
      namedUser = { user };
      if (!isAnother) return;
      subscription.forget();
      if (userChanges > before) return;
      // A source without a subscription did not report the change.
      subscription.readUser(true);
      changeUser();
    },
    getUserChanges: () => userChanges,
    getUserSince: () => userSince,
    reportUnavailable(feature, window, until) {
      const record = recordOf(feature);
      record.reopening = { window, phase: 'active', since: now(), until };
      update([record]);
    },
    setServerTime(instant) {
      const offset = instant - readClock();
      if (Math.abs(offset - readOffset()) < significantOffsetMs) return;
      clockOffset = offset;
      update([], true);
    },
    shared<T>(name: string, make: () => T): T {
      if (!shared.has(name)) shared.set(name, make());
      // Each name has one maker.
      return shared.get(name) as T;
    },
    refresh: () => update([], true),
    now,
  };
}

// HTTP dates are precise to the second, and an answer takes time to arrive.
const significantOffsetMs = 5_000;

type Listeners = Set<() => void>;

/** Adds a listener and returns how to remove it. Each entry is a new function, so that the same listener can be added twice. */
function add(listeners: Listeners, listener: () => void): () => void {
  const own = () => listener();
  listeners.add(own);
  return () => void listeners.delete(own);
}

/** Whether a state can change with time, without a change of its flag. */
function hasTime({ window, reopening }: FlagReading): boolean {
  return (window ?? reopening) !== null;
}

/** For programs without types: features that did not go through `defineFeatures`. */
function assertDefined(features: object | undefined): void {
  for (const feature of Object.values(features ?? {}) as unknown[]) {
    if (Object(feature) === feature && 'causes' in Object(feature)) continue;
    const message = `The option "features" is ${describe(features)}; expected the result of defineFeatures().`;
    throw maintenanceError('invalid-option', message);
  }
}
