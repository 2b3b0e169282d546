import { defineFeatures } from 'react-maintenance-mode/core';

export const features = defineFeatures({
  site: { flag: 'site-maintenance', label: 'Shop', scope: 'site' },
  search: { flag: 'search-maintenance', label: 'Search' },
});

declare module 'react-maintenance-mode' {
  interface Register {
    features: typeof features;
  }
}
