/** The contexts that are served one variation, by key, in the form of LaunchDarkly's flag data. */
export interface FlagTargets {
  variation: number;
  values: string[];
  contextKind?: string | null;
  [field: string]: unknown;
}

/**
 * One flag in the form of LaunchDarkly's flag data. It names only the fields that the server reads or changes. All other fields are kept
 * as they are.
 */
export interface FlagConfig {
  key: string;
  version?: number | null;
  on: boolean;
  variations: unknown[];
  offVariation?: number | null;
  fallthrough?: Record<string, unknown> | null;
  /** Targets of kind `user`. */
  targets?: FlagTargets[] | null;
  /** Targets of other kinds. If there are any, every variation with user targets needs an entry without keys here (see `pairUserTargets`). */
  contextTargets?: FlagTargets[] | null;
  rules?: unknown[] | null;
  prerequisites?: unknown[] | null;
  clientSideAvailability?: { usingEnvironmentId?: boolean; usingMobileKey?: boolean } | null;
  /** The older name of `clientSideAvailability.usingEnvironmentId`. */
  clientSide?: boolean | null;
  name?: string | null;
  archived?: boolean | null;
  /** The names and descriptions of variations, by index. LaunchDarkly's flag data does not have this field. */
  variationDetails?: { name?: string; description?: string }[] | null;
  [field: string]: unknown;
}

/** The version of a flag. LaunchDarkly counts from 1. A flag that was written by hand may have no version. */
export function flagVersion(flag: FlagConfig): number {
  return flag.version ?? 1;
}

/** Whether browsers may see the flag. */
export function isClientSide(flag: FlagConfig): boolean {
  return flag.clientSideAvailability?.usingEnvironmentId ?? flag.clientSide ?? false;
}

/** Whether a JSON value is an object: neither `null` nor an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
