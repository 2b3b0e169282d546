import type { ReactNode } from 'react';
import {
  defineFeatures,
  MaintenanceGate,
  MaintenanceProvider,
  useMaintenance,
  type FeatureKey,
  type Maintenance,
} from 'react-maintenance-mode';

// An app with a registry: its keys are checked everywhere.
const features = defineFeatures({
  search: { flag: 's' },
  checkout: { flag: 'c', dependsOn: ['search'] },
});
declare module 'react-maintenance-mode' {
  interface Register {
    features: typeof features;
  }
}

const known: FeatureKey = 'search';
// @ts-expect-error no such feature
const unknown: FeatureKey = 'serach';
// @ts-expect-error depends on nothing known
defineFeatures({ a: { flag: 'a', dependsOn: ['b'] } });

function Search(): ReactNode {
  const state: Maintenance<'search' | 'checkout'> = useMaintenance('search');
  // @ts-expect-error no such feature
  useMaintenance('serach');
  return state.mode;
}

export const app = (
  <MaintenanceProvider
    features={features}
    onChange={({ feature, to }) => {
      const changed: 'search' | 'checkout' = feature;
      console.log(changed, to.mode);
    }}
  >
    <MaintenanceGate feature="checkout">
      <Search />
    </MaintenanceGate>
    {/* @ts-expect-error no such feature */}
    <MaintenanceGate feature="serach" />
  </MaintenanceProvider>
);

export { known, unknown };
