import { defineFeatures } from 'react-maintenance-mode/core';

/** The features of a small shop. */
export const features = defineFeatures({
  site: { flag: 'site-maintenance', label: 'Shop', scope: 'site' },
  search: { flag: 'search-maintenance', label: 'Search' },
  comments: { flag: 'comments-maintenance', label: 'Comments', plural: true, mode: 'read-only' },
  payments: { flag: 'payments-maintenance', label: 'Payments', plural: true },
  checkout: { flag: 'checkout-maintenance', label: 'Checkout', dependsOn: ['payments'] },
});

export const routes = {
  '/search': 'search',
  '/api/search/*': 'search',
  '/comments/*': 'comments',
  '/checkout/*': 'checkout',
  '/shop/*': ['search', 'comments'],
} as const;

/** A Thursday. */
export const noon: number = Date.parse('2026-11-26T12:00:00Z');
