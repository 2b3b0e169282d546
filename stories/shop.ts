import { defineFeatures } from 'react-maintenance-mode';

/** The features of the stories' shop. */
export const shop = defineFeatures({
  site: { flag: 'site-maintenance', label: 'Shop', scope: 'site' },
  search: { flag: 'search-maintenance', label: 'Search' },
  reviews: { flag: 'reviews-maintenance', label: 'Reviews', plural: true, mode: 'read-only' },
  suggestions: { flag: 'suggestions-maintenance', label: 'Suggestions', plural: true, mode: 'degraded' },
  payments: { flag: 'payments-maintenance', label: 'Payments', plural: true },
  checkout: { flag: 'checkout-maintenance', label: 'Checkout', dependsOn: ['payments'] },
});
