import { isDeepStrictEqual } from 'node:util';
import { type FlagConfig, type FlagTargets, flagVersion } from './FlagConfig.js';
import { HttpProblem } from './HttpProblem.js';
import { isRecord } from './isRecord.js';
import { isBooleanFlag, variationId } from './representFlag.js';

/**
 * Applies LaunchDarkly's semantic patch instructions in their order: all of them, or none.
 *
 * @returns the changed flag with the next version; the flag itself when nothing changed.
 * @throws HttpProblem 400 for an instruction that makes no sense, 409 for one that conflicts with the flag.
 */
export function applySemanticPatch(flag: FlagConfig, instructions: readonly Instruction[]): FlagConfig {
  const draft = structuredClone(flag);
  for (const instruction of instructions) applyInstruction(draft, instruction);
  if (JSON.stringify(draft) === JSON.stringify(flag)) return flag;
  draft.version = flagVersion(flag) + 1;
  return draft;
}

/** @throws HttpProblem 400 unless the value is a list with an instruction in it. */
export function parseInstructions(value: unknown): Instruction[] {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isRecord)) {
    throw new HttpProblem('invalid_request', '"instructions" must be a list of objects, with one at least');
  }
  return value;
}

/** What LaunchDarkly's audit log calls a patch. */
export function titleOfPatch(instructions: readonly Instruction[]): string {
  const kinds = new Set(instructions.map(({ kind }) => kind));
  if (kinds.size === 1 && kinds.has('turnFlagOn')) return 'turned on the flag';
  if (kinds.size === 1 && kinds.has('turnFlagOff')) return 'turned off the flag';
  return 'updated the flag';
}

function applyInstruction(flag: FlagConfig, instruction: Instruction): void {
  switch (instruction['kind']) {
    case 'turnFlagOn':
      if (flag.fallthrough == null) {
        throw new HttpProblem(
          'invalid_request',
          `The flag ${flag.key} cannot be turned on: it has no fallthrough`,
        );
      }
      flag.on = true;
      return;
    case 'turnFlagOff':
      flag.on = false;
      return;
    case 'addTargets':
      return addTargets(flag, instruction);
    case 'removeTargets':
      return removeTargets(flag, instruction);
    case 'updateFallthroughVariationOrRollout':
      return updateFallthrough(flag, instruction);
    case 'updateVariation':
      return updateVariation(flag, instruction);
    default:
      throw new HttpProblem(
        'invalid_request',
        `The instruction kind ${JSON.stringify(instruction['kind'])} is not known to this server: it knows ${KINDS.join(', ')}`,
      );
  }
}

const KINDS = [
  'turnFlagOn',
  'turnFlagOff',
  'addTargets',
  'removeTargets',
  'updateFallthroughVariationOrRollout',
  'updateVariation',
];

/** Serves a variation to the contexts of these keys. @throws HttpProblem 409 for one that has another variation. */
function addTargets(flag: FlagConfig, instruction: Instruction): void {
  const { variation, contextKind, keys } = parseTargets(flag, instruction);
  for (const key of keys) {
    const held = targetsOf(flag, contextKind).find(({ values }) => values.includes(key));
    if (held && held.variation !== variation) {
      throw new HttpProblem(
        'conflict',
        `The ${contextKind} ${JSON.stringify(key)} is already targeted to variation ${held.variation} of ${flag.key}: remove it there first`,
      );
    }
    if (!held) entryOf(flag, contextKind, variation).values.push(key);
  }
  pairUserTargets(flag);
}

/** Ends what `addTargets` began. A key that is not targeted to this variation is no error. */
function removeTargets(flag: FlagConfig, instruction: Instruction): void {
  const { variation, contextKind, keys } = parseTargets(flag, instruction);
  const removed = new Set<string>(keys);
  for (const entry of targetsOf(flag, contextKind)) {
    if (entry.variation !== variation || !entry.values.some((key) => removed.has(key))) continue;
    entry.values = entry.values.filter((key) => !removed.has(key));
    if (entry.values.length > 0) continue;
    const list = contextKind === 'user' ? 'targets' : 'contextTargets';
    flag[list] = (flag[list] ?? []).filter((other) => other !== entry);
  }
  pairUserTargets(flag);
}

function parseTargets(
  flag: FlagConfig,
  instruction: Instruction,
): { variation: number; contextKind: string; keys: string[] } {
  const { kind, variationId, values } = instruction;
  const contextKind = instruction['contextKind'] ?? 'user';
  if (typeof contextKind !== 'string' || contextKind === '') {
    throw new HttpProblem('invalid_request', `${String(kind)}: "contextKind" must be a string`);
  }
  if (!isKeyList(values)) {
    throw new HttpProblem(
      'invalid_request',
      `${String(kind)}: "values" must be a list of context keys, none empty`,
    );
  }
  return { variation: findVariation(flag, variationId), contextKind, keys: values };
}

