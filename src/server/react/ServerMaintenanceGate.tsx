import type { ReactNode } from 'react';
import { MaintenanceGate } from 'react-maintenance-mode';
import type { Features, FeatureKey } from '../../core/defineFeatures.js';
import { type Maintenance, isOpen, type Requirement } from '../../core/Maintenance.js';
import type { Snapshot } from '../../core/takeSnapshot.js';
import { readState } from '../snapshot.js';

export interface ServerMaintenanceGateProps {
  readonly feature: FeatureKey;
  /** From `defineFeatures`. */
  readonly features: Features<FeatureKey>;
  /** The snapshot for the user of this request. `undefined` if the flags could not be read. Then the gate is open. */
  readonly snapshot: Snapshot | undefined | Promise<Snapshot | undefined>;
  /** What the children need. With `read`, they stay open while the feature is read-only. Default `read`. */
  readonly requires?: Requirement | undefined;
  /** The language of the notice in the state that is passed to a fallback. Default `en`. */
  readonly locale?: string | undefined;
  /** What replaces the children. Default: a client gate with its notice. It follows the flag. */
  readonly fallback?: ReactNode | ((state: Maintenance<FeatureKey>) => ReactNode);
  readonly children?: ReactNode;
}

/**
 * A gate for server components. While its feature is closed, the children are not rendered at all, so that the service that is down is not called. It
 * decides once per request. Put a `MaintenanceGate` inside for changes while the page is open.
 *
 * @example
 * <ServerMaintenanceGate feature="search" features={features} snapshot={readSnapshot()}>
 *   <SearchResults query={query} />
 * </ServerMaintenanceGate>
 */
export async function ServerMaintenanceGate({
  feature,
  features,
  snapshot,
  requires = 'read',
  locale = 'en',
  fallback,
  children,
}: ServerMaintenanceGateProps): Promise<React.JSX.Element> {
  const read = await snapshot;
  if (!read) return <>{children}</>;
  const state = readState(features, feature, read, locale);
  if (isOpen(state, requires)) return <>{children}</>;
  if (fallback === undefined) return <MaintenanceGate feature={feature} requires={requires} />;
  return <>{typeof fallback === 'function' ? fallback(state) : fallback}</>;
}
