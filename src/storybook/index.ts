export { StoryMaintenance, useStoryMaintenance } from './StoryMaintenance.js';
export type { MaintenanceGlobals, MaintenanceParameters } from './StoryParameters.js';
