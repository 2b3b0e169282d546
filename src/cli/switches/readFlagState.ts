import { SwitchError, type FlagState } from '../FlagSwitch.js';

/** A variation of a flag that means maintenance. */
export interface MaintenanceVariation {
  readonly id: string;
  readonly index: number;
  readonly name: string | undefined;
  /** Its value, as JSON. */
  readonly json: string;
}

interface ReadOptions {
  readonly flag: string;
  readonly environment: string;
  readonly contextKind: string;
  readonly variation: string | undefined;
}

interface Target {
  readonly values: readonly string[];
  readonly variation: number;
  readonly contextKind?: string;
}

interface Representation {
  readonly variations: readonly { readonly _id: string; readonly value: unknown; readonly name?: string }[];
  readonly archived?: boolean;
  readonly clientSideAvailability?: { readonly usingEnvironmentId?: boolean };
  /** The older name of `clientSideAvailability.usingEnvironmentId`. */
  readonly includeInSnippet?: boolean;
  readonly environments: Readonly<
    Record<
      string,
      {
        readonly on: boolean;
        readonly archived?: boolean;
        readonly offVariation?: number | null;
        readonly fallthrough?: { readonly variation?: number };
        readonly targets?: readonly Target[];
        readonly contextTargets?: readonly Target[];
        readonly rules?: readonly unknown[];
        readonly prerequisites?: readonly unknown[];
      }
    >
  >;
}

/**
 * Reads a flag as the REST API shows it. Targets name variations by index, while instructions want their `_id`.
 *
 * A flag may have several variations that mean maintenance, such as `"read-only"` and `"down"`. To read it, and to end maintenance, all of
 * them count; to begin it, one has to be named.
 *
 * @throws SwitchError when there is no such environment, or no such variation as was asked for.
 */
export function readFlagState(
  body: unknown,
  { flag, environment, contextKind, variation }: ReadOptions,
): { state: FlagState; maintenance: readonly MaintenanceVariation[] } {
  // The answer of a service whose API is versioned by a header; what is missing is refused below.
  const representation = body as Representation;
  const settings = representation.environments?.[environment];
  if (!settings || !Array.isArray(representation.variations)) {
    throw new SwitchError(
      'not-found',
      `Flag "${flag}" has no environment "${environment}". Check --environment.`,
    );
  }
  const { maintenance, ambiguity } = findMaintenance(flag, representation.variations, variation);
  const isMaintenance = (index: number | null | undefined) =>
    maintenance.some((candidate) => candidate.index === index);
  const serves = (index: number | null | undefined) => (isMaintenance(index) ? 'maintenance' : 'none');
  const targets = [...(settings.targets ?? []), ...(settings.contextTargets ?? [])].filter(
    (target) => (target.contextKind ?? 'user') === contextKind,
  );
  const keys = (wanted: boolean) =>
    new Set(
      targets.filter((target) => isMaintenance(target.variation) === wanted).flatMap(({ values }) => values),
    );
  const fallthrough = settings.fallthrough?.variation;
  return {
    maintenance,
    state: {
      flag,
      on: settings.on,
      archived: Boolean(representation.archived ?? settings.archived),
      fallthrough: fallthrough === undefined ? 'rollout' : serves(fallthrough),
      offServes: serves(settings.offVariation),
      hasRules: Boolean(settings.rules?.length || settings.prerequisites?.length),
      held: keys(true),
      exempt: keys(false),
      ambiguity,
      reachesBrowsers:
        representation.clientSideAvailability?.usingEnvironmentId ?? representation.includeInSnippet,
    },
  };
}

function findMaintenance(
  flag: string,
  variations: Representation['variations'],
  wanted: string | undefined,
): { readonly maintenance: readonly MaintenanceVariation[]; readonly ambiguity: string | undefined } {
  const named = variations.map(({ _id, value, name }, index) => ({
    id: _id,
    index,
    name,
    json: JSON.stringify(value),
  }));
  const maintenance = named.filter(({ name, json }) =>
    wanted === undefined
      ? !['false', 'null', '"off"', '""', '{"mode":"off"}'].includes(json)
      : name === wanted || json === wanted,
  );
  if (maintenance.length === 1) return { maintenance, ambiguity: undefined };
  const list = named.map(({ name, json }) => (name ? `${name} (${json})` : json)).join(', ');
  const ambiguity = `Flag "${flag}" does not tell which of its variations means maintenance. Choose one with --variation: ${list}.`;
  if (wanted !== undefined) throw new SwitchError('invalid', ambiguity);
  return { maintenance, ambiguity };
}
