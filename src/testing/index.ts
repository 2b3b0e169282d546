export { createTestSource } from './createTestSource.js';
export type { TestSource } from './createTestSource.js';
export { flagSourceContract } from './flagSourceContract.js';
export type { ContractCheck, SourceUnderTest } from './flagSourceContract.js';
export { MaintenanceTestProvider, memoryStorage } from './MaintenanceTestProvider.js';
export type { MaintenanceTestProviderProps } from './MaintenanceTestProvider.js';
export { flagSwitchContract } from './flagSwitchContract.js';
export type { SwitchUnderTest } from './flagSwitchContract.js';
