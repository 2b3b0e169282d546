import { type FlagChange, type FlagSwitch, SwitchError, type SwitchState } from '../../switch/FlagSwitch.js';
import { phaseOf } from '../switchState.js';
import { sleep as realSleep, sleepUnlessAborted } from '../untilAborted.js';
import { type RestClientOptions, createRestClient } from './createRestClient.js';
import { type LaunchDarklyDetails, readFlagState, toSwitchState, valueToServe } from './launchDarklyState.js';

export interface LaunchDarklySwitchOptions extends RestClientOptions {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
  /** The kind of context that keys are of. Default `user`. */
  readonly contextKind?: string;
  /** The variation that means maintenance, by name or by its value as JSON. Default: the one that is on, of two. */
  readonly variation?: string | undefined;
}

/** A flag of a list, as far as it is read here. */
interface ListedFlag {
  readonly key: string;
  readonly name?: string;
}

/** An entry of the audit log, with the fields that are used here. */
interface AuditItem {
  readonly date: number;
  readonly comment?: string;
  readonly member?: { readonly email?: string };
  readonly token?: { readonly name?: string };
}

const semanticPatch = 'application/json; domain-model=launchdarkly.semanticpatch';
const conflictTries = 6;
/** The most that the service gives in one answer. */
const pageSize = 100;
const mostListed = 2000;
/** A key that no target names, so it stands for everyone. */
const anyone = 'maintenance-mode-probe';

