import {
  MaintenanceBanner,
  MaintenanceGate,
  MaintenanceProvider,
  useMaintenance,
  type Snapshot,
} from 'react-maintenance-mode';
import { defineFeatures, type FlagSource } from 'react-maintenance-mode/core';

export const features = defineFeatures({
  search: { flag: 'search-maintenance', label: 'Search' },
  comments: { flag: 'comments-maintenance', label: 'Comments', mode: 'read-only' },
});

export const noon: number = Date.parse('2031-01-03T12:00:00Z');

interface ServedShopProps {
  snapshot: Snapshot;
  source?: FlagSource;
  /** Called with each render of what reads a feature that nothing changes. */
  onRender?: (() => void) | undefined;
}

/** A page that a server renders and a browser takes over. */
export function ServedShop({ snapshot, source, onRender }: ServedShopProps): React.JSX.Element {
  return (
    <MaintenanceProvider features={features} snapshot={snapshot} source={source} now={() => noon}>
      <MaintenanceBanner />
      <MaintenanceGate feature="search">
        <input aria-label="query" />
      </MaintenanceGate>
      <Comments onRender={onRender} />
    </MaintenanceProvider>
  );
}

function Comments({ onRender }: Pick<ServedShopProps, 'onRender'>): React.JSX.Element {
  const { mode } = useMaintenance('comments');
  onRender?.();
  return <p>comments: {mode}</p>;
}
