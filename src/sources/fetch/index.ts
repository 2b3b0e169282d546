export { maintenanceFetch } from './maintenanceFetch.js';
export type { FetchRoutes, MaintenanceFetchOptions } from './maintenanceFetch.js';