/** Writes a flag through LaunchDarkly's REST API, by semantic patch. The local flag server has the same API. */
export function createLaunchDarklySwitch(options: LaunchDarklySwitchOptions): FlagSwitch {
  const {
    project,
    environment,
    flag,
    contextKind = 'user',
    random = Math.random,
    sleep = realSleep,
  } = options;
  const { interrupted = new AbortController().signal } = options;
  const request = createRestClient(options);
  const flagsPath = `/api/v2/flags/${encodeURIComponent(project)}`;
  const flagPath = `${flagsPath}/${encodeURIComponent(flag)}`;
  const environmentPath = `/api/v2/projects/${encodeURIComponent(project)}/environments/${encodeURIComponent(environment)}`;
  let known: ReturnType<typeof readFlagState> | undefined;

  function parse(body: unknown): LaunchDarklyDetails {
    known = readFlagState(body, { flag, environment, contextKind, variation: options.variation });
    return known.details;
  }

  async function read(): Promise<LaunchDarklyDetails> {
    return parse(
      await request({ method: 'GET', path: `${flagPath}?env=${encodeURIComponent(environment)}` }),
    );
  }

  async function instructionsOf(change: FlagChange): Promise<object[]> {
    const { everyone, hold, release } = change;
    if (!known) await read();
    if (hold?.length && known?.details.ambiguity !== undefined) {
      throw new SwitchError('invalid', known.details.ambiguity);
    }
    const variationIds = (known?.maintenance ?? []).map(({ id }) => id);
    const valueChange = valueChangeOf(change, variationIds[0]);
    return [
      ...(valueChange === undefined ? [] : [valueChange]),
      ...(everyone === undefined ? [] : [{ kind: everyone ? 'turnFlagOn' : 'turnFlagOff' }]),
      ...(hold?.length
        ? [{ kind: 'addTargets', contextKind, variationId: variationIds[0], values: hold }]
        : []),
      // Remove the keys from every maintenance variation. Removing a key that is not there changes nothing.
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

  /** The instruction that sets the value of the variation, if the value changes. */
  function valueChangeOf(
    { everyone, hold = [], value }: FlagChange,
    variationId: string | undefined,
  ): object | undefined {
    if (!known || !(everyone || hold.length)) return undefined;
    const { details } = known;
    // Users who share the value keep it, unless the change has a new value.
    const isShared = [...details.held].some((user) => !hold.includes(user));
    if (typeof details.value === 'boolean' || (value === undefined && isShared)) return undefined;
    const next = valueToServe(value, details);
    return JSON.stringify(next) === JSON.stringify(details.value)
      ? undefined
      : { kind: 'updateVariation', variationId, value: next };
  }

  return {
    service: normalizeBaseUri(options.baseUri),
    scope: { project, environment, contextKind },
    can: { everyone: true, users: true, values: 'shared' },
    secrets: [options.token],
    read: async () => toSwitchState(await read()),
    async change(change) {
      const body = {
        environmentKey: environment,
        comment: change.comment,
        instructions: await instructionsOf(change),
      };
      for (let tried = 1; ; tried += 1) {
        try {
          return toSwitchState(
            parse(await request({ method: 'PATCH', path: flagPath, body, contentType: semanticPatch })),
          );
        } catch (error) {
          if (!(error instanceof SwitchError) || error.failure !== 'conflict') throw error;
          const details = await read();
          // Either we conflicted with ourselves, because the answer to an earlier attempt was lost, or somebody else was faster. Only
          // users whom we put into maintenance are ours.
          if (isDone(details, change) && (error.mayBeDone || !change.hold?.length))
            return toSwitchState(details);
          const exempt = change.hold?.some((key) => details.exempt.has(key));
          if (exempt || tried === conflictTries || interrupted.aborted || isDone(details, change))
            throw error;
          await sleepUnlessAborted(100 + random() * 400, { sleep, interrupted });
        }
      }
    },
    async serves(key = anyone) {
      if (!known) await read();
      const body = await request({
        method: 'POST',
        path: `${environmentPath}/flags/evaluate?filter=${encodeURIComponent(`query equals ${flag}`)}`,
        body: { kind: contextKind, key },
      });
      const items = (body as { items?: unknown }).items;
      // The filter also finds flags whose name or key merely contains this key.
      const item: unknown = Array.isArray(items) ? items.find((item) => item?.key === flag) : undefined;
      if (!item) throw new SwitchError('failed', `The service did not evaluate the flag "${flag}".`);
      const value = (item as { _value?: unknown })._value;
      const json = JSON.stringify(value);
      const isMaintenance = known?.maintenance.some((variation) => variation.json === json) ?? false;
      return isMaintenance && phaseOf(value) !== 'scheduled';
    },
    async list(matching = 'maintenance') {
      const states: SwitchState[] = [];
      for (let offset = 0; ;) {
        const query = new URLSearchParams({
          env: environment,
          // Otherwise targets are left out.
          summary: '0',
          limit: String(pageSize),
          offset: String(offset),
          // Other characters may mean something in a filter.
          ...(/^[\w.-]+$/.test(matching) && { filter: `query:${matching}` }),
        });
        const body = await request({ method: 'GET', path: `${flagsPath}?${query}` });
        const { items = [], totalCount = 0 } = body as { items?: readonly ListedFlag[]; totalCount?: number };
        for (const item of items) {
          if (!isMatch(item, matching)) continue;
          const { details } = readFlagState(item, {
            flag: item.key,
            environment,
            contextKind,
            variation: undefined,
          });
          if (!details.archived) states.push(toSwitchState(details));
        }
        offset += items.length;
        if (!items.length || offset >= totalCount) return states;
        if (offset >= mostListed) {
          throw new SwitchError(
            'invalid',
            `There are ${totalCount} flags, and at most ${mostListed} are read. Select fewer with a --matching of letters, digits, dots and hyphens.`,
          );
        }
      }
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

/** The service looks for the text itself; a server that does not know the filter gives every flag. */
function isMatch({ key, name = '' }: ListedFlag, text: string): boolean {
  return `${key}\n${name}`.toLowerCase().includes(text.toLowerCase());
}

function isDone(
  { on, held }: LaunchDarklyDetails,
  { everyone, hold = [], release = [] }: FlagChange,
): boolean {
  return (
    (everyone === undefined || on === everyone) &&
    hold.every((key) => held.has(key)) &&
    release.every((key) => !held.has(key))
  );
}

/** Normalizes an address that can be written in several ways. */
function normalizeBaseUri(baseUri: string): string {
  return new URL(baseUri).href.replace(/\/+$/, '');
}
