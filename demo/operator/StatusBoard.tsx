import { features, type ShopFeature } from '../features.js';
import { people, personKeys, type PersonKey } from '../people.js';
import { Clock } from './Clock.js';
import { partNames, shopFeatures } from './Draft.js';
import type { OperatorState } from './OperatorState.js';
import { audienceOf } from './planPatch.js';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { type Maintenance, takeSnapshot } from 'react-maintenance-mode';
import { createMaintenanceStore, memorySource } from 'react-maintenance-mode/core';

interface StatusBoardProps {
  readonly state: OperatorState;
  readonly onEnd: (features: readonly ShopFeature[]) => void;
}

/** Shows what each person gets now, as the flag service evaluates it, with a button that ends it. */
export function StatusBoard({ state, onEnd }: StatusBoardProps) {
  const served = {
    alice: useServedStates(state.served.alice, state.now),
    bob: useServedStates(state.served.bob, state.now),
  } satisfies Record<PersonKey, unknown>;
  const held = shopFeatures.filter((key) => {
    const flag = state.flags.find((flag) => flag.key === features[key].flag);
    return flag && audienceOf(flag).length > 0;
  });

  return (
    <section className="board" aria-labelledby="board-title">
      <div className="board-head">
        <h2 id="board-title">What they get</h2>
        <button type="button" className="quiet" disabled={held.length === 0} onClick={() => onEnd(held)}>
          End all
        </button>
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">Part of the shop</span>
            </th>
            {personKeys.map((person) => (
              <th key={person} scope="col">
                {people[person].name}
              </th>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {shopFeatures.map((key) => (
            <tr key={key}>
              <th scope="row">{partNames[key]}</th>
              {personKeys.map((person) => (
                <td key={person}>
                  <Status state={served[person](key)} />
                </td>
              ))}
              <td>
                <button
                  type="button"
                  className="quiet"
                  aria-label={`End ${partNames[key].toLowerCase()}`}
                  disabled={!held.includes(key)}
                  onClick={() => onEnd([key])}
                >
                  End
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Status({ state }: { readonly state: Maintenance }) {
  const { phase, mode, startsAt, endsAt, cause, feature } = state;
  const tone = phase === 'none' ? 'none' : phase === 'scheduled' ? 'scheduled' : mode;
  return (
    <span className="status" data-tone={tone}>
      <span className="status-mode">{phase === 'overdue' ? `${labels[tone]}, late` : labels[tone]}</span>
      <span className="status-detail">
        {phase === 'scheduled' && startsAt !== undefined ? (
          <>
            from <Clock instant={startsAt} />
          </>
        ) : cause !== feature ? (
          `by ${nameOf(cause)}`
        ) : phase !== 'none' && endsAt !== undefined ? (
          <>
            until <Clock instant={endsAt} />
          </>
        ) : null}
      </span>
    </span>
  );
}

const labels: Readonly<Record<string, string>> = {
  none: 'Works',
  scheduled: 'Scheduled',
  degraded: 'Degraded',
  'read-only': 'Read-only',
  down: 'Down',
};

function nameOf(feature: string): string | undefined {
  const key = shopFeatures.find((key) => key === feature);
  return key && partNames[key].toLowerCase();
}

/** The states that a person's flag values lead to at this moment, computed by the same store that the shop uses. */
function useServedStates(
  values: Readonly<Record<string, unknown>>,
  initialNow: number,
): (feature: ShopFeature) => Maintenance {
  const [{ source, store }] = useState(() => {
    const source = memorySource(values);
    const snapshot = takeSnapshot({ features, flags: values, now: initialNow });
    return { source, store: createMaintenanceStore<ShopFeature>({ features, source, snapshot }) };
  });
  useEffect(() => store.start(), [store]);
  useEffect(() => {
    for (const [flag, value] of Object.entries(values)) source.set(flag, value);
  }, [source, values]);
  useSyncExternalStore(store.subscribeAffected, store.getAffected, store.getInitialAffected);
  return (feature) => store.get(feature);
}
