'use client';
import {
  forwardRef,
  type ComponentPropsWithoutRef,
  useEffect,
  useReducer,
  useState,
  useSyncExternalStore,
} from 'react';
import type { Maintenance, Mode } from '../core/Maintenance.js';
import type { FeatureKey } from '../core/defineFeatures.js';
import { attributesOf, keyOf } from './messages.js';
import { fillMessage, languageMarks } from './fillMessage.js';
import { placeFocus } from './gate/restoreFocus.js';
import {
  endedState,
  MaintenanceNotice,
  NoticeBody,
  useNoticeTexts,
  type NoticeSlots,
} from './MaintenanceNotice.js';
import { useFocusRepair } from './useFocusRepair.js';
import type { Notices } from './MaintenanceContext.js';
import { useMaintenance } from './useMaintenance.js';
import { useNotices, useUserChanges } from './useNotices.js';

/** Other props are passed to the banner's element. */
export interface MaintenanceBannerProps
  extends Omit<ComponentPropsWithoutRef<'section'>, 'children'>, NoticeSlots {
  /** The level of its heading. Default 2. */
  readonly headingLevel?: 2 | 3 | 4 | 5 | 6 | undefined;
  /** Whether people can dismiss it until the next phase or window. They can always dismiss a maintenance that is over. Default true. */
  readonly dismissible?: boolean | undefined;
  /**
   * Which affected features it shows. Default: all. If gates right below the banner already say what is closed, use
   * `({ mode }) => mode === 'none'`. The banner then shows only what is upcoming and what is over.
   */
  readonly filter?: ((state: Maintenance<FeatureKey>) => boolean) | undefined;
}

/**
 * Shows affected users what does not work, worst first: upcoming, under way, taking longer, and over. It renders nothing for all others.
 * Without defined features, it knows only the features that have a gate or a hook on the page. Put one on a page, before its `h1`. It never
 * disappears by itself while there is something to read (WCAG 2.2.1). Escape dismisses it when focus is inside.
 *
 * @throws `no-provider`, in development.
 * @example
 * <MaintenanceBanner />
 */
export const MaintenanceBanner: React.ForwardRefExoticComponent<
  MaintenanceBannerProps & React.RefAttributes<HTMLElement>
> = forwardRef(function MaintenanceBanner(props, ref) {
  const { headingLevel = 2, dismissible = true, filter, icon, action, link, onKeyDown, ...rest } = props;
  const { settings } = useNotices('<MaintenanceBanner>');
  const { attach, elementRef } = useFocusRepair(ref);
  const { items, forget } = useBannerItems();
  const { isDismissed, dismiss } = useDismissals(useMaintenance());
  const [worst, ...others] = items.filter(
    ({ state, ended }) =>
      (ended || !isDismissed(state)) && (filter?.(ended ? endedState(state) : state) ?? true),
  );
  if (!worst) return null;
  const { state, features, ended } = worst;
  const canDismiss = dismissible || ended !== undefined;
  const more = fillMessage(settings, 'more', {}, others.length);
  const dismissal = fillMessage(settings, 'dismiss');

  function send(): void {
    if (ended) forget();
    else dismiss(state);
    // If there is another notice, focus moves to it. If not, the banner goes, and focus returns to where it was before.
    if (others.length && elementRef.current) placeFocus(elementRef.current);
  }

  return (
    <MaintenanceNotice
      ref={attach}
      // A landmark, unlike the notice of a gate: there is one banner per page.
      role="region"
      data-maintenance-banner=""
      {...{ state, features, ended, headingLevel, icon, action, link }}
      {...rest}
      onKeyDown={(event) => {
        onKeyDown?.(event);
        if (canDismiss && event.key === 'Escape' && !event.defaultPrevented) send();
      }}
    >
      {others.length ? (
        <details data-maintenance-more="">
          <summary {...languageMarks(more)}>{more.text}</summary>
          <ul>
            {others.map((item) => (
              <OtherItem key={item.key} item={item} link={link} />
            ))}
          </ul>
        </details>
      ) : null}
      {canDismiss ? (
        <button type="button" data-maintenance-dismiss="" onClick={send} {...languageMarks(dismissal)}>
          {dismissal.text}
        </button>
      ) : null}
    </MaintenanceNotice>
  );
});

function OtherItem({ item, link }: { item: BannerItem; link: NoticeSlots['link'] }): React.JSX.Element {
  const { title, details } = useNoticeTexts(item, item.features, { kept: false });
  return (
    <li {...attributesOf(item)}>
      <NoticeBody state={item.state} ended={item.ended} link={link} details={details}>
        <p key={title.text} data-maintenance-title="">
          {title.node}
        </p>
      </NoticeBody>
    </li>
  );
}

type AnyMaintenance = Maintenance<FeatureKey>;

