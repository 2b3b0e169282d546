'use client';
import {
  forwardRef,
  useEffect,
  useState,
  useSyncExternalStore,
  type ComponentPropsWithoutRef,
  type ReactNode,
} from 'react';
import type { Maintenance } from '../core/Maintenance.js';
import { development } from '../core/errors.js';
import type { FeatureKey } from '../core/Register.js';
import { isOpen, type Requirement } from './isOpen.js';
import { KeptMounted } from './KeptMounted.js';
import { useMaintenanceContext } from './MaintenanceContext.js';
import { MaintenanceNotice } from './MaintenanceNotice.js';
import { useMaintenance } from './useMaintenance.js';

/** What a gate does with its children while it is closed. */
export type ClosedBehaviour = 'replace' | 'hide' | 'disable' | 'read-only' | 'overlay';

type NodeOrFunction = ReactNode | ((state: Maintenance<FeatureKey>) => ReactNode);

/** Everything else goes to the gate's element. */
export interface MaintenanceGateProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  readonly feature: FeatureKey;
  /** What the children need: with `read` they stay open while the feature is read-only. Default `read`. */
  readonly requires?: Requirement | undefined;
  /** What to do with them while it is closed. Default `replace`. */
  readonly closed?: ClosedBehaviour | undefined;
  /** What replaces them. Default: a notice. */
  readonly fallback?: NodeOrFunction;
  /** A function is given the state, for children that show that they are degraded. */
  readonly children?: NodeOrFunction;
}

/**
 * Shows its children while their feature works, and what to do instead while it does not. Children that were shown stay mounted
 * while the gate is closed, with all that a person did in them; a gate closed from the start mounts nothing.
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
  { feature, requires = 'read', closed = 'replace', fallback, children, ...rest },
  ref,
) {
  const { store } = useMaintenanceContext('<MaintenanceGate>');
  const state = useMaintenance(feature);
  const holding = useSyncExternalStore(store.subscribeStatus, store.isHolding, store.isHolding);
  const open = isOpen(state, requires);
  const shown = open && !holding;
  const [wasShown, setWasShown] = useState(shown);
  if (shown && !wasShown) setWasShown(true);
  useUnfinishedBehaviour(closed);

  return (
    <div
      ref={ref}
      data-maintenance-gate={feature}
      data-maintenance-mode={state.mode}
      data-maintenance-phase={state.phase}
      data-maintenance-state={holding ? 'pending' : open ? 'open' : 'closed'}
      {...rest}
    >
      {shown || wasShown ? <KeptMounted hidden={!shown}>{resolveNode(children, state)}</KeptMounted> : null}
      {open || closed === 'hide' || holding
        ? null
        : (resolveNode(fallback, state) ?? <MaintenanceNotice state={state} headingLevel={3} />)}
    </div>
  );
});

function resolveNode(node: NodeOrFunction, state: Maintenance<FeatureKey>): ReactNode {
  return typeof node === 'function' ? node(state) : node;
}

function useUnfinishedBehaviour(closed: ClosedBehaviour): void {
  useEffect(() => {
    if (development && closed !== 'replace' && closed !== 'hide') {
      console.warn(
        `[react-maintenance-mode] closed="${closed}" behaves like closed="replace" in this version.`,
      );
    }
  }, [closed]);
}
