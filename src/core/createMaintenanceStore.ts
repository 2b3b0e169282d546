import { compareSeverity } from './compareSeverity.js';
import { createConnection, unanswered } from './createConnection.js';
import { createEntries, type FeatureEntry } from './createEntries.js';
import { createListeners } from './createListeners.js';
import { createReporter } from './createReporter.js';
import { createStates } from './createStates.js';
import { featureOfFlag } from './defineFeatures.js';
import { describe, development, listNames, maintenanceError } from './errors.js';
import { changeWindow } from './FlagReading.js';
import { interpretFlag } from './interpretFlag.js';
import { isLocale } from './isLocale.js';
import { isPluralIn, labelIn } from './labels.js';
import { operational, type Maintenance } from './Maintenance.js';
import type { MaintenanceStore, MaintenanceStoreOptions } from './MaintenanceStore.js';
import { readSnapshot } from './readSnapshot.js';
import { resolveMaintenance } from './resolveMaintenance.js';
import type { Snapshot } from './takeSnapshot.js';

/**
 * Makes a store. It reads the source at once and follows it between `start` and its stop; each feature has its own listeners,
 * so that a flag wakes only what depends on it.
 *
 * @example
 * const store = createMaintenanceStore({ source, features });
 * const stop = store.start();
 * store.subscribe('search', () => console.log(store.get('search').mode));
 */
