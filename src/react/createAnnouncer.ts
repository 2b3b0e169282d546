import type { Maintenance } from '../core/Maintenance.js';
import type { MaintenanceStore } from '../core/MaintenanceStore.js';
import type { FeatureKey } from '../core/Register.js';
import { keyOf, type Described } from './describeState.js';

type AnyMaintenance = Maintenance<FeatureKey>;

/** Something to speak of, and whether its feature is on screen. */
export interface Change extends Described {
  readonly state: AnyMaintenance;
  readonly onScreen: boolean;
}

/** Finds out what changed for the person since they were last told. */
export interface Announcer {
  /** Counts a feature as on screen, or all of them, until the returned function is called. */
  readonly enter: (feature?: FeatureKey) => () => void;
  /** Counts what holds of a feature as told: the person was brought to what says it. */
  readonly markTold: (feature: FeatureKey) => void;
  /**
   * Calls `onChanges` with what changed, together, until the returned function is called. What holds already is not told. `onUser` is
   * called when somebody else took over, who is not to hear what the person before was told.
   */
  readonly start: (onChanges: (changes: readonly Change[]) => void, onUser?: () => void) => () => void;
}

// Long enough for the flags of one deployment to arrive, short enough to belong to what is seen.
const gatherMs = 300;

export function createAnnouncer(store: MaintenanceStore<FeatureKey>): Announcer {
  const onScreen = new Map<FeatureKey | undefined, number>();
  /** What the person knows of each feature, told or shown from the start. */
  const known = new Map<FeatureKey, AnyMaintenance | undefined>();

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

  return {
    enter(feature) {
      onScreen.set(feature, (onScreen.get(feature) ?? 0) + 1);
      // A feature that nobody defined exists from its first gate on, which came with the page that shows it.
      if (feature !== undefined && !known.has(feature)) known.set(feature, store.get(feature));
      return () => void onScreen.set(feature, (onScreen.get(feature) ?? 0) - 1);
    },
    markTold: (feature) => void known.set(feature, store.get(feature)),
    start(onChanges, onUser) {
      let loaded = store.getStatus().state !== 'pending';
      let timer: ReturnType<typeof setTimeout> | undefined;
      let userChanges = store.getUserChanges();

      /** Starts anew for somebody else: what holds for them comes with their page. */
      function followUser(): void {
        if (userChanges === store.getUserChanges()) return;
        userChanges = store.getUserChanges();
        clearTimeout(timer);
        timer = undefined;
        known.clear();
        loaded = store.getStatus().state !== 'pending';
        catchUp();
        onUser?.();
      }
      function tell(): void {
        timer = undefined;
        // What changes while nobody looks is told, as far as it still holds, when they are back.
        if (document.hidden) return;
        const changes = catchUp();
        if (changes.length) onChanges(changes);
      }
      function gather(): void {
        followUser();
        if (!loaded) catchUp();
        else if (!document.hidden) timer ??= setTimeout(tell, gatherMs);
      }

      catchUp();
      document.addEventListener('visibilitychange', gather);
      const endings = [
        store.subscribeAffected(gather),
        // The first answer, or the end of waiting for it: what came until then belongs to the load of the page.
        store.subscribeStatus(() => {
          if (userChanges !== store.getUserChanges()) followUser();
          else loaded = true;
        }),
        () => document.removeEventListener('visibilitychange', gather),
        () => clearTimeout(timer),
      ];
      return () => {
        for (const end of endings) end();
      };
    },
  };
}
