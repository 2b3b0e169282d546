import { defineFeatures } from 'react-maintenance-mode/core';

export const features = defineFeatures({
  site: { flag: 'site-maintenance', label: 'Shop', scope: 'site' },
  search: { flag: 'search-maintenance', label: 'Search' },
  comments: { flag: 'comments-maintenance', label: 'Comments', mode: 'read-only' },
  payments: { flag: 'payments-maintenance', label: 'Payments' },
  checkout: { flag: 'checkout-maintenance', label: 'Checkout', dependsOn: ['payments'] },
});

export const routes = {
  '/api/search/*': 'search',
  '/api/comments/*': 'comments',
  '/api/checkout/*': 'checkout',
};
