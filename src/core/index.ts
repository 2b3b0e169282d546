export { createMaintenanceStore } from './createMaintenanceStore.js';
export type {
  MaintenanceChange,
  MaintenanceStore,
  MaintenanceStoreOptions,
} from './createMaintenanceStore.js';
export { defineFeatures } from './defineFeatures.js';
export type { Feature, FeatureDefinition, Features } from './defineFeatures.js';
export type { FlagProblem, MaintenanceError, MaintenanceErrorCode } from './errors.js';
export type { FlagSource, SourceStatus } from './FlagSource.js';
export { interpretFlag } from './interpretFlag.js';
export type { InterpretedFeature } from './interpretFlag.js';
export type { LocalizedText } from './localize.js';
export type { Maintenance, Mode, Notice, NoticeLink, Phase } from './Maintenance.js';
export type { MaintenanceWindow } from './timeline.js';
export { memorySource } from './memorySource.js';
export type { MemorySource } from './memorySource.js';
export { takeSnapshot } from './takeSnapshot.js';
export type { Snapshot, SnapshotInput } from './takeSnapshot.js';
