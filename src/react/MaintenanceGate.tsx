'use client';
import {
  forwardRef,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
  useSyncExternalStore,
  type ComponentPropsWithoutRef,
  type ReactNode,
} from 'react';
import { development, maintenanceError } from '../core/errors.js';
import type { Maintenance } from '../core/Maintenance.js';
import type { FeatureKey } from '../core/Register.js';
import { GatePlace, noBox } from './gate/GatePlace.js';
import { contentElementOf, misplacement, type GateElement } from './gate/gateElements.js';
import type { HiddenEffects } from './gate/KeptMounted.js';
import { fillMessage } from './fillMessage.js';
import { misfit } from './gate/reserveSpace.js';
import { useGate, type ClosedBehavior } from './gate/useGate.js';
import { isOpen, type Requirement } from './isOpen.js';
import { MaintenanceNotice } from './MaintenanceNotice.js';
import { useMaintenance } from './useMaintenance.js';
import { useUserChanges } from './useUserChanges.js';
import { useNotices } from './useNotices.js';

type NodeOrFunction = ReactNode | ((state: Maintenance<FeatureKey>) => ReactNode);

/**
 * Everything else goes to the gate's element. A `div` that is given nothing for its element, such as `className`, `style` or `id`, has
 * no box while it is open (`display: contents`): its children are laid out by what is around the gate.
 */
export interface MaintenanceGateProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  readonly feature: FeatureKey;
  /**
   * The element that the gate is. Default `div`. Around a single control, in a toolbar or in a text: `span`, which has no box while it is
   * open, and a short notice while it is closed. In a list `li`, in a table `td`, in a drawing `g`.
   */
  readonly as?: GateElement | undefined;
  /** What the children need: with `read` they stay open while the feature is read-only. Default `read`. */
  readonly requires?: Requirement | undefined;
  /**
   * What to do with them while it is closed. Default `replace`: the fallback stands in their place. `hide`: nothing does. The
   * others leave them in sight, with the fallback after them: `disable` and `read-only` can be read and reached by keyboard but
   * neither changed nor set off (but for what carries `data-maintenance-allow`), `overlay` is inert. Links (`<a href>`) still work
   * with `read-only`: following one changes nothing.
   *
   * Fields keep their values, which a form around the gate is sent with. One that is not valid keeps the form from being sent, and
   * the person is brought to the fallback, which says so (WCAG 3.3.1); where there is none, the built-in notice is shown.
   */
  readonly whenClosed?: ClosedBehavior | undefined;
  /**
   * What replaces or explains them. Default: a notice. `null`: nothing. The gate keeps its size, and grows only where it is lower
   * than this: a `minBlockSize` in its `style` gives the room beforehand.
   */
  readonly fallback?: NodeOrFunction;
  /**
   * What their effects do while the children are out of sight, with `replace` and `hide`. Default `run`: everything in them stays alive.
   * `pause` is for children whose effects can be cleaned up and run again without losing anything, as React's `<Activity>` does
   * it; before React 19.2 it is `run`. To let only some of it rest, as a query, ask `useGate` in there. Not to be changed later.
   */
  readonly effects?: HiddenEffects | undefined;
  /** The level of the built-in notice's heading. Default 3. */
  readonly headingLevel?: 2 | 3 | 4 | 5 | 6 | undefined;
  /** A function is given the state, for children that show that they are degraded. */
  readonly children?: NodeOrFunction;
}

/**
 * Shows its children while their feature works, and what to do instead while it does not. Children that were shown stay mounted and
 * alive while the gate is closed, with all that a person did in them. Closed from the start it mounts nothing, unless the feature can
 * be read and the children would stay in sight.
 *
 * @throws `no-provider` and `unknown-feature`, in development.
 * @example
 * <MaintenanceGate feature="search" fallback={<p>Search is unavailable.</p>}>
 *   <SearchBox />
 * </MaintenanceGate>
 */
export const MaintenanceGate: React.ForwardRefExoticComponent<
  MaintenanceGateProps & React.RefAttributes<HTMLDivElement>
