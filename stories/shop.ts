import { defineFeatures } from 'react-maintenance-mode';

/** The features of the shop that stories are about. */
export const shop = defineFeatures({
  site: { flag: 'site-maintenance', label: 'Shop', scope: 'site' },
  search: { flag: 'search-maintenance', label: 'Search' },
  reviews: { flag: 'reviews-maintenance', label: 'Reviews', mode: 'read-only' },
  suggestions: { flag: 'suggestions-maintenance', label: 'Suggestions', mode: 'degraded' },
  payments: { flag: 'payments-maintenance', label: 'Payments' },
  checkout: { flag: 'checkout-maintenance', label: 'Checkout', dependsOn: ['payments'] },
});
