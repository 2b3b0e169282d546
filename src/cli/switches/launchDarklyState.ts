import { type FlagChange, SwitchError, type SwitchState } from '../../switch/FlagSwitch.js';
import { parseJson } from '../../core/interpretFlag.js';
import { phaseOf } from '../switchState.js';
import { listUsers } from '../text.js';

/** A variation of a flag that means maintenance. */
export interface MaintenanceVariation {
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
export function readFlagState(
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
export function valueToServe(value: unknown, details: LaunchDarklyDetails): unknown {
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
    refusal: (change) => refuse(change, details),
  };
}

function refuse(change: Omit<FlagChange, 'comment'>, details: LaunchDarklyDetails): string | undefined {
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
