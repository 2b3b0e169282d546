import { createHash } from 'node:crypto';

import { type FlagConfig, type FlagTargets, flagVersion, isClientSide, isRecord } from './FlagConfig.js';

/** The only project and environment of this server. */
export const PROJECT = 'default';
export const ENVIRONMENT = 'local';

/** A link of LaunchDarkly's REST API. */
export interface Link {
  href: string;
  type: 'application/json';
}

export function linkTo(href: string): Link {
  return { href, type: 'application/json' };
}

/** A flag in the form of LaunchDarkly's REST API. Targets refer to variations by index, instructions refer to them by `_id`. */
export interface FlagRepresentation {
  key: string;
  name: string;
  description: string;
  kind: 'boolean' | 'multivariate';
  archived: boolean;
  temporary: boolean;
  tags: string[];
  _version: number;
  /** When this server first read the file, in epoch milliseconds. The file itself has no such time. */
  creationDate: number;
  _links: { self: Link; parent: Link };
  customProperties: Record<string, never>;
  experiments: { baselineIdx: number; items: never[] };
  clientSideAvailability: { usingEnvironmentId: boolean; usingMobileKey: boolean };
  variations: { _id: string; value: unknown; name?: string; description?: string }[];
  environments: Record<string, EnvironmentRepresentation>;
}

interface EnvironmentRepresentation {
  on: boolean;
  archived: boolean;
  salt: string;
  sel: string;
  /** When this server last read or wrote the file, in epoch milliseconds. */
  lastModified: number;
  version: number;
  offVariation?: number;
  fallthrough: Record<string, unknown>;
  /** Targets of kind `user`. */
  targets: Required<Pick<FlagTargets, 'values' | 'variation' | 'contextKind'>>[];
  contextTargets: Required<Pick<FlagTargets, 'values' | 'variation' | 'contextKind'>>[];
  rules: unknown[];
  prerequisites: unknown[];
  trackEvents: boolean;
  trackEventsFallthrough: boolean;
  _environmentName: string;
  _site: { href: string; type: 'text/html' };
}

/** When the flag file was first read and last changed, in epoch milliseconds. */
export interface FileTimes {
  readonly created: number;
  readonly modified: number;
}

/** Converts a flag to the form of LaunchDarkly's REST API, with every field that its published schema requires. */
export function representFlag(flag: FlagConfig, times: FileTimes): FlagRepresentation {
  const archived = flag.archived ?? false;
  const path = `/api/v2/flags/${PROJECT}/${flag.key}`;
  return {
    key: flag.key,
    name: flag.name ?? flag.key,
    kind: isBooleanFlag(flag) ? 'boolean' : 'multivariate',
    description: textOrEmpty(flag['description']),
    archived,
    temporary: flag['temporary'] === true,
    tags: Array.isArray(flag['tags']) ? flag['tags'].map(String) : [],
    _version: flagVersion(flag),
    creationDate: times.created,
    _links: { self: linkTo(path), parent: linkTo(`/api/v2/flags/${PROJECT}`) },
    customProperties: {},
    experiments: { baselineIdx: 0, items: [] },
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
        salt: textOrEmpty(flag['salt']),
        sel: '',
        lastModified: times.modified,
        version: flagVersion(flag),
        ...(flag.offVariation == null ? {} : { offVariation: flag.offVariation }),
        fallthrough: representServed(flag.fallthrough),
        targets: (flag.targets ?? []).map(representTargets),
        contextTargets: (flag.contextTargets ?? []).map(representTargets),
        rules: (flag.rules ?? []).map(representRule),
        prerequisites: flag.prerequisites ?? [],
        trackEvents: flag['trackEvents'] === true,
        trackEventsFallthrough: flag['trackEventsFallthrough'] === true,
        _environmentName: ENVIRONMENT,
        // This server has no pages.
        _site: { href: path, type: 'text/html' },
      },
    },
  };
}

/** The id of a variation. It is derived from the flag's key and the variation's index, so it is the same in every process. */
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

/** Adds the fields of a rule that flag data may leave out and that the published schema requires. */
function representRule(rule: unknown): unknown {
  const fields = withoutNulls(rule);
  const clauses = Array.isArray(fields['clauses']) ? fields['clauses'] : [];
  return {
    trackEvents: false,
    ...representServed(fields),
    clauses: clauses.map((clause) => ({ attribute: '', negate: false, ...withoutNulls(clause) })),
  };
}

function representServed(served: unknown): Record<string, unknown> {
  const { rollout, ...fields } = withoutNulls(served);
  return rollout === undefined ? fields : { ...fields, rollout: withoutNulls(rollout) };
}

/** In flag data, `null` means that the field is absent. The REST form does not allow it. */
function withoutNulls(value: unknown): Record<string, unknown> {
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null))
    : {};
}

function textOrEmpty(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
