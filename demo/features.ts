import { defineFeatures } from 'react-maintenance-mode';

/** What of the shop can be in maintenance. */
export const features = defineFeatures({
  site: { flag: 'site-maintenance', label: 'The shop', scope: 'site' },
  search: { flag: 'search-maintenance', label: 'Search' },
  comments: { flag: 'comments-maintenance', label: 'Comments', mode: 'read-only' },
  payments: { flag: 'payments-maintenance', label: 'Payments' },
  checkout: { flag: 'checkout-maintenance', label: 'Checkout', dependsOn: ['payments'] },
});

export type ShopFeature = keyof typeof features;
