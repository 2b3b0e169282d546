import { defineFeatures } from 'react-maintenance-mode';

export const features = defineFeatures({
  search: { flag: 'search-maintenance', label: 'Search' },
});

// Typed keys everywhere: <MaintenanceGate feature="serach"> does not compile.
declare module 'react-maintenance-mode' {
  interface Register {
    features: typeof features;
  }
}
