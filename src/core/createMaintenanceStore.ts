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
  const { features, snapshot, onChange } = options;
  const { now = Date.now, pendingTimeoutMs = 2000 } = options;
  // Drawn when it is needed: nothing random while a server prerenders.
  let drawn = options.share;
  const share = () => (drawn ??= Math.random());
  const { attempt, tellOnce } = createReporter(options.onError ?? console.error);
  let locale = checkLocale(options.locale);
  const entries = createEntries(features, snapshot);
  const states = createStates({ entries, now, share, locale, attempt, onChange });
  const statusListeners = createListeners(attempt);
  const connection = createConnection({
    snapshotAt: snapshot?.now,
    onFlag: readFlags,
    onStatus: followStatus,
    onError: tellOnce,
  });
  const holds = options.pending === 'hold' && !snapshot;
  const shared = new Map<string, unknown>();
  let initialAffected: readonly Maintenance<F>[] | undefined;
  let starts = 0;
  let running = false;
  /** The first answer has not come yet, and was not given up. */
  let waiting = true;
  let deadline: ReturnType<typeof setTimeout> | undefined;

  connection.use(options.source);
  readStatus();
  for (const entry of entries.byFlag.values()) readWindow(entry);
  for (const entry of entries.byFlag.values()) states.place(entry);

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
      return Boolean(window ?? entry.window ?? entry.reopening) && changeWindow(entry, window, now(), share);
    }
    // What was known holds; without that the feature's own choice does, once nobody waits any more.
    if (entry.known || feature.failure === 'open' || waiting) return false;
    return changeWindow(entry, { id: feature.flag, mode: feature.mode }, now(), share);
  }

  function readFlags(flag?: string): void {
    const { byFlag } = entries;
    const stale = flag === undefined ? [...byFlag.values()] : [byFlag.get(flag) ?? []].flat();
    states.update(stale.filter(readWindow));
  }

  /** Reads the status of the source; true when it changed. */
  function readStatus(): boolean {
    const changed = connection.readStatus();
    if (connection.status().state !== 'pending') stopWaiting();
    return changed;
  }

  function followStatus(): void {
    const waited = waiting;
    const changed = readStatus();
    readFlags();
    if (changed || waiting !== waited) statusListeners.notify();
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
    if (waiting) deadline = setTimeout(giveUp, pendingTimeoutMs);
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
      ? resolveMaintenance(key, causes, snapshot.now, () => 1, locale)
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
    isHolding: () => waiting && holds,
    isHoldingInitially: () => holds,
    subscribeStatus: statusListeners.add,
    labelOf: (key, language = locale) => labelIn(entryOf(key).feature, language),
    isPlural: (key, language = locale) => isPluralIn(entryOf(key).feature, language),
    setLocale(to) {
      locale = checkLocale(to);
      states.setLocale(locale);
    },
    noteRefusal(feature, window, until) {
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
  };
}
