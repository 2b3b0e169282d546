import type { FlagRepresentation } from '../../src/flag-server/representFlag.js';
import { personKeys, type PersonKey } from '../people.js';

/** Who a maintenance is for. */
export type Audience = 'everyone' | PersonKey;

/** One instruction of LaunchDarkly's semantic patch. */
export interface Instruction {
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** Lists who is in maintenance by a flag, in the order of LaunchDarkly's evaluation: off, targets, everybody else. */
export function audienceOf(flag: FlagRepresentation): readonly PersonKey[] {
  const { on, fallthrough, targeted } = readFlag(flag);
  if (!on) return [];
  return fallthrough ? personKeys : personKeys.filter((person) => targeted.includes(person));
}

/**
 * The instructions that put an audience into maintenance. People who already are in maintenance stay, with the new value, because a flag
 * has one maintenance variation.
 */
export function planStart(flag: FlagRepresentation, audience: Audience, value: object): Instruction[] {
  const { on, fallthrough, targeted, off, maintenance } = readFlag(flag);
  const plan: Instruction[] = [{ kind: 'updateVariation', variationId: maintenance, value }];
  if (audience === 'everyone') {
    if (!fallthrough) plan.push({ kind: 'updateFallthroughVariationOrRollout', variationId: maintenance });
  } else if (!on || !fallthrough) {
    // Turning the flag on must not put people into maintenance whom it targeted before it was turned off.
    if (fallthrough) plan.push({ kind: 'updateFallthroughVariationOrRollout', variationId: off });
    const others = targeted.filter((key) => key !== audience);
    if (!on && others.length) plan.push({ kind: 'removeTargets', variationId: maintenance, values: others });
    if (!targeted.includes(audience)) {
      plan.push({ kind: 'addTargets', contextKind: 'user', variationId: maintenance, values: [audience] });
    }
  }
  if (!on) plan.push({ kind: 'turnFlagOn' });
  return plan;
}

/**
 * The instructions that prepare a flag for work on one user after another: it is on, serves no maintenance by
 * default, and has a value for the targeted users.
 * People who are in maintenance stay there; the run then refuses to start.
 */
export function planPerUserWork(flag: FlagRepresentation, value: object): Instruction[] {
  const { on, fallthrough, targeted, off, maintenance } = readFlag(flag);
  const plan: Instruction[] = [{ kind: 'updateVariation', variationId: maintenance, value }];
  if (on) return plan;
  if (fallthrough) plan.push({ kind: 'updateFallthroughVariationOrRollout', variationId: off });
  // Turning the flag on must not put people into maintenance whom it targeted before it was turned off.
  if (targeted.length) plan.push({ kind: 'removeTargets', variationId: maintenance, values: targeted });
  return [...plan, { kind: 'turnFlagOn' }];
}

/** Whether a flag puts a user into maintenance by name. */
export function isTargeted(flag: FlagRepresentation, key: string): boolean {
  const { on, targeted } = readFlag(flag);
  return on && targeted.includes(key);
}

/** The instructions that end the maintenance of a flag for everybody. Empty when nobody is in maintenance. */
export function planEnd(flag: FlagRepresentation): Instruction[] {
  const { on, fallthrough, targeted, maintenance } = readFlag(flag);
  const plan: Instruction[] = [];
  if (targeted.length) {
    plan.push({ kind: 'removeTargets', contextKind: 'user', variationId: maintenance, values: targeted });
  }
  if (on && fallthrough) plan.push({ kind: 'turnFlagOff' });
  return plan;
}

interface MaintenanceFlag {
  readonly on: boolean;
  /** Whether everybody without a target is served the maintenance. */
  readonly fallthrough: boolean;
  readonly targeted: readonly string[];
  /** The ids of the two variations. */
  readonly off: string;
  readonly maintenance: string;
}

function readFlag({ key, variations, environments }: FlagRepresentation): MaintenanceFlag {
  const { local } = environments;
  const [off, maintenance] = variations;
  if (!local || !off || !maintenance) {
    throw new Error(`The flag ${key} has not the two variations of this demo. Start it with --reset.`);
  }
  return {
    on: local.on,
    fallthrough: local.fallthrough['variation'] === 1,
    targeted: local.targets.filter(({ variation }) => variation === 1).flatMap(({ values }) => values),
    off: off._id,
    maintenance: maintenance._id,
  };
}