export function createMaintenanceStore<F extends string = string>(
  options: MaintenanceStoreOptions<F> = {},
): MaintenanceStore<F> {
  const { features, onChange } = options;
  const snapshot = options.snapshot ?? undefined;
  const { now: clock = Date.now, pendingTimeoutMs = 2000 } = options;
  /** How far the visitor's clock is behind that of the server, in milliseconds. */
  let clockOffset = snapshot ? undefined : 0;
  const now = () => clock() + readOffset();
  // Drawn when it is needed: nothing random while a server prerenders.
  let drawn = options.jitter;
  const jitter = () => (drawn ??= Math.random());
  const { attempt, tellOnce } = createReporter(options.onError ?? console.error);
  const initialLocale = checkLocale(options.locale);
  let locale = initialLocale;
  const entries = createEntries(features, snapshot);
  const states = createStates({ entries, now, jitter, locale, attempt, onChange });
  const statusListeners = createListeners(attempt);
  const connection = createConnection({
    snapshotAt: () => (userChanges ? -Infinity : (snapshot?.now ?? -Infinity)),
    onFlag: readFlags,
    onStatus: followStatus,
    onError: tellOnce,
  });
  const holds = options.pending === 'hold' && !snapshot;
  const shared = new Map<string, unknown>();
  /** What an app said, if it ever did. */
  let saidUser = 'user' in options ? { user: options.user } : undefined;
  let userChanges = 0;
  let initialAffected: readonly Maintenance<F>[] | undefined;
  let starts = 0;
  let running = false;
  /** The first answer has not come yet, and was not given up. */
  let waiting = true;
  let deadline: ReturnType<typeof setTimeout> | undefined;

  connection.use(options.source);
  connection.readUser(true);
  readStatus();
  for (const entry of entries.byFlag.values()) readWindow(entry);
  for (const entry of entries.byFlag.values()) states.place(entry);

  /** Not before the clock is needed, or the store starts: a server that prerenders forbids it. */
  function readOffset(): number {
    return (clockOffset ??= snapshot ? readClockOffset(snapshot, clock()) : 0);
  }

  /** A language that makes no sense would only be found out on the day of the maintenance. */
  function checkLocale(given: string = 'en'): string {
    if (isLocale(given)) return given;
    const message = `The locale ${describe(given)} is no BCP 47 language tag like "en" or "pt-BR". Texts are English.`;
    tellOnce(maintenanceError('invalid-option', message));
    return 'en';
  }

  function entryOf(key: F): FeatureEntry<F> {
    const found = entries.byFeature.get(key);
    if (found) return found;
    const feature = featureOfFlag(key);
    if (features) {
      const message = `There is no feature "${key}". Defined are: ${listNames(features)}.`;
      const error = maintenanceError('unknown-feature', message);
      if (development) throw error;
      tellOnce(error);
      // Nothing decides about it: it is never in maintenance.
      return entries.add({ ...feature, causes: [] });
    }
    const entry = entries.add(feature);
    readWindow(entry);
    states.place(entry);
    return entry;
  }

  /** Reads the flag of an entry; true when it says something else than before. */
  function readWindow(entry: FeatureEntry<F>): boolean {
    const { feature } = entry;
    const value = connection.read(feature.flag);
    if (value !== unanswered) {
      entry.known = true;
      const window = interpretFlag(value, feature, tellOnce);
      // Without a maintenance no clock is read: a server that prerenders forbids it.
      return Boolean(window ?? entry.window ?? entry.reopening) && changeWindow(entry, window, now(), jitter);
    }
    // What was known holds; without that the feature's own choice does, once nobody waits any more.
    if (entry.known || feature.failure === 'open' || waiting) return false;
    return changeWindow(entry, { id: feature.flag, mode: feature.mode }, now(), jitter);
  }

  function readFlags(flag?: string): void {
    const { byFlag } = entries;
    if (connection.readUser(saidUser?.user !== undefined)) return changeUser();
    const stale = flag === undefined ? [...byFlag.values()] : [byFlag.get(flag) ?? []].flat();
    states.update(stale.filter(readWindow));
  }

  /** Reads the status of the source; true when it changed. */
  function readStatus(): boolean {
    const changed = connection.readStatus();
    clockOffset = connection.clockOffset() ?? clockOffset;
    if (connection.status().state !== 'pending') stopWaiting();
    return changed;
  }

  function followStatus(): void {
    if (connection.readUser(saidUser?.user !== undefined)) return changeUser();
    const waited = waiting;
    const changed = readStatus();
    readFlags();
    if (changed || waiting !== waited) statusListeners.notify();
  }

  /** Drops what was known of the person before, and reads what the source says of the one now. */
  function changeUser(): void {
    const all = [...entries.byFlag.values()];
    userChanges += 1;
    for (const entry of all) {
      entry.window = entry.reopening = null;
      entry.known = false;
    }
    waiting = true;
    if (running) awaitAnswer();
    readStatus();
    all.forEach(readWindow);
    states.update(all, true);
    statusListeners.notify();
  }

  function awaitAnswer(): void {
    clearTimeout(deadline);
    deadline = setTimeout(giveUp, pendingTimeoutMs);
  }

  function stopWaiting(): void {
    waiting = false;
    clearTimeout(deadline);
  }

  function giveUp(): void {
    stopWaiting();
    readFlags();
    statusListeners.notify();
  }

  function open(): void {
    running = true;
    connection.open(entries.byFlag.keys());
    states.setRunning(true);
    if (waiting) awaitAnswer();
  }

  function close(): void {
    running = false;
    connection.close();
    states.setRunning(false);
    clearTimeout(deadline);
  }

  function initialOf(key: F): Maintenance<F> {
    const entry = entryOf(key);
    return (entry.initial ??= readInitial(entry));
  }

  function readInitial(entry: FeatureEntry<F>): Maintenance<F> {
    const { key } = entry.feature;
    const causes = snapshot && entry.causes.map(({ feature }) => readSnapshot(snapshot, feature));
    const initial = causes
      ? resolveMaintenance(key, causes, snapshot.now, () => 1, initialLocale)
      : operational(key);
    // The present object where it says the same: hydration is one render then.
    return JSON.stringify(initial) === JSON.stringify(entry.state) ? entry.state : initial;
  }

  function readInitialAffected(): readonly Maintenance<F>[] {
    const initial = (snapshot ? [...entries.byFlag.values()] : [])
      .map(({ feature }) => initialOf(feature.key))
      .filter(({ phase }) => phase !== 'none')
      .sort(compareSeverity);
    const present = states.getAffected();
    const same = initial.length === present.length && initial.every((state, at) => state === present[at]);
    return same ? present : initial;
  }

  return {
    prime(source) {
      if (!running && connection.use(source)) followStatus();
    },
    start(source) {
      starts += 1;
      readOffset();
      const another = connection.use(source);
      if (another || !running) {
        if (!running) open();
        // What changed between the first read and this moment was not heard.
        followStatus();
      }
      let stopped = false;
      return () => {
        if (stopped) return;
        stopped = true;
        starts -= 1;
        // A moment later: StrictMode stops and starts again at once, and the source should not open its stream twice.
        queueMicrotask(() => {
          if (!starts && running) close();
        });
      };
    },
    get: (key) => entryOf(key).state,
    subscribe(key, listener) {
      const entry = entryOf(key);
      const { flag } = entry.feature;
      if (!features && connection.add(flag)) readFlags(flag);
      return states.subscribe(entry, listener);
    },
    getAffected: states.getAffected,
    subscribeAffected: states.subscribeAffected,
    getInitial: initialOf,
    getInitialAffected: () => (initialAffected ??= readInitialAffected()),
    getStatus: connection.status,
    // Once: afterwards there is something in the place that people use.
    isHolding: () => waiting && holds && !userChanges,
    isHoldingInitially: () => holds,
    subscribeStatus: statusListeners.add,
    labelOf: (key, language = locale) => labelIn(entryOf(key).feature, language),
    isPlural: (key, language = locale) => isPluralIn(entryOf(key).feature, language),
    setLocale(to) {
      locale = checkLocale(to);
      states.setLocale(locale);
    },
    ownsWindow: (id) => entries.byFlag.has(id) || entries.byFlag.has(id.replace(/@\d+$/, '')),
    setUser(user) {
      const another = saidUser !== undefined && !Object.is(saidUser.user, user);
      const before = userChanges;
      saidUser = { user };
      if (!another) return;
      connection.forget();
      if (userChanges > before) return;
      // A source that is not listened to told nobody.
      connection.readUser(true);
      changeUser();
    },
    getUserChanges: () => userChanges,
    reportUnavailable(feature, window, until) {
      const entry = entryOf(feature);
      entry.reopening = { window, phase: 'active', since: now(), until };
      states.update([entry]);
    },
    shared<T>(name: string, make: () => T): T {
      if (!shared.has(name)) shared.set(name, make());
      // Each name has one maker.
      return shared.get(name) as T;
    },
    refresh: states.refresh,
    now,
  };
}

// A page takes a while to come alive: what it lags behind by less says nothing of the clock.
const loadingMs = 300_000;

/** What a snapshot says of the visitor's clock: nothing is read in the future, and little long ago. */
function readClockOffset(snapshot: Snapshot, now: number): number {
  const offset = snapshot.now - now;
  return snapshot.static || (offset <= 0 && offset > -loadingMs) ? 0 : offset;
}
