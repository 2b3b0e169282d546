export { maintenanceMiddleware } from './maintenanceMiddleware.js';
export type { MaintenanceMiddleware } from './maintenanceMiddleware.js';
