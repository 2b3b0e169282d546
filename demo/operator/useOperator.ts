import { useEffect, useState } from 'react';

import { features } from '../features.js';
import type { PersonKey } from '../people.js';
import type { ShopMessage } from '../shop/reportChange.js';
import type { OperatorState } from './OperatorState.js';
import { isTargeted, type Instruction } from './planPatch.js';
import type { ReindexCustomer, ReindexOrder, ReindexState } from './ReindexState.js';

/** How many milliseconds after a request each shop on this page showed its change. */
export type Followed = Readonly<Partial<Record<PersonKey, number>>>;

export interface Operator {
  readonly state: OperatorState;
  /** By the number of the request. */
  readonly followed: Readonly<Record<number, Followed>>;
  /** Why the last request was refused. */
  readonly refusal: string | undefined;
  /** The state of "Reindex everyone". */
  readonly reindexing: ReindexState;
  /** The customers whom the run left in maintenance and who still are in it. */
  readonly held: readonly ReindexCustomer[];
  send(flag: string, instructions: readonly Instruction[], comment: string): Promise<void>;
  /** Starts or stops a run of "Reindex everyone", or ends a maintenance that it left on. */
  order(order: ReindexOrder): Promise<void>;
}

const SEMANTIC_PATCH = 'application/json; domain-model=launchdarkly.semanticpatch';

/** The live state of the flag service, and the functions that change it. */
export function useOperator(initial: OperatorState, initialReindexing: ReindexState): Operator {
  const [state, setState] = useState(initial);
  const [reindexing, setReindexing] = useState(initialReindexing);
  const [changes, setChanges] = useState<readonly ShopMessage[]>([]);
  const [refusal, setRefusal] = useState<string>();

  async function refresh(): Promise<void> {
    const response = await fetch('/operator/state');
    // The demo's own server answers in this format.
    if (response.ok) setState((await response.json()) as OperatorState);
  }

  async function ask(path: string, init: RequestInit): Promise<void> {
    try {
      const response = await fetch(path, init);
      setRefusal(response.ok ? undefined : `${response.status}: ${await response.text()}`);
      await refresh();
    } catch {
      setRefusal('The demo does not answer. Start it again with npm start.');
    }
  }

  useEffect(() => {
    const stream = new EventSource('/operator/changes');
    stream.addEventListener('ping', () => void refresh());
    stream.addEventListener('reindex', ({ data }: MessageEvent<string>) => {
      // The demo's own server writes this format.
      setReindexing(JSON.parse(data) as ReindexState);
    });
    return () => stream.close();
  }, []);

  useEffect(() => {
    const listen = ({ origin, data }: MessageEvent): void => {
      if (origin !== window.location.origin || !isShopMessage(data)) return;
      setChanges((before) => [...before.slice(-50), data]);
    };
    window.addEventListener('message', listen);
    return () => window.removeEventListener('message', listen);
  }, []);

  const searchFlag = state.flags.find(({ key }) => key === features.search.flag);
  return {
    state,
    followed: Object.fromEntries(
      state.sent.map((request, index) => [
        request.id,
        followedBy(request, state.sent[index - 1]?.at ?? Infinity, changes),
      ]),
    ),
    refusal,
    reindexing,
    held: reindexing.customers.filter(
      ({ key, step }) =>
        (step === 'held' || step === 'orphaned') && searchFlag && isTargeted(searchFlag, key),
    ),
    send: (flag, instructions, comment) =>
      ask(`/api/v2/flags/default/${flag}`, {
        method: 'PATCH',
        headers: { 'content-type': SEMANTIC_PATCH },
        body: JSON.stringify({ environmentKey: 'local', comment, instructions }),
      }),
    order: (order) => ask('/operator/reindex', { method: 'POST', body: JSON.stringify(order) }),
  };
}

function isShopMessage(data: unknown): data is ShopMessage {
  return typeof data === 'object' && data !== null && 'kind' in data && data.kind === 'shop-changed';
}

/** Finds the first change in each shop after a request, if the flag of that request caused it. */
function followedBy(
  { at, flag }: OperatorState['sent'][number],
  next: number,
  changes: readonly ShopMessage[],
): Followed {
  const followed: Partial<Record<PersonKey, number>> = {};
  for (const change of changes) {
    const caused = change.causes.some((cause) => Object.hasOwn(features, cause) && flagOf(cause) === flag);
    if (caused && change.at >= at && change.at < Math.min(next, at + 2000)) {
      followed[change.person] ??= change.at - at;
    }
  }
  return followed;
}

function flagOf(feature: string): string | undefined {
  return Object.values(features).find(({ key }) => key === feature)?.flag;
}
