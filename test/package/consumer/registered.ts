import { defineFeatures, useMaintenance, type FeatureKey } from 'react-maintenance-mode';

const features = defineFeatures({
  search: { flag: 's' },
  checkout: { flag: 'c', dependsOn: ['search'] },
});
declare module 'react-maintenance-mode' {
  interface Register {
    features: typeof features;
  }
}
const ok: FeatureKey = 'search';
// @ts-expect-error no such feature
const bad: FeatureKey = 'serach';
// @ts-expect-error no such feature
useMaintenance('serach');
// @ts-expect-error depends on nothing known
defineFeatures({ a: { flag: 'a', dependsOn: ['b'] } });
export { ok, bad };
