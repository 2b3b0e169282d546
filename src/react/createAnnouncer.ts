import type { Maintenance } from '../core/Maintenance.js';
import type { MaintenanceStore } from '../core/MaintenanceStore.js';
import type { FeatureKey } from '../core/Register.js';
import { keyOf, type Described } from './describeState.js';
import type { Announcements } from './MaintenanceContextValue.js';

type AnyMaintenance = Maintenance<FeatureKey>;

/** Something to speak of, and whether its feature is on screen. */
export interface Change extends Described {
  readonly state: AnyMaintenance;
  readonly onScreen: boolean;
}

/** A live region that can speak, of one React root. */
export interface Voice {
  readonly announcements: Announcements;
  readonly speak: (changes: readonly Change[]) => void;
  readonly say: (text: string) => void;
  /** Takes back what is being said: somebody else took over, who is not to hear it. */
  readonly silence: () => void;
}

/** Finds out what changed for the person since they were last told. There is one per store, and of its voices one speaks. */
export interface Announcer {
  /** Counts a feature as on screen, or all of them, until the returned function is called. */
  readonly enter: (feature?: FeatureKey) => () => void;
  /** Counts what holds of a feature as told: the person was brought to what says it. */
  readonly markTold: (feature: FeatureKey) => void;
  /** Says what came of something that the person did. */
  readonly say: (text: string) => void;
  /** Adds a voice until the returned function is called. From the first on, what changes is told, together. */
  readonly join: (voice: Voice) => () => void;
  /** Whether it is this voice that speaks: the first of those that say the most, or anyone while there is none. */
  readonly maySpeak: (voice: Voice) => boolean;
  readonly subscribeSpeaker: (listener: () => void) => () => void;
}

// Long enough for the flags of one deployment to arrive, short enough to belong to what is seen.
const gatherMs = 300;

export function createAnnouncer(store: MaintenanceStore<FeatureKey>): Announcer {
  const onScreen = new Map<FeatureKey | undefined, number>();
  /** What the person knows of each feature, told or shown from the start. */
  const known = new Map<FeatureKey, AnyMaintenance | undefined>();
  const voices = new Set<Voice>();
  const speakerListeners = new Set<() => void>();
  let stop: (() => void) | undefined;

  function speaker(): Voice | undefined {
    const says = ['all', 'own', 'off'].map((which) =>
      [...voices].find(({ announcements }) => announcements === which),
    );
    return says.find((voice) => voice !== undefined);
  }

  function catchUp(): Change[] {
    const changes: Change[] = [];
    const affected = new Map(store.getAffected().map((state) => [state.feature, state]));
    for (const feature of new Set([...affected.keys(), ...known.keys()])) {
      const to = affected.get(feature);
      const from = known.get(feature);
      known.set(feature, to);
      const seen = { onScreen: Boolean(onScreen.get(undefined) || onScreen.get(feature)) };
      if (from && from.mode !== 'none' && (!to || to.mode === 'none')) {
        changes.push({ state: from, ended: from.mode, ...seen });
      }
      // Nobody waits to hear that others may go first.
      if (to && to.phase !== 'recovering' && (!from || keyOf(from) !== keyOf(to))) {
        changes.push({ state: to, ...seen });
      }
    }
    return changes;
  }

  function start(): () => void {
    let loaded = store.getStatus().state !== 'pending';
    let timer: ReturnType<typeof setTimeout> | undefined;
    let userChanges = store.getUserChanges();

    /** Starts anew for somebody else, if there is: what holds for them comes with their page. */
    function followUser(): boolean {
      if (userChanges === store.getUserChanges()) return false;
      userChanges = store.getUserChanges();
      clearTimeout(timer);
      timer = undefined;
      known.clear();
      loaded = store.getStatus().state !== 'pending';
      catchUp();
      for (const voice of voices) voice.silence();
      return true;
    }
    function tell(): void {
      timer = undefined;
      // What changes while nobody looks is told, as far as it still holds, when they are back.
      if (document.hidden) return;
      const changes = catchUp();
      if (changes.length) speaker()?.speak(changes);
    }
    function gather(): void {
      followUser();
      if (!loaded) catchUp();
      else if (!document.hidden) timer ??= setTimeout(tell, gatherMs);
    }

    // What holds already is not told.
    catchUp();
    document.addEventListener('visibilitychange', gather);
    const endings = [
      store.subscribeAffected(gather),
      // The first answer, or the end of waiting for it: what came until then belongs to the load of the page.
      store.subscribeStatus(() => {
        if (!followUser()) loaded = true;
      }),
      () => document.removeEventListener('visibilitychange', gather),
      () => clearTimeout(timer),
    ];
    return () => {
      for (const end of endings) end();
    };
  }

  return {
    enter(feature) {
      onScreen.set(feature, (onScreen.get(feature) ?? 0) + 1);
      // A feature that nobody defined exists from its first gate on, which came with the page that shows it.
      if (feature !== undefined && !known.has(feature)) known.set(feature, store.get(feature));
      return () => void onScreen.set(feature, (onScreen.get(feature) ?? 0) - 1);
    },
    markTold: (feature) => void known.set(feature, store.get(feature)),
    say: (text) => speaker()?.say(text),
    join(voice) {
      voices.add(voice);
      stop ??= start();
      for (const listener of speakerListeners) listener();
      return () => {
        voices.delete(voice);
        for (const listener of speakerListeners) listener();
        if (voices.size) return;
        stop?.();
        stop = undefined;
      };
    },
    maySpeak: (voice) => (speaker() ?? voice) === voice,
    subscribeSpeaker(listener) {
      speakerListeners.add(listener);
      return () => void speakerListeners.delete(listener);
    },
  };
}
