// The devtools for builds that should have them in production: a preview of a branch, a built Storybook.
export { createActiveDevtools as createDevtools } from './createDevtools.js';
export type { Devtools, DevtoolsControls, DevtoolsFeature, FlagAnswer } from './createDevtools.js';
export { MaintenanceDevtools } from './MaintenanceDevtools.js';
export type { MaintenanceDevtoolsProps } from './MaintenanceDevtools.js';
