import { isDeepStrictEqual } from 'node:util';
import { type FlagChange, type FlagSwitch, SwitchError, type SwitchState } from '../../switch/FlagSwitch.js';
import { phaseOf } from '../switchState.js';
import { sleep as realSleep, sleepUnlessAborted } from '../untilAborted.js';
import { type RestClientOptions, createRestClient } from './createRestClient.js';
import { parseJson } from '../../core/interpretFlag.js';
import { listUsers } from '../text.js';

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
    return isDeepStrictEqual(next, details.value)
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
      // The fields of an object have no order.
      const isMaintenance =
        known?.maintenance.some((variation) => isDeepStrictEqual(variation.value, value)) ?? false;
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

/** A variation of a flag that means maintenance. */
interface MaintenanceVariation {
  readonly id: string;
  readonly index: number;
  readonly name: string | undefined;
  readonly value: unknown;
  /** Its value, as JSON. */
  readonly json: string;
}

/** A flag at LaunchDarkly, with the fields that matter for maintenance. */
export interface LaunchDarklyDetails {
  readonly flag: string;
  /** Whether targeting is on. While it is off, individual targets are ignored. */
  readonly on: boolean;
  readonly archived: boolean;
  /** The variation for users whom no target and no rule names, while the flag is on. */
  readonly fallthrough: 'maintenance' | 'none' | 'rollout';
  /** The variation for everyone while the flag is off. */
  readonly offServes: 'maintenance' | 'none';
  /** Whether the flag has rules or prerequisites, which are evaluated before the fallthrough. */
  readonly hasRules: boolean;
  /** The keys with a target on maintenance. */
  readonly held: ReadonlySet<string>;
  /** The keys with a target on another variation. */
  readonly exempt: ReadonlySet<string>;
  /** Why nobody can be put into maintenance: no variation means it, or several do. It does not matter for ending maintenance. */
  readonly ambiguity?: string | undefined;
  /** Whether the service sends the flag to browsers at all; `undefined` when the service does not say. */
  readonly reachesBrowsers?: boolean | undefined;
  /** The value of the variation that means maintenance. */
  readonly value?: unknown;
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
 * Reads a flag from the REST API. Targets name variations by index, instructions by `_id`.
 *
 * A flag may have several variations that mean maintenance, such as `"read-only"` and `"down"`. All of them count for reading and ending
 * maintenance. To begin one, a variation has to be named.
 *
 * @throws SwitchError when the environment or the requested variation does not exist.
 */
function readFlagState(
  body: unknown,
  { flag, environment, contextKind, variation }: ReadOptions,
): { details: LaunchDarklyDetails; maintenance: readonly MaintenanceVariation[] } {
  // The API version is fixed by a header. Missing fields are refused below.
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
    details: {
      flag,
      on: settings.on,
      archived: Boolean(representation.archived ?? settings.archived),
      fallthrough: fallthrough === undefined ? 'rollout' : serves(fallthrough),
      offServes: serves(settings.offVariation),
      hasRules: Boolean(settings.rules?.length || settings.prerequisites?.length),
      held: keys(true),
      exempt: keys(false),
      ambiguity,
      value: maintenanceValueOf(maintenance[0]),
      reachesBrowsers:
        representation.clientSideAvailability?.usingEnvironmentId ?? representation.includeInSnippet,
    },
  };
}

/** The value as `interpretFlag` reads it. For a flag that says *enabled*, `false` means maintenance. */
function maintenanceValueOf(variation: MaintenanceVariation | undefined): unknown {
  return phaseOf(variation?.value) === 'none' ? true : variation?.value;
}

/**
 * The value that a change sets. Fields that it does not mention keep their values, except the times of an earlier maintenance that nobody
 * is in. A flag of strings carries an object as JSON.
 */
function valueToServe(value: unknown, details: LaunchDarklyDetails): unknown {
  const { value: stored } = details;
  const current = readObject(stored);
  if (typeof value === 'object' && value) {
    const mode = current?.['mode'] ?? (typeof stored === 'string' && !current ? stored : undefined);
    const next = { ...(mode !== undefined && mode !== 'on' && { mode }), ...value };
    return typeof stored === 'string' ? JSON.stringify(next) : next;
  }
  if (value !== undefined || !current) return value ?? stored;
  const { startsAt, endsAt, announceFrom, ...rest } = current;
  if (startsAt === undefined && endsAt === undefined && announceFrom === undefined) return stored;
  return typeof stored === 'string' ? JSON.stringify(rest) : rest;
}

function readObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const found = typeof value === 'string' ? parseJson(value) : value;
  // Every object has fields.
  return typeof found === 'object' && found && !Array.isArray(found)
    ? (found as Record<string, unknown>)
    : undefined;
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
    value,
    json: JSON.stringify(value),
  }));
  const maintenance = named.filter(({ name, value, json }) =>
    wanted === undefined
      ? !['false', 'null', '"off"', '""', '{"mode":"off"}'].includes(json)
      : name === wanted || isDeepStrictEqual(parseJson(wanted), value),
  );
  if (maintenance.length === 1) return { maintenance, ambiguity: undefined };
  const list = named.map(({ name, json }) => (name ? `${name} (${json})` : json)).join(', ');
  const ambiguity = `Flag "${flag}" does not tell which of its variations means maintenance. Choose one with --variation: ${list}.`;
  if (wanted !== undefined) throw new SwitchError('invalid', ambiguity);
  return { maintenance, ambiguity };
}

/** The same state in the form of `FlagSwitch`, with the objections to changes. */
export function toSwitchState(details: LaunchDarklyDetails): SwitchState {
  const { flag, on, fallthrough, offServes, hasRules, held, reachesBrowsers, value = true } = details;
  const servesEveryone = on ? fallthrough !== 'none' : offServes === 'maintenance';
  return {
    flag,
    everyone: servesEveryone ? value : false,
    users: new Map(Array.from(held, (user) => [user, value])),
    ignoresUsers: !on,
    reachesBrowsers,
    remarks: [
      `Flag "${flag}" is ${on ? 'on' : 'off'}.`,
      ...(!on && held.size
        ? ['While it is off, the service ignores the users below. They are not in maintenance.']
        : []),
    ],
    details: { on, fallthrough, hasRules },
    refusal: (change) => refuseChange(change, details),
  };
}

function refuseChange(change: Omit<FlagChange, 'comment'>, details: LaunchDarklyDetails): string | undefined {
  const { on, archived, fallthrough, offServes, held, exempt, ambiguity } = details;
  const { everyone, hold = [], release = [], value } = change;
  const flag = `Flag "${details.flag}"`;
  if ((everyone || hold.length) && archived) return `${flag} is archived.`;
  if ((everyone || hold.length) && value !== undefined && typeof details.value === 'boolean') {
    return (
      `${flag} is a boolean flag, which cannot have a notice. Use a JSON flag, such as one with the variations false and {"mode": "down"}, ` +
      'or leave out the options of the notice.'
    );
  }
  if ((everyone || hold.length) && on) {
    const others = [...held].filter((user) => !hold.includes(user));
    const next = phaseOf(valueToServe(value, details));
    if (others.length && next !== phaseOf(details.value)) {
      return (
        `${flag} has one value for all users in maintenance. ${next === 'scheduled' ? 'An announcement would let these users in' : 'The announced maintenance of these users would begin, too'}: ${listUsers(others)}. ` +
        'End that first, or use another flag.'
      );
    }
  }
  if (everyone && on && fallthrough === 'none') {
    return (
      `${flag} is a flag for single users: it is on, and serves no maintenance by default. Choose a user with -u, or use another ` +
      'flag for everyone: one that is off, and whose default rule serves maintenance.'
    );
  }
  if (everyone && fallthrough !== 'maintenance')
    return `${flag} does not serve maintenance to everyone when it is on: set its default rule to that variation.`;
  if (offServes === 'maintenance' && (everyone !== undefined || (release.length && !on)))
    return `${flag} serves maintenance ${on || everyone ? 'also ' : ''}while it is off: set its off variation to another one.`;
  if (everyone === false && on) {
    const left = [...held].filter((user) => !release.includes(user));
    if (left.length)
      return `${flag} is on, and these users are held in maintenance one by one: ${listUsers(left)}. Turning it off would let them in. End that first, with: maintenance-mode off -u.`;
  }
  if (release.length && everyone === undefined && on && fallthrough === 'maintenance')
    return `${flag} serves maintenance to everyone by default, so ending it for one user would have no effect. Leave out -u to end it for everyone.`;
  if (!hold.length) return undefined;
  if (!on)
    return `${flag} is off, so the service ignores individual targets. Turn it on, with a default rule that serves no maintenance.`;
  if (fallthrough === 'maintenance')
    return `${flag} serves maintenance by default, so a change for one user would have no effect.`;
  if (fallthrough === 'rollout')
    return `${flag} serves maintenance to a share of users by default: set its default rule to one variation without maintenance.`;
  if (ambiguity !== undefined) return ambiguity;
  const exempted = hold.find((user) => exempt.has(user));
  if (exempted !== undefined)
    return `${flag} has a target that serves ${JSON.stringify(exempted)} another variation: this user is exempt.`;
  return undefined;
}