> = forwardRef(function MaintenanceGate(
  {
    feature,
    as = 'div',
    requires = 'read',
    whenClosed = 'replace',
    fallback,
    effects = 'run',
    headingLevel = 3,
    children,
    ...rest
  },
  ref,
) {
  const { store, announcer, settings, reportOnce } = useNotices('<MaintenanceGate>');
  const state = useMaintenance(feature);
  const holding = useSyncExternalStore(store.subscribeStatus, store.isHolding, store.isHoldingInitially);
  const open = isOpen(state, requires);
  const now = holding ? 'pending' : open ? 'open' : whenClosed;
  const staysInSight = whenClosed !== 'replace' && whenClosed !== 'hide';
  const wanted = now === 'open' || (staysInSight && state.canRead && !holding);
  const [wasWanted, setWasWanted] = useState(wanted);
  if (wanted && !wasWanted) setWasWanted(true);
  const [wasOpen, setWasOpen] = useState(open && !holding);
  if (open && !holding && !wasOpen) setWasOpen(true);
  const userChanges = useUserChanges('<MaintenanceGate>');
  const [refusals, setRefusals] = useState(0);
  const [seen, setSeen] = useState({ userChanges, now, contents: 0 });
  if (seen.userChanges !== userChanges || seen.now !== now) {
    // What is shut away was done by somebody else: it is not kept for the person now. What is open is the app's own affair.
    const another = seen.userChanges !== userChanges && seen.now !== 'open';
    if (another) {
      setWasWanted(wanted);
      setWasOpen(open && !holding);
    }
    if (seen.now !== now) setRefusals(0);
    setSeen({ userChanges, now, contents: another ? seen.contents + 1 : seen.contents });
  }
  const root = useRef<HTMLDivElement>(null);
  const notice = useRef<HTMLDivElement>(null);
  const noticeId = useId();
  useImperativeHandle<HTMLDivElement | null, HTMLDivElement | null>(ref, () => root.current, []);

  const above = useGate();
  const label = store.labelOf(feature, settings.locale);
  const closedNow = now !== 'open' && now !== 'pending';
  const explained = closedNow && (refusals > 0 || (now !== 'hide' && fallback !== null));
  // Where nothing was to explain it, the built-in notice says why a form was not sent.
  const content = now === 'hide' || fallback === null ? undefined : resolveNode(fallback, state);
  const showsNotice = fallback === undefined;
  useEffect(() => {
    const gate = root.current;
    const advice = development && gate && (misplacement(gate) ?? (showsNotice ? misfit(gate) : undefined));
    if (!advice) return;
    const where = `<${gate.localName}> in <${gate.parentElement?.localName}>`;
    reportOnce(maintenanceError('misplaced-gate', `The gate of "${feature}" is a ${where}. ${advice}`));
  }, [as, feature, showsNotice, reportOnce]);

  const contentAs = contentElementOf(as);
  // They differ in what may stand where, and in nothing that is used here.
  const Root = as as 'div';
  const FallbackRoot = contentAs as 'div';
  const { style, ...others } = rest;
  const boxless = as === 'span' || (as === 'div' && !hasAttributes(rest));
  const Sentence = contentAs === 'div' ? 'p' : contentAs;
  const notSent = fillMessage(settings, 'notSent');
  const refusal =
    closedNow && refusals > 0 ? (
      <Sentence key="not-sent" data-maintenance-not-sent="">
        {notSent.node}
      </Sentence>
    ) : null;
  return (
    <Root
      ref={root}
      data-maintenance-gate={feature}
      data-maintenance-mode={state.mode}
      data-maintenance-phase={state.phase}
      data-maintenance-state={now === 'open' || now === 'pending' ? now : 'closed'}
      data-maintenance-closed={now === 'open' || now === 'pending' ? undefined : now}
      {...others}
      style={now === 'open' && boxless ? { ...noBox, ...style } : style}
    >
      <GatePlace
        key={seen.contents}
        contentAs={contentAs}
        boxless={boxless}
        now={now}
        gate={now === 'open' || now === 'pending' ? above : now}
        effects={effects}
        mounted={wanted || wasWanted}
        label={label}
        root={root}
        notice={notice}
        noticeId={explained ? noticeId : undefined}
        closeText={() => fillMessage(settings, 'close').text}
        // Focus is spoken, with the name of what has it: that of a notice says it all, that of a fallback only whose it is.
        onArrive={content === undefined ? () => announcer.markTold(feature) : undefined}
        refusals={refusals}
        onRefuse={() => {
          setRefusals((count) => count + 1);
          // The notice that the person is brought to says that the feature is closed. Said after the answer, it would replace it.
          if (content === undefined) announcer.markTold(feature);
          announcer.say(notSent.text);
        }}
        explanation={
          !explained ? null : content === undefined ? (
            <MaintenanceNotice
              ref={notice}
              id={noticeId}
              state={state}
              inline={contentAs === 'div' ? undefined : contentAs}
              headingLevel={headingLevel}
              // There is nothing to keep where nothing was shown.
              kept={wasOpen}
            >
              {refusal}
            </MaintenanceNotice>
          ) : (
            <FallbackRoot
              ref={notice}
              id={noticeId}
              role="group"
              aria-label={label}
              data-maintenance-fallback=""
            >
              {/* React rewrites a text that is the only child as a whole, whatever a translator put in its place. */}
              {isText(content) && !refusal ? (
                content
              ) : (
                <>
                  {inElement(content)}
                  {refusal}
                </>
              )}
            </FallbackRoot>
          )
        }
      >
        {inElement(resolveNode(children, state))}
      </GatePlace>
    </Root>
  );
});

/** Whether a gate is given anything that needs an element with a box, or an element to find. */
function hasAttributes(rest: object): boolean {
  return Object.entries(rest).some(([name, value]) => value !== undefined && !/^(data-|on[A-Z])/.test(name));
}

/** A text of its own has siblings here, between which React would look for it: a translator may have replaced it. */
function inElement(node: ReactNode): ReactNode {
  return isText(node) ? <span>{node}</span> : node;
}

function isText(node: ReactNode): boolean {
  return typeof node === 'string' || typeof node === 'number';
}

function resolveNode(node: NodeOrFunction, state: Maintenance<FeatureKey>): ReactNode {
  return typeof node === 'function' ? node(state) : node;
}
