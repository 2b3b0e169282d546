import { type FlagChange, type FlagState, type FlagSwitch, SwitchError } from '../FlagSwitch.js';
import { sleepUnlessAborted } from '../untilAborted.js';
import { type RestClientOptions, createRestClient } from './createRestClient.js';

export interface LaunchDarklySwitchOptions extends RestClientOptions {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
  /** The kind of context that keys are of. Default `user`. */
  readonly contextKind?: string;
  /** The variation that means maintenance, by name or by its value as JSON. Default: the one that is on, of two. */
  readonly variation?: string | undefined;
}

/** An entry of the audit log, as far as it is read. */
interface AuditItem {
  readonly date: number;
  readonly comment?: string;
  readonly member?: { readonly email?: string };
  readonly token?: { readonly name?: string };
}

const semanticPatch = 'application/json; domain-model=launchdarkly.semanticpatch';
const conflictTries = 6;

/** Writes a flag through LaunchDarkly's REST API, by semantic patch. The local flag server speaks it too. */
export function createLaunchDarklySwitch(options: LaunchDarklySwitchOptions): FlagSwitch {
  const { project, environment, flag, contextKind = 'user', random = Math.random } = options;
  const { interrupted = new AbortController().signal } = options;
  const sleep = options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  const request = createRestClient(options);
  const flagPath = `/api/v2/flags/${encodeURIComponent(project)}/${encodeURIComponent(flag)}`;
  const environmentPath = `/api/v2/projects/${encodeURIComponent(project)}/environments/${encodeURIComponent(environment)}`;
  let known: { readonly maintenance: readonly MaintenanceVariation[]; readonly state: FlagState } | undefined;

  function parse(body: unknown): FlagState {
    known = readFlagState(body, { flag, environment, contextKind, variation: options.variation });
    return known.state;
  }

  async function read(): Promise<FlagState> {
    return parse(
      await request({ method: 'GET', path: `${flagPath}?env=${encodeURIComponent(environment)}` }),
    );
  }

  async function instructionsOf({ on, hold, release }: FlagChange): Promise<object[]> {
    if (!known) await read();
    if (hold?.length && known?.state.ambiguity !== undefined) {
      throw new SwitchError('invalid', known.state.ambiguity);
    }
    const variationIds = (known?.maintenance ?? []).map(({ id }) => id);
    return [
      ...(on === undefined ? [] : [{ kind: on ? 'turnFlagOn' : 'turnFlagOff' }]),
      ...(hold?.length
        ? [{ kind: 'addTargets', contextKind, variationId: variationIds[0], values: hold }]
        : []),
      // Whichever of them serves maintenance to these keys; to remove a key that is not there changes nothing.
      ...(release?.length
        ? variationIds.map((variationId) => ({
            kind: 'removeTargets',
            contextKind,
            variationId,
            values: release,
          }))
        : []),
    ];
  }

  return {
    read,
    async change(change) {
      const body = {
        environmentKey: environment,
        comment: change.comment,
        instructions: await instructionsOf(change),
      };
      for (let tried = 1; ; tried += 1) {
        try {
          return parse(await request({ method: 'PATCH', path: flagPath, body, contentType: semanticPatch }));
        } catch (error) {
          if (!(error instanceof SwitchError) || error.failure !== 'conflict') throw error;
          const state = await read();
          // The conflict was with ourselves, when the answer to an earlier try was lost; or somebody else was quicker. Only whom we
          // put into maintenance ourselves is ours.
          if (isDone(state, change) && (error.mayBeDone || !change.hold?.length)) return state;
          const exempt = change.hold?.some((key) => state.exempt.has(key));
          if (exempt || tried === conflictTries || interrupted.aborted || isDone(state, change)) throw error;
          await sleepUnlessAborted(100 + random() * 400, { sleep, interrupted });
        }
      }
    },
    async serves(key) {
      if (!known) await read();
      const body = await request({
        method: 'POST',
        path: `${environmentPath}/flags/evaluate?filter=${encodeURIComponent(`query equals ${flag}`)}`,
        body: { kind: contextKind, key },
      });
      const items = (body as { items?: unknown }).items;
      // The filter also finds flags whose name or key only contains this one.
      const item: unknown = Array.isArray(items) ? items.find((item) => item?.key === flag) : undefined;
      if (!item) throw new SwitchError('failed', `The service did not evaluate the flag "${flag}".`);
      const value = JSON.stringify((item as { _value?: unknown })._value);
      return known?.maintenance.some(({ json }) => json === value) ?? false;
    },
    async history(before) {
      const spec = `proj/${project}:env/${environment}:flag/${flag}`;
      const query = new URLSearchParams({
        spec,
        limit: '20',
        ...(before !== undefined && { before: String(before) }),
      });
      const body = await request({ method: 'GET', path: `/api/v2/auditlog?${query}` });
      const { items } = body as { items?: readonly AuditItem[] };
      return (items ?? []).map(({ date, comment = '', member, token }) => {
        const by = member?.email ?? token?.name;
        return { date, comment, ...(by !== undefined && { by }) };
      });
    },
  };
}

function isDone(state: FlagState, { on, hold = [], release = [] }: FlagChange): boolean {
  return (
    (on === undefined || state.on === on) &&
    hold.every((key) => state.held.has(key)) &&
    release.every((key) => !state.held.has(key))
  );
}

/** A variation of a flag that means maintenance. */
interface MaintenanceVariation {
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
function readFlagState(
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
