'use client';
import {
  forwardRef,
  useContext,
  useId,
  useImperativeHandle,
  useRef,
  useState,
  useSyncExternalStore,
  type ComponentPropsWithoutRef,
  type ReactNode,
} from 'react';
import type { Maintenance } from '../core/Maintenance.js';
import type { FeatureKey } from '../core/Register.js';
import { GatePlace } from './gate/GatePlace.js';
import { GateContext, type ClosedBehaviour } from './gate/useGate.js';
import { isOpen, type Requirement } from './isOpen.js';
import { useMaintenanceContext } from './MaintenanceContext.js';
import { MaintenanceNotice } from './MaintenanceNotice.js';
import { useMaintenance } from './useMaintenance.js';
import { useUserChanges } from './useUserChanges.js';

type NodeOrFunction = ReactNode | ((state: Maintenance<FeatureKey>) => ReactNode);

/** Everything else goes to the gate's element. */
export interface MaintenanceGateProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  readonly feature: FeatureKey;
  /** What the children need: with `read` they stay open while the feature is read-only. Default `read`. */
  readonly requires?: Requirement | undefined;
  /**
   * What to do with them while it is closed. Default `replace`: the fallback stands in their place. `hide`: nothing does. The
   * others leave them in sight, with the fallback after them: `disable` and `read-only` can be read and reached by keyboard but
   * neither changed nor set off (but for what carries `data-maintenance-allow`), `overlay` is inert.
   */
  readonly closed?: ClosedBehaviour | undefined;
  /**
   * What replaces or explains them. Default: a notice. `null`: nothing. The gate keeps its size, and grows only where it is lower
   * than this: a `minBlockSize` in its `style` gives the room beforehand.
   */
  readonly fallback?: NodeOrFunction;
  /** The level of the built-in notice's heading. Default 3. */
  readonly headingLevel?: 2 | 3 | 4 | 5 | 6 | undefined;
  /** A function is given the state, for children that show that they are degraded. */
  readonly children?: NodeOrFunction;
}

/**
 * Shows its children while their feature works, and what to do instead while it does not. Children that were shown stay mounted
 * while the gate is closed, with all that a person did in them. Closed from the start it mounts nothing, unless the feature can
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
  { feature, requires = 'read', closed = 'replace', fallback, headingLevel = 3, children, ...rest },
  ref,
) {
  const { store, announcer } = useMaintenanceContext('<MaintenanceGate>');
  const state = useMaintenance(feature);
  const holding = useSyncExternalStore(store.subscribeStatus, store.isHolding, store.isHoldingInitially);
  const open = isOpen(state, requires);
  const now = holding ? 'pending' : open ? 'open' : closed;
  const staysInSight = closed !== 'replace' && closed !== 'hide';
  const wanted = now === 'open' || (staysInSight && state.canRead && !holding);
  const [wasWanted, setWasWanted] = useState(wanted);
  if (wanted && !wasWanted) setWasWanted(true);
  const userChanges = useUserChanges('<MaintenanceGate>');
  const [seen, setSeen] = useState({ userChanges, now, contents: 0 });
  if (seen.userChanges !== userChanges || seen.now !== now) {
    // What is shut away was done by somebody else: it is not kept for the person now. What is open is the app's own affair.
    const another = seen.userChanges !== userChanges && seen.now !== 'open';
    if (another) setWasWanted(wanted);
    setSeen({ userChanges, now, contents: another ? seen.contents + 1 : seen.contents });
  }
  const root = useRef<HTMLDivElement>(null);
  const notice = useRef<HTMLDivElement>(null);
  const noticeId = useId();
  useImperativeHandle<HTMLDivElement | null, HTMLDivElement | null>(ref, () => root.current, []);

  const above = useContext(GateContext);
  const label = store.labelOf(feature);
  const explained = now !== 'open' && now !== 'pending' && now !== 'hide' && fallback !== null;
  const content = resolveNode(fallback, state);
  return (
    <div
      ref={root}
      data-maintenance-gate={feature}
      data-maintenance-mode={state.mode}
      data-maintenance-phase={state.phase}
      data-maintenance-state={now === 'open' || now === 'pending' ? now : 'closed'}
      data-maintenance-closed={now === 'open' || now === 'pending' ? undefined : now}
      {...rest}
    >
      <GatePlace
        key={seen.contents}
        now={now}
        mounted={wanted || wasWanted}
        label={label}
        root={root}
        notice={notice}
        noticeId={explained ? noticeId : undefined}
        // Focus is spoken, with the name of what has it: that of a notice says it all, that of a fallback only whose it is.
        onArrive={content === undefined ? () => announcer.markTold(feature) : undefined}
        explanation={
          !explained ? null : content === undefined ? (
            <MaintenanceNotice ref={notice} id={noticeId} state={state} headingLevel={headingLevel} />
          ) : (
            <div ref={notice} id={noticeId} role="group" aria-label={label} data-maintenance-fallback="">
              {content}
            </div>
          )
        }
      >
        <GateContext.Provider value={now === 'open' || now === 'pending' ? above : now}>
          {resolveNode(children, state)}
        </GateContext.Provider>
      </GatePlace>
    </div>
  );
});

function resolveNode(node: NodeOrFunction, state: Maintenance<FeatureKey>): ReactNode {
  return typeof node === 'function' ? node(state) : node;
}
