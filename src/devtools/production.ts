// The devtools for production builds that should have them, such as the preview of a branch or a built Storybook.
export { createActiveDevtools as createDevtools } from './createDevtools.js';
export type { Devtools, DevtoolsControls, DevtoolsFeature, FlagAnswer } from './createDevtools.js';
export { MaintenanceDevtools } from './MaintenanceDevtools.js';
export type { MaintenanceDevtoolsProps } from './MaintenanceDevtools.js';
