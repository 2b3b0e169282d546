import { defineFeatures } from 'react-maintenance-mode';

/** The parts of the shop that can be in maintenance. */
export const features = defineFeatures({
  site: { flag: 'site-maintenance', label: 'Rim & Foot', scope: 'site' },
  search: { flag: 'search-maintenance', label: 'Search' },
  comments: { flag: 'comments-maintenance', label: 'The comment section', mode: 'read-only' },
  payments: { flag: 'payments-maintenance', label: 'Payment' },
  checkout: { flag: 'checkout-maintenance', label: 'Checkout', dependsOn: ['payments'] },
});

export type ShopFeature = keyof typeof features;
