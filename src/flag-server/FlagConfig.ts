/** The context keys that one variation is served to, as LaunchDarkly's flag data writes them. */
export interface FlagTargets {
  variation: number;
  values: string[];
  contextKind?: string | null;
  [field: string]: unknown;
}

/**
 * One flag in LaunchDarkly's flag-data form. Only what the server reads or changes is named;
 * every other field is kept as it was found.
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
  /** Targets of other kinds. Once there is one, every user target needs an entry without keys here to be found. */
  contextTargets?: FlagTargets[] | null;
  rules?: unknown[] | null;
  prerequisites?: unknown[] | null;
  clientSideAvailability?: { usingEnvironmentId?: boolean; usingMobileKey?: boolean } | null;
  /** The older form of `clientSideAvailability.usingEnvironmentId`. */
  clientSide?: boolean | null;
  name?: string | null;
  archived?: boolean | null;
  /** Names and descriptions of variations by index. Ours: LaunchDarkly's flag data has no place for them. */
  variationDetails?: { name?: string; description?: string }[] | null;
  [field: string]: unknown;
}

/** LaunchDarkly counts versions from 1; a flag written by hand may have none. */
export function flagVersion(flag: FlagConfig): number {
  return flag.version ?? 1;
}

/** Whether a browser may see the flag. */
export function isClientSide(flag: FlagConfig): boolean {
  return flag.clientSideAvailability?.usingEnvironmentId ?? flag.clientSide ?? false;
}
