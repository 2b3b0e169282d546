import { useState, type ReactNode } from 'react';
import { defineFeatures, MaintenanceProvider, type Snapshot } from 'react-maintenance-mode';
import { createMaintenanceStore, type MaintenanceStore } from 'react-maintenance-mode/core';
import { pollingSource } from 'react-maintenance-mode/http';

const features = defineFeatures({ search: { flag: 'search-maintenance', label: 'Search' } });
const source = pollingSource('/flags');
let shared: MaintenanceStore<keyof typeof features> | undefined;

function storeOf(snapshot: Snapshot | undefined): MaintenanceStore<keyof typeof features> {
  if (typeof document === 'undefined') return createMaintenanceStore({ features, snapshot });
  return (shared ??= createMaintenanceStore({ features, snapshot }));
}

/** Around the content of each island. */
export function Maintenance(props: {
  snapshot?: Snapshot | undefined;
  children: ReactNode;
}): React.JSX.Element {
  const [store] = useState(() => storeOf(props.snapshot));
  return (
    <MaintenanceProvider store={store} source={source}>
      {props.children}
    </MaintenanceProvider>
  );
}
