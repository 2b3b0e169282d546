import type { Features } from '../core/defineFeatures.js';
import type { Maintenance } from '../core/Maintenance.js';
import { stageAt } from '../core/timeline.js';
import type { Snapshot } from '../core/takeSnapshot.js';
import { readState, type States } from './readStates.js';

interface Known<F extends string> {
  readonly states: Partial<Record<F, Maintenance<F>>>;
  /** Between these instants no window comes to another phase. */
  readonly from: number;
  readonly until: number;
}

const mostRemembered = 100;

/** Makes `readStates` for many requests: states of the same windows are worked out once, until time changes them. */
export function createStateReader<F extends string>(
  features: Features<F>,
): (snapshot: Snapshot, keys: readonly F[]) => States<F> {
  const knownByWindows = new Map<Snapshot['windows'], Known<F>>();

  function begin({ windows, now }: Snapshot): Known<F> {
    const changes = Object.values(windows).map((window) => stageAt(window, now, () => 0).until);
    // A feature may be called "constructor": an object that inherits nothing has no state of it.
    const states = Object.create(null) as Known<F>['states'];
    const known = { states, from: now, until: Math.min(...changes) };
    if (knownByWindows.size >= mostRemembered) knownByWindows.clear();
    knownByWindows.set(windows, known);
    return known;
  }

  return (snapshot, keys) => {
    const { windows, now } = snapshot;
    let known = knownByWindows.get(windows);
    // A clock may be set back.
    if (!known || now < known.from || now >= known.until) known = begin(snapshot);
    const { states } = known;
    for (const key of keys) states[key] ??= readState(features, key, snapshot, 'en');
    // One state was written for every key that is asked for.
    return states as States<F>;
  };
}
