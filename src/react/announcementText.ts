import type { Maintenance } from '../core/Maintenance.js';
import type { MaintenanceStore } from '../core/createMaintenanceStore.js';
import type { FeatureKey } from '../core/defineFeatures.js';
import { titleOf, type Described } from './describeState.js';
import { fillMessage, listFeatures, plain, subjectOf, type Names, type Wording } from './fillMessage.js';
import { formatInstant } from './formatInstant.js';
import type { MaintenanceSettings } from './settings.js';

/** A change to announce, and whether its feature is on screen. */
export interface Change extends Described {
  readonly state: Maintenance<FeatureKey>;
  readonly onScreen: boolean;
}

type AnnouncedStore = Names & Pick<MaintenanceStore<FeatureKey>, 'now'>;

/** What to announce of changes that came together: one sentence for all features of which the same is true. Empty for nothing. */
export function announcementText(
  changes: readonly Change[],
  settings: MaintenanceSettings,
  store: AnnouncedStore,
): string {
  const { announcements } = settings;
  const heard = changes.filter(
    ({ onScreen }) => announcements === 'all' || (announcements === 'own' && onScreen),
  );
  const groups = new Map<string, Change[]>();
  for (const change of heard) {
    const { feature, cause, notice, startsAt } = change.state;
    // The feature that causes it is named instead, if it is announced.
    if (feature !== cause && heard.some(({ state }) => state.feature === cause)) continue;
    const key = JSON.stringify([titleOf(change), !change.ended && [notice?.title, startsAt]]);
    const group = groups.get(key);
    if (group) group.push(change);
    else groups.set(key, [change]);
  }
  return [...groups.values()]
    .flatMap((group) => sentencesOf(group, settings, store))
    .join(fillMessage(settings, 'space').text);
}

function sentencesOf(
  group: readonly Change[],
  settings: MaintenanceSettings,
  store: AnnouncedStore,
): string[] {
  const [first] = group;
  if (!first) return [];
  const { endsAt, ...state } = first.state;
  const sameEnd = endsAt !== undefined && group.every((change) => change.state.endsAt === endsAt);
  const described = { ...first, state: sameEnd ? first.state : state };
  const { labels, count } = subjectOf(
    group.map((change) => change.state.feature),
    store,
    settings.locale,
  );
  const time = (instant: number | undefined) =>
    plain(instant === undefined ? '' : formatInstant(instant, settings, store.now()));
  const values = {
    features: (wording: Wording) => plain(listFeatures(wording, labels)),
    start: () => time(state.startsAt),
    end: () => time(endsAt),
  };
  const written = first.ended ? undefined : state.notice?.title;
  const title = written ?? fillMessage(settings, titleOf(described), values, count).text;
  const sentence = /\p{P}$/u.test(title)
    ? title
    : fillMessage(settings, 'sentence', { text: () => plain(title) }).text;
  return !first.ended && state.phase === 'overdue'
    ? [sentence, fillMessage(settings, 'overdue').text]
    : [sentence];
}
