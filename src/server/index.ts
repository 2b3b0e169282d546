export { defineFeatures } from '../core/defineFeatures.js';
export type { Feature, FeatureDefinition, Features } from '../core/defineFeatures.js';
export type { FlagProblem, MaintenanceError, MaintenanceErrorCode } from '../core/errors.js';
export type { Maintenance, Mode, Notice, NoticeLink, Phase } from '../core/Maintenance.js';
export { maintenanceProblemType } from '../core/problemDetails.js';
export type { MaintenanceProblem } from '../core/problemDetails.js';
export { takeSnapshot } from '../core/takeSnapshot.js';
export type { Snapshot, SnapshotInput } from '../core/takeSnapshot.js';
export { cachedFlags } from './cachedFlags.js';
export type { CachedFlagsOptions } from './cachedFlags.js';
export { createMaintenanceHandler } from './createMaintenanceHandler.js';
export type {
  MaintenanceAnswer,
  MaintenanceHandler,
  MaintenancePass,
  RequestContext,
} from './createMaintenanceHandler.js';
export { decide } from './decide.js';
export type { Decision, RequestFacts } from './decide.js';
export { flagStream } from './flagStream.js';
export type { FlagStream, FlagStreamOptions } from './flagStream.js';
export type { Pass } from './handle.js';
export { launchDarklyFlags } from './launchDarklyFlags.js';
export type { LaunchDarklyServerClient } from './launchDarklyFlags.js';
export type {
  AllowOptions,
  BypassOptions,
  CorsOptions,
  MaintenanceHandlerOptions,
  OwnPageContent,
  ReadFlags,
  RefusalOptions,
  RetryAfterOptions,
} from './options.js';
export { openFeatureFlags } from './openFeatureFlags.js';
export type { OpenFeatureServerClient } from './openFeatureFlags.js';
export type { RequestTarget } from './requestPaths.js';
export { readStates, serializeSnapshot } from './snapshot.js';
export type { States } from './snapshot.js';
export { englishRefusal } from './refusalPage.js';
export type { RefusalMessages, RefusalPageContent } from './refusalPage.js';
export type { RequestBody } from './requestBody.js';
export { respond } from './respond.js';
export type { RespondOptions } from './respond.js';
export { createRules, defaultAllowedPaths } from './rules.js';
export type { ReadFeatures, ReadsOnly, RequestReads, RequestRoutes, RuleOptions, Rules } from './rules.js';
