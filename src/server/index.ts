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
export type { BypassOptions } from './createBypass.js';
export type { Pass } from './createGatekeeper.js';
export { createMaintenanceHandler } from './createMaintenanceHandler.js';
export type {
  MaintenanceAnswer,
  MaintenanceHandler,
  MaintenancePass,
  RequestContext,
} from './createMaintenanceHandler.js';
export type { ReadFeatures, ReadsOnly, RequestReads, RequestRoutes } from './createRequestRules.js';
export { createRules, defaultAllowedPaths } from './createRules.js';
export type { RuleOptions, Rules } from './createRules.js';
export type { CrossOriginOptions } from './crossOrigin.js';
export { decide } from './decide.js';
export type { Decision, RequestFacts } from './decide.js';
export { flagStream } from './flagStream.js';
export type { FlagStream, FlagStreamOptions } from './flagStream.js';
export { launchDarklyFlags } from './launchDarklyFlags.js';
export type { LaunchDarklyServerClient } from './launchDarklyFlags.js';
export type { AllowOptions, MaintenanceHandlerOptions, ReadFlags } from './MaintenanceHandlerOptions.js';
export { openFeatureFlags } from './openFeatureFlags.js';
export type { OpenFeatureServerClient } from './openFeatureFlags.js';
export type { RequestTarget } from './pathReadings.js';
export { readStates } from './readStates.js';
export type { States } from './readStates.js';
export { englishRefusal } from './refusalMessages.js';
export type { RefusalMessages } from './refusalMessages.js';
export type { OwnPageContent, RefusalOptions } from './RefusalOptions.js';
export type { RefusalPageContent } from './refusalPage.js';
export type { RequestBody } from './RequestBody.js';
export { respond } from './respond.js';
export type { RespondOptions } from './respond.js';
export type { RetryAfterOptions } from './retryAfter.js';
export { serializeSnapshot } from './serializeSnapshot.js';
