import { defineFeatures } from 'react-maintenance-mode';

export const features = defineFeatures({
  site: { flag: 'site-maintenance', label: 'Shop', scope: 'site' },
  search: { flag: 'search-maintenance', label: 'Search' },
  comments: { flag: 'comments-enabled', label: 'Comments', plural: true, maintenanceWhen: 'off' },
});
