'use client';
import { useState } from 'react';
import type { Maintenance, Mode } from '../core/Maintenance.js';
import type { FeatureKey } from '../core/defineFeatures.js';
import { keyOf } from './describeState.js';
import { useMaintenance } from './useMaintenance.js';
import { useUserChanges } from './useUserChanges.js';

type AnyMaintenance = Maintenance<FeatureKey>;

/** One notice of a banner: a state, and the features that one window puts into it. */
export interface BannerItem {
  readonly key: string;
  readonly state: AnyMaintenance;
  readonly features: readonly FeatureKey[];
  /** The mode of a maintenance that is over. */
  readonly ended?: Mode;
}

/** What there is to tell, worst first. What is over comes last, until `forget` or until something new comes up. */
export function useBannerItems(): { readonly items: readonly BannerItem[]; readonly forget: () => void } {
  const affected = useMaintenance();
  const [seen, setSeen] = useState(affected);
  const [ended, setEnded] = useState<readonly AnyMaintenance[]>([]);
  const userChanges = useUserChanges('<MaintenanceBanner>');
  const [seenBy, setSeenBy] = useState(userChanges);
  if (seenBy !== userChanges) {
    // What somebody else saw did not end for the person now.
    setSeenBy(userChanges);
    setSeen(affected);
    setEnded([]);
  } else if (seen !== affected) {
    const isNew = affected.some(({ windowId }) => !seen.some((state) => state.windowId === windowId));
    const over = seen.filter(
      ({ feature, mode }) =>
        mode !== 'none' && !affected.some((state) => state.feature === feature && state.mode !== 'none'),
    );
    setSeen(affected);
    setEnded([...(isNew ? [] : ended), ...over.filter(isOwn)]);
  }
  return {
    items: [
      ...group(affected.filter(isOwn), keyOf),
      ...group(ended, ({ mode }) => (mode === 'down' ? 'over' : 'over, limited')).map((item) => ({
        ...item,
        // What is over had a mode.
        ended: item.state.mode as Mode,
      })),
    ],
    forget: () => setEnded([]),
  };
}

/** What a feature suffers through another one is that other one's news. */
function isOwn({ feature, cause }: AnyMaintenance): boolean {
  return feature === cause;
}

function group(states: readonly AnyMaintenance[], keyFor: (state: AnyMaintenance) => string): BannerItem[] {
  const groups = new Map<string, AnyMaintenance[]>();
  for (const state of states) {
    const key = keyFor(state);
    groups.set(key, [...(groups.get(key) ?? []), state]);
  }
  return [...groups].flatMap(([key, members]) =>
    members[0] ? { key, state: members[0], features: members.map(({ feature }) => feature) } : [],
  );
}
