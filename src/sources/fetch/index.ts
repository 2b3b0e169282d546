export { maintenanceFetch } from './maintenanceFetch.js';
export type { MaintenanceFetchOptions } from './maintenanceFetch.js';
export type { FetchRoutes } from './readRoutes.js';
