export { LaunchDarklyMaintenanceProvider } from './LaunchDarklyMaintenanceProvider.js';
export type { LaunchDarklyMaintenanceProviderProps } from './LaunchDarklyMaintenanceProvider.js';
export { launchDarklySource } from './launchDarklySource.js';
export type { LaunchDarklyClient } from './launchDarklySource.js';
