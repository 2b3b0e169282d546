import { defineFeatures } from 'react-maintenance-mode/core';

export const features = defineFeatures({
  site: { flag: 'site-maintenance', label: 'Shop', scope: 'site' },
  search: { flag: 'search-maintenance', label: 'Search' },
  comments: { flag: 'comments-maintenance', label: 'Comments', mode: 'read-only' },
});

export const routes = { '/api/search/*': 'search', '/api/comments/*': 'comments' } as const;

declare module 'react-maintenance-mode' {
  interface Register {
    features: typeof features;
  }
}
