// #region
import { defineFeatures } from 'react-maintenance-mode';

export const features = defineFeatures({
  site: { flag: 'site-maintenance', label: 'Shop', scope: 'site' },
  search: { flag: 'search-maintenance', label: 'Search' },
  comments: { flag: 'comments-maintenance', label: 'Comments', plural: true, mode: 'read-only' },
  payments: { flag: 'payments-maintenance', label: 'Payments', plural: true },
  checkout: { flag: 'checkout-maintenance', label: 'Checkout', dependsOn: ['payments'] },
});

// Typed keys everywhere: <MaintenanceGate feature="serach"> does not compile.
declare module 'react-maintenance-mode' {
  interface Register {
    features: typeof features;
  }
}
// #endregion
