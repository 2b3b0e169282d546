import { SwitchError, type FlagChange, type FlagState, type FlagSwitch } from '../FlagSwitch.js';
import { sleepUnlessAborted } from '../sleepUnlessAborted.js';
import { createRestClient, type RestClientOptions } from './createRestClient.js';
import { readFlagState, type MaintenanceVariation } from './readFlagState.js';

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
