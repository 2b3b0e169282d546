import type { Maintenance } from '../core/Maintenance.js';
import type { MaintenanceStore } from '../core/createMaintenanceStore.js';
import type { FeatureKey } from '../core/defineFeatures.js';
import type { Presence } from './MaintenanceContext.js';
import { checkSettings, type MaintenanceSettings } from './settings.js';
import { keyOf, titleOf, type Described } from './messages.js';
import { hideVisually } from './hideVisually.js';
import { keepScroll } from './keepScroll.js';
import { isModal, isVisible, openDialogs, outOfReach } from './gate/elements.js';
import {
  fillMessage,
  languageMarks,
  listFeatures,
  plain,
  subjectOf,
  type Names,
  type Spoken,
  type Wording,
} from './fillMessage.js';
import { formatInstant } from './formatInstant.js';

/** Announces what has changed since the last announcement. There is one per store. It starts with the first gate, banner or page. */
export interface Announcer {
  /** Keeps the announcer running until the returned function is called and the last provider is gone. */
  readonly attach: () => () => void;
  /** Counts the state of a feature as told, because focus moved to a notice that says it. */
  readonly markTold: (feature: FeatureKey) => void;
  /** Announces the result of something that the person did. */
  readonly say: (lines: readonly Spoken[]) => void;
}

// Long enough for all flags of one deployment to arrive. Short enough that people connect the announcement with what they see.
const gatherMs = 300;
// A person who reads to the end of the page must not find an old announcement there.
const forgetMs = 10_000;
// A new region must exist for a moment before its text is set.
const noticedMs = 200;

export function createAnnouncer(store: MaintenanceStore<FeatureKey>, presence: Presence): Announcer {
  /** The state of each feature that the person knows: the last announced one, or the one at page load. */
  const known = new Map<FeatureKey, Maintenance<FeatureKey> | undefined>();
  let attached = 0;
  let stop: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** The region with the text, and the one that replaces it while a modal dialog is open. */
  let used: Element | null = null;
  let modalRegion: Element | null = null;

  function put(element: Element, lines: readonly Spoken[]): void {
    const said = element.ownerDocument.createDocumentFragment();
    said.append(...lines.map((line) => (line.lang ? inLanguage(element, line) : line.text)));
    said.normalize();
    element.replaceChildren(said);
    timer = setTimeout(silence, forgetMs);
  }

  function say(lines: readonly Spoken[]): void {
    silence();
    used = presence.region()?.element.current ?? null;
    if (!used) return;
    const modal = modalOver(used);
    if (!modal) return put(used, lines);
    modalRegion = newRegion(modal);
    timer = setTimeout(put, noticedMs, modalRegion, lines);
  }

  function silence(): void {
    clearTimeout(timer);
    modalRegion?.remove();
    modalRegion = null;
    if (used) used.textContent = '';
  }

  /** Returns what has changed since the last call. */
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
      // "Recovering" only means that other clients reopen first. It is not announced.
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

    /** Starts over when the user changes. What is in maintenance for the new user counts as known. */
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
      // A change in a hidden tab is announced when the tab is shown again, if it is still true.
      if (document.hidden) return;
      const changes = catchUp();
      const region = presence.region();
      // Invalid settings were reported by the gate, banner or page that attached the announcer.
      const lines =
        region &&
        announcementText(
          changes,
          checkSettings(region.given, () => {}),
          store,
        );
      if (lines?.length) say(lines);
    }
    function gather(): void {
      followUser();
      if (!loaded) catchUp();
      else if (!document.hidden) gathering ??= setTimeout(tell, gatherMs);
    }

    // A maintenance that is already under way is not announced.
    catchUp();
    // Without defined features, a feature exists from its first gate on. Its state at that time counts as known.
    presence.onEnter = (feature) => void (known.has(feature) || known.set(feature, store.get(feature)));
    document.addEventListener('visibilitychange', gather);
    const endings = [
      store.subscribeAffected(gather),
      // Here, because it must run once per store.
      store.subscribeAffected(keepScroll),
      // A change before the first answer, or before the wait for it ends, belongs to the page load.
      store.subscribeStatus(() => {
        if (!followUser()) loaded = true;
      }),
      presence.subscribe(() => {
        if (used && used !== presence.region()?.element.current) silence();
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

/**
 * The modal dialog that keeps screen readers from announcing a live region, if there is one. Many dialogs hide the rest of the page with
 * `aria-hidden` or `inert`. Some browsers and screen readers ignore everything outside of `aria-modal` and of a modal `<dialog>`
 * (w3c/aria#1854).
 */
function modalOver(region: Element): Element | undefined {
  const { ownerDocument } = region;
  const isHidden = region.closest(outOfReach) !== null;
  const modals = [...ownerDocument.querySelectorAll(openDialogs)].filter(
    (element) =>
      !element.contains(region) &&
      !element.closest(outOfReach) &&
      isVisible(element) &&
      (isHidden || isModal(element)),
  );
  return modals.find((element) => element.contains(ownerDocument.activeElement)) ?? modals.at(-1);
}

function inLanguage({ ownerDocument }: Element, line: Spoken): Element {
  const element = Object.assign(ownerDocument.createElement('span'), languageMarks(line));
  element.textContent = line.text;
  return element;
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

/** What to announce of changes that came together: one sentence for all features of which the same is true. */
function announcementText(
  changes: readonly Change[],
  settings: MaintenanceSettings,
  store: AnnouncedStore,
): Spoken[] {
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
  const sentences = [...groups.values()].flatMap((group) => sentencesOf(group, settings, store));
  return sentences.flatMap((sentence, index) =>
    index ? [fillMessage(settings, 'space'), sentence] : [sentence],
  );
}

function sentencesOf(
  group: readonly Change[],
  settings: MaintenanceSettings,
  store: AnnouncedStore,
): Spoken[] {
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
  const time = (instant: number | undefined, wording: Wording) =>
    plain(instant === undefined ? '' : formatInstant(instant, { ...settings, ...wording }, store.now()));
  const values = {
    features: (wording: Wording) => plain(listFeatures(wording, labels)),
    start: (wording: Wording) => time(state.startsAt, wording),
    end: (wording: Wording) => time(endsAt, wording),
  };
  const notice = first.ended ? null : state.notice;
  const title = notice?.title
    ? { ...plain(notice.title), lang: notice.titleLang }
    : fillMessage(settings, titleOf(described), values, count);
  const { text } = /\p{P}$/u.test(title.text)
    ? title
    : fillMessage(settings, 'sentence', { text: () => title });
  const sentence = { text, lang: title.lang };
  return !first.ended && state.phase === 'overdue'
    ? [sentence, fillMessage(settings, 'overdue')]
    : [sentence];
}