function isKeyList(values: unknown): values is string[] {
  return (
    Array.isArray(values) && values.length > 0 && values.every((key) => typeof key === 'string' && key !== '')
  );
}

function targetsOf(flag: FlagConfig, contextKind: string): FlagTargets[] {
  // Keys of users count in `targets` only: the evaluator does not look at those of `contextTargets`.
  if (contextKind === 'user') return flag.targets ?? [];
  return (flag.contextTargets ?? []).filter((entry) => entry.contextKind === contextKind);
}

function entryOf(flag: FlagConfig, contextKind: string, variation: number): FlagTargets {
  const found = targetsOf(flag, contextKind).find((entry) => entry.variation === variation);
  if (found) return found;
  const isUser = contextKind === 'user';
  const entry: FlagTargets = { variation, ...(isUser ? {} : { contextKind }), values: [] };
  (isUser ? (flag.targets ??= []) : (flag.contextTargets ??= [])).push(entry);
  return entry;
}

/**
 * Once a flag has targets of another kind, LaunchDarkly's evaluator finds user targets only through an entry of kind `user` without
 * keys in `contextTargets`, one for each variation.
 */
function pairUserTargets(flag: FlagConfig): void {
  if (!flag.contextTargets?.length) return;
  for (const { variation } of flag.targets ?? []) {
    const paired = flag.contextTargets.some(
      (entry) => (entry.contextKind ?? 'user') === 'user' && entry.variation === variation,
    );
    if (!paired) flag.contextTargets.push({ variation, contextKind: 'user', values: [] });
  }
}

/** Sets what is served to everyone whom no target and no rule names. Shares of users are set in the flag file. */
function updateFallthrough(flag: FlagConfig, instruction: Instruction): void {
  flag.fallthrough = { variation: findVariation(flag, instruction['variationId']) };
}

/** Changes the value, name or description of a variation; whoever is served it gets the new value. */
function updateVariation(flag: FlagConfig, instruction: Instruction): void {
  const index = findVariation(flag, instruction['variationId']);
  if (
    Object.hasOwn(instruction, 'value') &&
    !isDeepStrictEqual(flag.variations[index], instruction['value'])
  ) {
    if (isBooleanFlag(flag))
      throw refusal(instruction, `${flag.key} is a boolean flag, whose values are fixed`);
    refuseTwin(flag, instruction, index);
    flag.variations[index] = instruction['value'];
  }
  describeVariation(flag, index, instruction);
}

function refuseTwin(flag: FlagConfig, instruction: Instruction, except: number): void {
  const twin = flag.variations.findIndex(
    (value, index) => index !== except && isDeepStrictEqual(value, instruction['value']),
  );
  if (twin >= 0) throw refusal(instruction, `variation ${twin} of ${flag.key} has this value already`);
}

function describeVariation(flag: FlagConfig, index: number, instruction: Instruction): void {
  for (const field of ['name', 'description'] as const) {
    const text = instruction[field];
    if (text === undefined) continue;
    if (typeof text !== 'string') throw refusal(instruction, `"${field}" must be a string`);
    flag.variationDetails ??= [];
    while (flag.variationDetails.length <= index) flag.variationDetails.push({});
    flag.variationDetails[index] = { ...flag.variationDetails[index], [field]: text };
  }
}

function refusal({ kind }: Instruction, reason: string): HttpProblem {
  return new HttpProblem('invalid_request', `${String(kind)}: ${reason}`);
}

/**
 * The index of the variation that an instruction names by its `_id`.
 *
 * @throws HttpProblem 400 when the flag has none of this id.
 */
function findVariation(flag: FlagConfig, id: unknown): number {
  const index = flag.variations.findIndex((_value, candidate) => variationId(flag.key, candidate) === id);
  if (index >= 0) return index;
  const known = flag.variations.map(
    (value, candidate) => `${variationId(flag.key, candidate)} (${JSON.stringify(value)})`,
  );
  throw new HttpProblem(
    'invalid_request',
    `The flag ${flag.key} has no variation with the _id ${JSON.stringify(id)}. It has: ${known.join(', ')}`,
  );
}

/** One instruction of a semantic patch: its kind, and what that kind needs. */
export type Instruction = Readonly<Record<string, unknown>>;
