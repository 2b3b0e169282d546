import { useEffect, useState } from 'react';

import { features } from '../features.js';
import type { PersonKey } from '../people.js';
import type { ShopMessage } from '../shop/tellParent.js';
import type { OperatorState } from './OperatorState.js';
import type { Instruction } from './planPatch.js';

/** How long after a request each shop on this page followed it, in milliseconds. */
export type Followed = Readonly<Partial<Record<PersonKey, number>>>;

export interface Operator {
  readonly state: OperatorState;
  /** By the number of the request. */
  readonly followed: Readonly<Record<number, Followed>>;
  /** Why the last request was refused. */
  readonly refusal: string | undefined;
  send(flag: string, instructions: readonly Instruction[], comment: string): Promise<void>;
}

const SEMANTIC_PATCH = 'application/json; domain-model=launchdarkly.semanticpatch';

/** The state of the flag service, live, and the way to change it. */
export function useOperator(initial: OperatorState): Operator {
  const [state, setState] = useState(initial);
  const [changes, setChanges] = useState<readonly ShopMessage[]>([]);
  const [refusal, setRefusal] = useState<string>();

  async function refresh(): Promise<void> {
    const response = await fetch('/operator/state');
    // The demo's own server answers in this form.
    if (response.ok) setState((await response.json()) as OperatorState);
  }

  useEffect(() => {
    const stream = new EventSource('/operator/changes');
    stream.addEventListener('ping', () => void refresh());
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

  return {
    state,
    followed: Object.fromEntries(
      state.sent.map((request, index) => [
        request.id,
        followedBy(request, state.sent[index - 1]?.at ?? Infinity, changes),
      ]),
    ),
    refusal,
    send: async (flag, instructions, comment) => {
      try {
        const response = await fetch(`/api/v2/flags/default/${flag}`, {
          method: 'PATCH',
          headers: { 'content-type': SEMANTIC_PATCH },
          body: JSON.stringify({ environmentKey: 'local', comment, instructions }),
        });
        setRefusal(response.ok ? undefined : `${response.status}: ${await response.text()}`);
        await refresh();
      } catch {
        setRefusal('The demo does not answer. Start it again with npm start.');
      }
    },
  };
}

function isShopMessage(data: unknown): data is ShopMessage {
  return typeof data === 'object' && data !== null && 'kind' in data && data.kind === 'shop-changed';
}

/** The first change of each shop after a request, if its cause is the flag of that request. */
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
