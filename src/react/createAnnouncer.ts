import type { Maintenance } from '../core/Maintenance.js';
import type { MaintenanceStore } from '../core/createMaintenanceStore.js';
import type { FeatureKey } from '../core/defineFeatures.js';
import { checkSettings, type MaintenanceSettings } from './settings.js';
import type { Presence } from './createPresence.js';
import { keyOf, titleOf, type Described } from './describeState.js';
import { hideVisually } from './hideVisually.js';
import { keepScroll } from './keepScroll.js';
import { modalOver } from './modalDialog.js';
import { fillMessage, listFeatures, plain, subjectOf, type Names, type Wording } from './fillMessage.js';
import { formatInstant } from './formatInstant.js';

/** Announces what changed since the person was told last. There is one per store; it works from the first gate, banner or page on. */
export interface Announcer {
  /** Keeps the announcer at work until the returned function is called, and until the last provider is gone. */
  readonly attach: () => () => void;
  /** Counts the state of a feature as told: the person was brought to what says it. */
  readonly markTold: (feature: FeatureKey) => void;
  /** Announces the result of something that the person did. */
  readonly say: (text: string) => void;
}

// Long enough for the flags of one deployment to arrive, short enough to belong to what is seen.
const gatherMs = 300;
// A person who reads on to the end of the page should not find old news there.
const forgetMs = 10_000;
// A new region has to be there for a moment before it is given its text.
const noticedMs = 200;

export function createAnnouncer(store: MaintenanceStore<FeatureKey>, presence: Presence): Announcer {
  /** What the person knows of each feature: what they were told, and what was shown when the page came. */
  const known = new Map<FeatureKey, Maintenance<FeatureKey> | undefined>();
  let attached = 0;
  let stop: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** The region that has the text, and the one that stands in for it while a modal dialog is open. */
  let used: Element | null = null;
  let modalRegion: Element | null = null;

  function put(element: Element, text: string): void {
    element.textContent = text;
    timer = setTimeout(silence, forgetMs);
  }

  function say(text: string): void {
    silence();
    used = presence.region()?.element() ?? null;
    if (!used || !text) return;
    const modal = modalOver(used);
    if (!modal) return put(used, text);
    modalRegion = newRegion(modal);
    timer = setTimeout(put, noticedMs, modalRegion, text);
  }

  function silence(): void {
    clearTimeout(timer);
    modalRegion?.remove();
    modalRegion = null;
    if (used) used.textContent = '';
  }

  /** What changed since the last call. */
  function catchUp(): Change[] {
    const changes: Change[] = [];
    const affected = new Map(store.getAffected().map((state) => [state.feature, state]));
    for (const feature of new Set([...affected.keys(), ...known.keys()])) {
      const to = affected.get(feature);
      const from = known.get(feature);
      known.set(feature, to);
      const onScreen = presence.isOnScreen(feature);
      if (from && from.mode !== 'none' && (!to || to.mode === 'none')) {
        changes.push({ state: from, ended: from.mode, onScreen });
      }
      // Nobody waits to hear that others may go first.
      if (to && to.phase !== 'recovering' && (!from || keyOf(from) !== keyOf(to))) {
        changes.push({ state: to, onScreen });
      }
    }
    return changes;
  }

  function start(): () => void {
    let loaded = store.getStatus().state !== 'pending';
    let gathering: ReturnType<typeof setTimeout> | undefined;
    let userChanges = store.getUserChanges();

    /** Starts anew when somebody else uses the page: what holds for them comes with their page. */
    function followUser(): boolean {
      if (userChanges === store.getUserChanges()) return false;
      userChanges = store.getUserChanges();
      clearTimeout(gathering);
      gathering = undefined;
      known.clear();
      loaded = store.getStatus().state !== 'pending';
      catchUp();
      silence();
      return true;
    }
    function tell(): void {
      gathering = undefined;
      // What changes in a hidden tab is told when the person is back, if it still holds.
      if (document.hidden) return;
      const changes = catchUp();
      const region = presence.region();
      // A bad setting was reported by the gate, banner or page that attached the announcer.
      const text =
        region &&
        announcementText(
          changes,
          checkSettings(region.settings(), () => {}),
          store,
        );
      if (text) say(text);
    }
    function gather(): void {
      followUser();
      if (!loaded) catchUp();
      else if (!document.hidden) gathering ??= setTimeout(tell, gatherMs);
    }

    // What holds already is not told.
    catchUp();
    // A feature that nobody defined exists from its first gate on, which came with the page that shows it.
    presence.onEnter = (feature) => void (known.has(feature) || known.set(feature, store.get(feature)));
    document.addEventListener('visibilitychange', gather);
    const endings = [
      store.subscribeAffected(gather),
      // This, too, is needed once per store.
      store.subscribeAffected(keepScroll),
      // What comes before the first answer, or before the end of waiting for it, belongs to the load of the page.
      store.subscribeStatus(() => {
        if (!followUser()) loaded = true;
      }),
      presence.subscribe(() => {
        if (used && used !== presence.region()?.element()) silence();
        stopIfUnused();
      }),
      () => document.removeEventListener('visibilitychange', gather),
      () => clearTimeout(gathering),
      silence,
    ];
    return () => {
      presence.onEnter = undefined;
      for (const end of endings) end();
    };
  }

  function stopIfUnused(): void {
    if (attached || presence.region()) return;
    stop?.();
    stop = undefined;
  }

  return {
    attach() {
      attached += 1;
      stop ??= start();
      return () => {
        attached -= 1;
        stopIfUnused();
      };
    },
    markTold: (feature) => void known.set(feature, store.get(feature)),
    say,
  };
}

function newRegion(modal: Element): Element {
  const region = modal.ownerDocument.createElement('div');
  region.setAttribute('role', 'status');
  region.setAttribute('aria-atomic', 'true');
  region.setAttribute('data-maintenance-announcer', '');
  hideVisually(region);
  modal.append(region);
  return region;
}

/** A change to announce, and whether its feature is on screen. */
interface Change extends Described {
  readonly state: Maintenance<FeatureKey>;
  readonly onScreen: boolean;
}

type AnnouncedStore = Names & Pick<MaintenanceStore<FeatureKey>, 'now'>;

/** What to announce of changes that came together: one sentence for all features of which the same is true. Empty for nothing. */
function announcementText(
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
