export * from 'react-maintenance-mode';
export { createMaintenanceStore, memorySource } from 'react-maintenance-mode/core';
export { launchDarklySource } from 'react-maintenance-mode/launchdarkly/source';
