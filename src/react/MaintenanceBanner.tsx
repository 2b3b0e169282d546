'use client';
import { forwardRef, type ComponentPropsWithoutRef, useState } from 'react';
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
import { useDismissals } from './useDismissals.js';
import { useFocusRepair } from './useFocusRepair.js';
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
