import { compareSeverity } from './compareSeverity.js';
import { createAlarm } from './createAlarm.js';
import type { Entries, FeatureEntry } from './createEntries.js';
import { createListeners } from './createListeners.js';
import type { Reporter } from './createReporter.js';
import { expireReopening, nextInstantOf } from './FlagReading.js';
import type { Maintenance } from './Maintenance.js';
import type { MaintenanceChange } from './MaintenanceStore.js';
import { resolveMaintenance } from './resolveMaintenance.js';

interface StatesOptions<F extends string> {
  readonly entries: Entries<F>;
  readonly now: () => number;
  readonly jitter: () => number;
  readonly locale: string;
  readonly attempt: Reporter['attempt'];
  readonly onChange: ((change: MaintenanceChange<F>) => void) | undefined;
}

/** The states of all features at the present instant, and those who listen to them. */
export interface States<F extends string> {
  /** Gives an entry its first state. */
  place(entry: FeatureEntry<F>): void;
  /** Brings what the flags of these entries decide about to the present. `userChanged`: they are those of somebody else. */
  update(changed: readonly FeatureEntry<F>[], userChanged?: boolean): void;
  /** Brings everything to the present. */
  refresh(): void;
  setLocale(locale: string): void;
  /** Whether time passes by itself: with a timer, or only when something else happens. */
  setRunning(running: boolean): void;
  subscribe(entry: FeatureEntry<F>, listener: () => void): () => void;
  getAffected(): readonly Maintenance<F>[];
  subscribeAffected(listener: () => void): () => void;
}

/** Makes the states of these entries, which have to be placed. */
export function createStates<F extends string>(options: StatesOptions<F>): States<F> {
  const { entries, now, jitter, attempt, onChange } = options;
  const inMaintenance = new Set<FeatureEntry<F>>();
  const affectedListeners = createListeners(attempt);
  const alarm = createAlarm(now, () => look([], false));
  /** Changes that not all who listen were told of yet. */
  const untold: (readonly Change<F>[])[] = [];
  let { locale } = options;
  let running = false;
  /** The next instant at which a state may change by itself. */
  let next = Infinity;
  /** The last instant that the states were brought to. */
  let present = -Infinity;
  let affected: readonly Maintenance<F>[] | undefined;
  /** A feature in maintenance was placed after the affected ones had been read. */
  let joined = false;

  function stateOf({ feature, causes }: FeatureEntry<F>): Maintenance<F> {
    return resolveMaintenance(feature.key, causes, present, jitter, locale);
  }

  function setState(entry: FeatureEntry<F>, state: Maintenance<F>): void {
    entry.state = state;
    if (state.phase === 'none') inMaintenance.delete(entry);
    else inMaintenance.add(entry);
  }

  function setNext(instant: number): void {
    next = instant;
    if (running) alarm.set(instant);
  }

  /** Brings entries to the present: first all states, then all listeners, so that nobody sees half of a change. */
  function look(changed: readonly FeatureEntry<F>[], everywhere: boolean, userChanged = false): void {
    const instant = now();
    // Passing the next instant, or going back, may change the phase of any window.
    const all = everywhere || instant >= next || instant < present;
    present = instant;
    const stale = all ? [...changed, ...withTime(entries)] : changed;
    let upcoming = all ? Infinity : next;
    for (const entry of stale) {
      expireReopening(entry, instant);
      upcoming = Math.min(upcoming, nextInstantOf(entry, instant, jitter));
    }
    // Even to the same instant: how long that is from now changes when the clock is set.
    setNext(upcoming);

    const changes: Change<F>[] = [];
    for (const entry of new Set(stale.flatMap(({ dependents }) => dependents))) {
      const from = entry.state;
      const to = stateOf(entry);
      if (JSON.stringify(from) === JSON.stringify(to)) continue;
      setState(entry, to);
      changes.push({ entry, from, to, userChanged });
    }
    if (changes.length) tell(changes);
  }

  function tell(changes: readonly Change<F>[]): void {
    affected = undefined;
    // A listener made this change: those who are still to hear of the one before hear of that first.
    if (untold.push(changes) > 1) return;
    for (const batch of untold) {
      for (const { entry } of batch) entry.listeners?.notify();
      affectedListeners.notify();
      for (const { entry, from, to, userChanged } of batch) {
        attempt(() =>
          onChange?.({ feature: entry.feature.key, from, to, ...(userChanged && { userChanged }) }),
        );
      }
    }
    untold.length = 0;
  }

  return {
    place(entry) {
      // Where nothing is in maintenance no clock is read: servers that prerender forbid it.
      if (entry.causes.every(({ window, reopening }) => !window && !reopening)) return;
      present = Math.max(present, now());
      setState(entry, stateOf(entry));
      const instant = nextInstantOf(entry, present, jitter);
      if (instant < next) setNext(instant);
      if (entry.state.phase === 'none') return;
      if (affected) joined = true;
      affected = undefined;
    },
    update: (changed, userChanged) => look(changed, false, userChanged),
    refresh: () => look([], true),
    setLocale(to) {
      if (to === locale) return;
      locale = to;
      look([], true);
    },
    setRunning(to) {
      running = to;
      alarm.set(running ? next : Infinity);
    },
    subscribe(entry, listener) {
      if (joined) {
        joined = false;
        affectedListeners.notify();
      }
      return (entry.listeners ??= createListeners(attempt)).add(listener);
    },
    getAffected: () =>
      (affected ??= [...inMaintenance]
        .sort((a, b) => compareSeverity(a.state, b.state) || a.position - b.position)
        .map(({ state }) => state)),
    subscribeAffected: affectedListeners.add,
  };
}

interface Change<F extends string> {
  readonly entry: FeatureEntry<F>;
  readonly from: Maintenance<F>;
  readonly to: Maintenance<F>;
  readonly userChanged: boolean;
}

function withTime<F extends string>({ byFlag }: Entries<F>): FeatureEntry<F>[] {
  return [...byFlag.values()].filter(({ window, reopening }) => window ?? reopening);
}
