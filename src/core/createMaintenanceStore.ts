import { compareSeverity } from './compareSeverity.js';
import { createAlarm } from './createAlarm.js';
import { createConnection } from './createConnection.js';
import { createEntries } from './createEntries.js';
import { createListeners } from './createListeners.js';
import { createReporter } from './createReporter.js';
import { featureOfFlag } from './defineFeatures.js';
import { development, maintenanceError } from './errors.js';
import { changeWindow, nextInstantOf, resolve, type FeatureEntry } from './FeatureEntry.js';
import { interpretFlag } from './interpretFlag.js';
import { operational, type Maintenance } from './Maintenance.js';
import type { MaintenanceStore, MaintenanceStoreOptions } from './MaintenanceStore.js';

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
  const { features, snapshot, now = Date.now, pendingTimeoutMs = 2000, share = Math.random() } = options;
  const reporter = createReporter(options.onError ?? console.error);
  const entries = createEntries(features, snapshot, () => createListeners(reporter.attempt));
  const affectedListeners = createListeners(reporter.attempt);
  const statusListeners = createListeners(reporter.attempt);
  const alarm = createAlarm(now, refresh);
  const connection = createConnection({
    onFlag: readFlags,
    onStatus: followStatus,
    onError: reporter.tellOnce,
  });
  const initialStates = new Map<F, Maintenance<F>>();
  let affected: readonly Maintenance<F>[] | undefined;
  let initialAffected: readonly Maintenance<F>[] | undefined;
  let locale = options.locale ?? 'en';
  let starts = 0;
  let running = false;
  /** The first answer was waited for long enough. */
  let waited = false;
  let deadline: ReturnType<typeof setTimeout> | undefined;

  connection.use(options.source);
  for (const entry of entries.all.values()) readWindow(entry);
  for (const entry of entries.all.values()) entry.state = stateOf(entry);

  function entryOf(key: F): FeatureEntry<F> {
    const found = entries.all.get(key);
    if (found) return found;
    if (features) {
      const names = Object.keys(features).join(', ');
      const error = maintenanceError(
        'unknown-feature',
        `There is no feature "${key}". Defined are: ${names}.`,
      );
      if (development) throw error;
      reporter.tellOnce(error);
    }
    const entry = entries.add(featureOfFlag(key));
    readWindow(entry);
    entry.state = stateOf(entry);
    affected = undefined;
    return entry;
  }

  function stateOf(entry: FeatureEntry<F>): Maintenance<F> {
    return resolve(entry.feature.key, entries.causesOf(entry), now(), share, locale);
  }

  /** Reads the flag of an entry; true when it says something else than before. */
  function readWindow(entry: FeatureEntry<F>): boolean {
    const { flag, mode, failure } = entry.feature;
    const value = connection.read(flag);
    const { state } = connection.status();
    if (value === undefined && state !== 'ready') {
      // Nothing new is known: what was known holds, and without that the feature's own choice.
      const gaveUp = state === 'failed' || waited;
      if (entry.known || failure === 'open' || !gaveUp) return false;
      return changeWindow(entry, { id: flag, mode }, now(), share);
    }
    entry.known = true;
    const told = new Set<string>();
    const window = interpretFlag(value, entry.feature, (error) => {
      told.add(error.message);
      if (!entry.told.has(error.message)) reporter.tell(error);
    });
    entry.told = told;
    return changeWindow(entry, window, now(), share);
  }

  function readFlags(flag?: string): void {
    const stale = flag === undefined ? [...entries.all.values()] : [entries.ofFlag(flag) ?? []].flat();
    update(entries.dependingOn(stale.filter(readWindow)));
  }

  function refresh(): void {
    update(
      entries.dependingOn([...entries.all.values()].filter(({ window, reopening }) => window ?? reopening)),
    );
  }

  /** Brings entries to the present: first all states, then all listeners, so that nobody sees half of a change. */
  function update(stale: Iterable<FeatureEntry<F>>): void {
    const changes: { entry: FeatureEntry<F>; from: Maintenance<F>; to: Maintenance<F> }[] = [];
    for (const entry of stale) {
      const from = entry.state;
      const to = stateOf(entry);
      if (JSON.stringify(from) === JSON.stringify(to)) continue;
      entry.state = to;
      changes.push({ entry, from, to });
    }
    setAlarm();
    if (!changes.length) return;
    affected = undefined;
    for (const { entry } of changes) entry.listeners.notify();
    affectedListeners.notify();
    for (const { entry, from, to } of changes) {
      reporter.attempt(() => options.onChange?.({ feature: entry.feature.key, from, to }));
    }
  }

  function setAlarm(): void {
    if (!running) return;
    const instant = now();
    let next = Infinity;
    for (const entry of entries.all.values()) next = Math.min(next, nextInstantOf(entry, instant, share));
    alarm.set(next);
  }

  function followStatus(): void {
    if (connection.status().state !== 'pending') clearTimeout(deadline);
    readFlags();
    statusListeners.notify();
  }

  function giveUpWaiting(): void {
    waited = true;
    followStatus();
  }

  function start(): void {
    running = true;
    connection.open([...entries.all.values()].map(({ feature }) => feature.flag));
    if (connection.status().state === 'pending' && !waited)
      deadline = setTimeout(giveUpWaiting, pendingTimeoutMs);
  }

  function stop(): void {
    running = false;
    connection.close();
    alarm.set(Infinity);
    clearTimeout(deadline);
  }

  function initialOf(key: F): Maintenance<F> {
    const found = initialStates.get(key);
    if (found) return found;
    const entry = entryOf(key);
    const causes = entries.snapshotCausesOf(entry);
    const initial = snapshot ? resolve(key, causes, snapshot.now, 1, locale) : operational(key);
    // The present object where it says the same, so that hydration is one render.
    const state = JSON.stringify(initial) === JSON.stringify(entry.state) ? entry.state : initial;
    initialStates.set(key, state);
    return state;
  }

  function getAffected(): readonly Maintenance<F>[] {
    return (affected ??= affectedOf([...entries.all.values()].map(({ state }) => state)));
  }

  function initialAffectedOf(present: readonly Maintenance<F>[]): readonly Maintenance<F>[] {
    const initial = affectedOf([...entries.all.keys()].map(initialOf));
    const same =
      initial.length === present.length && initial.every((state, index) => state === present[index]);
    return same ? present : initial;
  }

  return {
    start(source) {
      starts += 1;
      connection.use(source);
      if (!running) start();
      // What changed between the first read and this moment was not heard.
      readFlags();
      refresh();
      let stopped = false;
      return () => {
        if (stopped) return;
        stopped = true;
        starts -= 1;
        // A moment later: StrictMode stops and starts again at once, and the source should not open its stream twice.
        queueMicrotask(() => {
          if (!starts && running) stop();
        });
      };
    },
    get: (key) => entryOf(key).state,
    subscribe(key, listener) {
      const { feature, listeners } = entryOf(key);
      if (connection.add(feature.flag)) readFlags(feature.flag);
      return listeners.add(listener);
    },
    getAffected,
    subscribeAffected: affectedListeners.add,
    getInitial: initialOf,
    getInitialAffected: () => (initialAffected ??= initialAffectedOf(getAffected())),
    getStatus: connection.status,
    isHolding: () =>
      options.pending === 'hold' && !snapshot && !waited && connection.status().state === 'pending',
    subscribeStatus: statusListeners.add,
    labelOf: (key) => entryOf(key).feature.label,
    setLocale(next) {
      if (next === locale) return;
      locale = next;
      refresh();
    },
    refresh,
  };
}

function affectedOf<F extends string>(states: readonly Maintenance<F>[]): readonly Maintenance<F>[] {
  return states.filter(({ phase }) => phase !== 'none').sort(compareSeverity);
}
