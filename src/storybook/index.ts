export type {} from './StoryContext.js';
export { StoryMaintenance, useStoryMaintenance } from './StoryMaintenance.js';
export type { Choice, MaintenanceGlobals, MaintenanceParameters } from './StoryParameters.js';
