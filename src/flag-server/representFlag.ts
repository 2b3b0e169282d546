import { createHash } from 'node:crypto';

import { flagVersion, isClientSide, type FlagConfig, type FlagTargets } from './FlagConfig.js';

/** The one project and environment that this server has. */
export const PROJECT = 'default';
export const ENVIRONMENT = 'local';

/** A flag as LaunchDarkly's REST API shows it. Targets name variations by index, instructions by `_id`. */
export interface FlagRepresentation {
  key: string;
  name: string;
  kind: 'boolean' | 'multivariate';
  archived: boolean;
  tags: string[];
  _version: number;
  clientSideAvailability: { usingEnvironmentId: boolean; usingMobileKey: boolean };
  variations: { _id: string; value: unknown; name?: string; description?: string }[];
  environments: Record<string, EnvironmentRepresentation>;
}

interface EnvironmentRepresentation {
  on: boolean;
  archived: boolean;
  version: number;
  offVariation: number | null;
  fallthrough: Record<string, unknown>;
  /** Of kind `user`. */
  targets: Required<Pick<FlagTargets, 'values' | 'variation' | 'contextKind'>>[];
  contextTargets: Required<Pick<FlagTargets, 'values' | 'variation' | 'contextKind'>>[];
  rules: unknown[];
  prerequisites: unknown[];
  _environmentName: string;
}

/** Shows a flag in LaunchDarkly's REST form. */
export function representFlag(flag: FlagConfig): FlagRepresentation {
  const archived = flag.archived ?? false;
  return {
    key: flag.key,
    name: flag.name ?? flag.key,
    kind: isBooleanFlag(flag) ? 'boolean' : 'multivariate',
    archived,
    tags: [],
    _version: flagVersion(flag),
    clientSideAvailability: {
      usingEnvironmentId: isClientSide(flag),
      usingMobileKey: flag.clientSideAvailability?.usingMobileKey ?? false,
    },
    variations: flag.variations.map((value, index) => ({
      _id: variationId(flag.key, index),
      value,
      ...flag.variationDetails?.[index],
    })),
    environments: {
      [ENVIRONMENT]: {
        on: flag.on,
        archived,
        version: flagVersion(flag),
        offVariation: flag.offVariation ?? null,
        fallthrough: flag.fallthrough ?? {},
        targets: (flag.targets ?? []).map(representTargets),
        contextTargets: (flag.contextTargets ?? []).map(representTargets),
        rules: flag.rules ?? [],
        prerequisites: flag.prerequisites ?? [],
        _environmentName: ENVIRONMENT,
      },
    },
  };
}

/** The id of a variation: the same in every process, for it is made of the flag's key and the variation's index. */
export function variationId(key: string, index: number): string {
  const hash = createHash('sha256').update(`${key}/${index}`).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    hash.slice(12, 16),
    hash.slice(16, 20),
    hash.slice(20, 32),
  ].join('-');
}

/** Whether the flag has two variations, `true` and `false`. */
export function isBooleanFlag({ variations }: FlagConfig): boolean {
  return variations.length === 2 && variations.includes(true) && variations.includes(false);
}

function representTargets(targets: FlagTargets): EnvironmentRepresentation['targets'][number] {
  return { values: targets.values, variation: targets.variation, contextKind: targets.contextKind ?? 'user' };
}
