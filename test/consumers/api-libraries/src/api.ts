import { createMaintenanceStore, defineFeatures } from 'react-maintenance-mode/core';
import { maintenanceFetch } from 'react-maintenance-mode/fetch';

export const features = defineFeatures({
  search: { flag: 'search-maintenance', label: 'Search' },
  comments: { flag: 'comments-maintenance', label: 'Comments', plural: true },
});

// For <MaintenanceProvider store={store} source={source}> as well.
export const store = createMaintenanceStore({ features });

/** In place of `fetch`, for every library below. */
export const api = maintenanceFetch((...request) => fetch(...request), store, {
  features,
  routes: {
    'https://api.example/search/*': 'search',
    'https://api.example/comments/*': 'comments',
  },
  // These only read, although they are POSTs.
  reads: ['POST /search/graphql'],
});

/** Resolves as soon as a feature takes changes. */
export function whenWritable(feature: keyof typeof features): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!store.get(feature).canWrite) return;
      stop();
      resolve();
    };
    const stop = store.subscribe(feature, look);
    look();
  });
}
