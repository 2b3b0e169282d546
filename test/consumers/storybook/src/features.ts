import { defineFeatures } from 'react-maintenance-mode';

export const features = defineFeatures({ search: { flag: 'search-maintenance', label: 'Search' } });