/** One notice of a banner: a state, and the features that one window puts into it. */
interface BannerItem {
  readonly key: string;
  readonly state: AnyMaintenance;
  readonly features: readonly FeatureKey[];
  /** The mode of a maintenance that is over. */
  readonly ended?: Mode;
}

/** The notices to show, worst first. What is over comes last, until `forget` or until there is a new maintenance. */
function useBannerItems(): { readonly items: readonly BannerItem[]; readonly forget: () => void } {
  const affected = useMaintenance();
  const [seen, setSeen] = useState(affected);
  const [ended, setEnded] = useState<readonly AnyMaintenance[]>([]);
  const userChanges = useUserChanges('<MaintenanceBanner>');
  const [seenBy, setSeenBy] = useState(userChanges);
  if (seenBy !== userChanges) {
    // What the previous user saw has not ended for the present one.
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
        // It had a mode before it was over.
        ended: item.state.mode as Mode,
      })),
    ],
    forget: () => setEnded([]),
  };
}

/** Whether the flag of the feature itself causes it. If not, the notice of the other feature tells. */
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

interface Dismissals {
  readonly isDismissed: (state: Maintenance) => boolean;
  readonly dismiss: (state: Maintenance) => void;
}

const dayMs = 86_400_000;
const longestMs = 90 * dayMs;
// What `keyOf` returns, and the user.
const idPattern = /^(.*?) (?:scheduled|active|overdue|recovering) (?:down|readOnly|degraded)(?: (.*))?$/s;

/**
 * The states that the person dismissed. A window of this app is forgotten when it is over and the flags are known. A window that may belong to
 * another app or another person is forgotten by age. A window without a start has the same id the next time that its flag is on, so it stays
 * dismissed for a day only.
 */
function useDismissals(affected: readonly AnyMaintenance[]): Dismissals {
  const notices = useNotices('<MaintenanceBanner>');
  const { store, settings } = notices;
  const [, renderAgain] = useReducer((count: number) => count + 1, 0);
  const read = () => readText(notices);
  const dismissed = parse(useSyncExternalStore(subscribeToOtherTabs, read, () => ''));
  const idOf = (state: Maintenance) =>
    settings.user === undefined ? keyOf(state) : `${keyOf(state)} ${settings.user}`;
  const isKept = (at: number, maxMs: number) => store.now() - at < maxMs;

  useEffect(() => {
    const isEnded = (id: string) => {
      const [, windowId = '', user] = idPattern.exec(id) ?? [];
      return (
        user === settings.user &&
        store.ownsWindow(windowId) &&
        // Of the store: with the first answer the status is told before React has rendered the states.
        !store.getAffected().some((state) => state.windowId === windowId)
      );
    };
    const forgetEnded = () => {
      if (store.getStatus().state !== 'ready') return;
      const all = Object.entries(parse(readText(notices)));
      const left = all.filter(([id]) => !isEnded(id));
      if (left.length < all.length) writeText(notices, Object.fromEntries(left));
    };
    forgetEnded();
    return store.subscribeStatus(forgetEnded);
  }, [store, notices, settings, affected]);

  return {
    isDismissed(state) {
      const at = dismissed[idOf(state)];
      if (at === undefined || !isKept(at, state.startsAt === undefined ? dayMs : longestMs)) return false;
      // What the previous user dismissed is new to the present one.
      return settings.user !== undefined || at >= store.getUserSince();
    },
    dismiss(state) {
      const kept = Object.entries(parse(read())).filter(([, at]) => isKept(at, longestMs));
      writeText(notices, { ...Object.fromEntries(kept), [idOf(state)]: store.now() });
      renderAgain();
    },
  };
}

function subscribeToOtherTabs(listener: () => void): () => void {
  window.addEventListener('storage', listener);
  return () => window.removeEventListener('storage', listener);
}

function readText({ settings, kept }: Notices): string {
  try {
    return kept.dismissals ?? (settings.storage ?? window.localStorage).getItem(settings.storageKey) ?? '';
  } catch {
    return '';
  }
}

function writeText({ settings, kept }: Notices, dismissed: Readonly<Record<string, number>>): void {
  const text = JSON.stringify(dismissed);
  try {
    const storage = settings.storage ?? window.localStorage;
    if (text === '{}') storage.removeItem(settings.storageKey);
    else storage.setItem(settings.storageKey, text);
    delete kept.dismissals;
  } catch {
    // There is no storage, or it is full. This page keeps the dismissals in memory.
    kept.dismissals = text;
  }
}

function parse(text: string): Readonly<Record<string, number>> {
  try {
    // Only numbers were stored. Anything else does no harm, because it is not the key of a window.
    return { ...(JSON.parse(text) as Record<string, number>) };
  } catch {
    return {};
  }
}
