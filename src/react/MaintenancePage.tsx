'use client';
import {
  forwardRef,
  useId,
  useRef,
  type ComponentPropsWithoutRef,
  type ReactNode,
  type SyntheticEvent,
  useState,
  useSyncExternalStore,
} from 'react';
import type { FeatureKey } from '../core/defineFeatures.js';
import { attributesOf, titleOf } from './messages.js';
import { fillMessage, languageMarks, plain } from './fillMessage.js';
import { GateContent, noBox, type HiddenEffects } from './gate/GateContent.js';
import { useGate } from './gate/useGate.js';
import { type Requirement, type Maintenance, type Mode, isOpen } from '../core/Maintenance.js';
import { NoticeBody, useNoticeTexts, type NoticeSlots } from './MaintenanceNotice.js';
import { useFocusRepair } from './useFocusRepair.js';
import { useHydrated, useNotices, useUserChanges } from './useNotices.js';
import { useMaintenanceContext } from './MaintenanceContext.js';
import { useMaintenance } from './useMaintenance.js';

/** Other props are passed to the page's `main` element. */
export interface MaintenancePageProps
  extends
    Omit<ComponentPropsWithoutRef<'main'>, 'onFocusCapture' | 'onKeyDownCapture' | 'onPointerDownCapture'>,
    NoticeSlots {
  /** The feature that stands for the whole app, such as one with `scope: 'site'`. */
  readonly feature: FeatureKey;
  /** What the app needs: with `read` it is shown while the feature is read-only. Default `read`. */
  readonly requires?: Requirement | undefined;
  /** What happens to the effects of the app while it is hidden, as for `MaintenanceGate`. Default `run`. */
  readonly effects?: HiddenEffects | undefined;
  /** The app. */
  readonly children?: ReactNode;
}

/**
 * Replaces the whole app while it is down, and keeps what the person did in it. The app comes back by itself, unless the person uses the page:
 * then a button lets them choose the moment (WCAG 3.2.5). An app that is down from the start mounts nothing.
 *
 * @throws `no-provider` and `unknown-feature`, in development.
 * @example
 * <MaintenancePage feature="site"><Shop /></MaintenancePage>
 */
export const MaintenancePage: React.ForwardRefExoticComponent<
  MaintenancePageProps & React.RefAttributes<HTMLElement>
> = forwardRef(function MaintenancePage(props, ref) {
  const { feature, requires = 'read', effects = 'run', icon, action, link, children, ...rest } = props;
  const { store, settings } = useNotices('<MaintenancePage>');
  const above = useGate();
  const page = usePageState(feature, requires);
  const root = useRef<HTMLDivElement>(null);
  const { attach, elementRef: main } = useFocusRepair(ref);
  const id = useId();
  const hydrated = useHydrated();
  const touch = (event: SyntheticEvent) => {
    // When focus is lost in the app, it moves to the page. That is not an action of the person.
    if (event.type !== 'focus' || event.target !== main.current) page.touch();
  };

  const { state, ended } = page;
  const label = store.labelOf(feature, settings.locale);
  const goBack = fillMessage(settings, 'goBack', { features: () => plain(label) });
  const { title, details } = useNoticeTexts(page, [feature], {
    kept: page.wasOpen,
    title: ended ? titleOf(page) : 'pageTitle',
    first: state.phase === 'active' && state.endsAt !== undefined ? 'pageUntil' : undefined,
  });
  return (
    <div
      ref={root}
      data-maintenance-site=""
      data-maintenance-boxless={page.now === 'open' ? '' : undefined}
      style={page.now === 'open' && hydrated ? noBox : undefined}
    >
      <GateContent
        key={page.contents}
        now={page.now}
        gate={page.now === 'replace' ? 'replace' : above}
        effects={effects}
        keepsSize={false}
        contentAs="div"
        boxless
        hydrated={hydrated}
        mounted={page.wasOpen}
        label={label}
        root={root}
        notice={main}
        noticeId={undefined}
        explanation={
          page.now === 'replace' ? (
            <main
              ref={attach}
              aria-labelledby={rest['aria-label'] === undefined ? id : undefined}
              data-maintenance-page=""
              {...attributesOf(page)}
              {...rest}
              onFocusCapture={touch}
              onKeyDownCapture={touch}
              onPointerDownCapture={touch}
            >
              {/* Also when it is over, because the person may be about to use the link or the action. */}
              <NoticeBody {...{ state, icon, action, link, details }}>
                <h1 key={title.text} id={id} data-maintenance-title="">
                  {title.node}
                </h1>
              </NoticeBody>
              {ended ? (
                <button
                  type="button"
                  data-maintenance-return=""
                  onClick={page.leave}
                  {...languageMarks(goBack)}
                >
                  {goBack.text}
                </button>
              ) : null}
            </main>
          ) : null
        }
      >
        {children}
      </GateContent>
    </div>
  );
});

interface PageState {
  /** Whether the page replaces the app. With `pending`, neither is shown, because the first answer is awaited. */
  readonly now: 'open' | 'replace' | 'pending';
  readonly wasOpen: boolean;
  /** Changes when what was done in the app must not be kept. */
  readonly contents: number;
  /** The last state in which the app was closed. */
  readonly state: Maintenance<FeatureKey>;
  /** The mode of `state`, once it is over and the page waits for the person. */
  readonly ended: Mode | undefined;
  /** Call it when the person uses the page. From then on, they choose when it closes. */
  readonly touch: () => void;
  readonly leave: () => void;
}

/** Decides when the page for a feature opens and closes. */
function usePageState(feature: FeatureKey, requires: Requirement): PageState {
  const { store } = useMaintenanceContext('<MaintenancePage>');
  const current = useMaintenance(feature);
  const holding = useSyncExternalStore(store.subscribeStatus, store.isHolding, store.isHoldingInitially);
  const closed = !isOpen(current, requires);
  const [shown, setShown] = useState(closed);
  const [touched, setTouched] = useState(false);
  const [last, setLast] = useState(current);
  const [wasOpen, setWasOpen] = useState(false);
  const userChanges = useUserChanges('<MaintenancePage>');
  const [contents, setContents] = useState(0);
  const [seenBy, setSeenBy] = useState(userChanges);
  if (seenBy !== userChanges) {
    // What the previous user did on the page does not concern the present one.
    setSeenBy(userChanges);
    setShown(closed);
    setTouched(false);
    setLast(current);
    if (shown) {
      setWasOpen(false);
      setContents(contents + 1);
    }
  }
  const now = holding ? 'pending' : shown ? 'replace' : 'open';
  if (now === 'open' && !wasOpen) setWasOpen(true);
  if (closed && last !== current) setLast(current);
  if (closed && !shown) {
    setShown(true);
    setTouched(false);
  }
  if (shown && !closed && !touched) setShown(false);
  return {
    now,
    wasOpen: wasOpen || now === 'open',
    contents,
    state: last,
    ended: closed || last.mode === 'none' ? undefined : last.mode,
    touch: () => setTouched(true),
    leave: () => setShown(false),
  };
}
