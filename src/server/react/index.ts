export { ServerMaintenanceGate } from './ServerMaintenanceGate.js';
export type { ServerMaintenanceGateProps } from './ServerMaintenanceGate.js';
