export { createDevtools } from './createDevtools.js';
export type { Devtools, DevtoolsControls, DevtoolsFeature, FlagAnswer } from './createDevtools.js';
export { MaintenanceDevtools } from './MaintenanceDevtools.js';
export type { MaintenanceDevtoolsProps } from './MaintenanceDevtools.js';
