import { isDeepStrictEqual } from 'node:util';
import { type FlagConfig, type FlagTargets, flagVersion, isRecord } from './FlagConfig.js';
import { HttpProblem } from './createHttpHandler.js';
import { isBooleanFlag, variationId } from './representFlag.js';

/**
 * Applies the instructions of a semantic patch of LaunchDarkly in order, either all of them or none.
 *
 * @returns the changed flag with the next version, or the same object if nothing changed.
 * @throws HttpProblem 400 if an instruction is invalid, 409 if it conflicts with the flag.
 */
export function applySemanticPatch(flag: FlagConfig, instructions: readonly Instruction[]): FlagConfig {
  const draft = structuredClone(flag);
  for (const instruction of instructions) applyInstruction(draft, instruction);
  if (JSON.stringify(draft) === JSON.stringify(flag)) return flag;
  draft.version = flagVersion(flag) + 1;
  return draft;
}

/** @throws HttpProblem 400 unless the value is a list of at least one instruction. */
export function parseInstructions(value: unknown): Instruction[] {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isRecord)) {
    throw new HttpProblem('invalid_request', '"instructions" must be a list of at least one object');
  }
  return value;
}

/** The title of a patch in LaunchDarkly's audit log. */
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
        `This server does not know the instruction kind ${JSON.stringify(instruction['kind'])}. It knows ${KINDS.join(', ')}`,
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

/** Serves a variation to the contexts with these keys. @throws HttpProblem 409 if one of them is targeted to another variation. */
function addTargets(flag: FlagConfig, instruction: Instruction): void {
  const { variation, contextKind, keys } = parseTargets(flag, instruction);
  for (const key of keys) {
    const existing = entriesOfKind(flag, contextKind).find(({ values }) => values.includes(key));
    if (existing && existing.variation !== variation) {
      throw new HttpProblem(
        'conflict',
        `The ${contextKind} ${JSON.stringify(key)} is already targeted to variation ${existing.variation} of ${flag.key}. Remove it there first`,
      );
    }
    if (!existing) findOrAddEntry(flag, contextKind, variation).values.push(key);
  }
  pairUserTargets(flag);
}

/** Removes keys from the targets of a variation. A key that is not among them is not an error. */
function removeTargets(flag: FlagConfig, instruction: Instruction): void {
  const { variation, contextKind, keys } = parseTargets(flag, instruction);
  const removed = new Set<string>(keys);
  for (const entry of entriesOfKind(flag, contextKind)) {
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
      `${String(kind)}: "values" must be a list of context keys that are not empty`,
    );
  }
  return { variation: findVariation(flag, variationId), contextKind, keys: values };
}

function isKeyList(values: unknown): values is string[] {
  return (
    Array.isArray(values) && values.length > 0 && values.every((key) => typeof key === 'string' && key !== '')
  );
}

function entriesOfKind(flag: FlagConfig, contextKind: string): FlagTargets[] {
  // The evaluator only looks for keys of users in `targets`, not in `contextTargets`.
  if (contextKind === 'user') return flag.targets ?? [];
  return (flag.contextTargets ?? []).filter((entry) => entry.contextKind === contextKind);
}

function findOrAddEntry(flag: FlagConfig, contextKind: string, variation: number): FlagTargets {
  const found = entriesOfKind(flag, contextKind).find((entry) => entry.variation === variation);
  if (found) return found;
  const isUser = contextKind === 'user';
  const entry: FlagTargets = { variation, ...(isUser ? {} : { contextKind }), values: [] };
  (isUser ? (flag.targets ??= []) : (flag.contextTargets ??= [])).push(entry);
  return entry;
}

/**
 * Adds the entries that LaunchDarkly's evaluator needs. If a flag has targets of other kinds, it finds the user targets of a variation only if
 * `contextTargets` has an entry of kind `user`, without keys, for that variation.
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

/** Sets the variation for everyone who matches no target and no rule. Percentage rollouts can only be set in the flag file. */
function updateFallthrough(flag: FlagConfig, instruction: Instruction): void {
  flag.fallthrough = { variation: findVariation(flag, instruction['variationId']) };
}

/** Changes the value, name or description of a variation. Everyone who is served the variation gets the new value. */
function updateVariation(flag: FlagConfig, instruction: Instruction): void {
  const index = findVariation(flag, instruction['variationId']);
  if (
    Object.hasOwn(instruction, 'value') &&
    !isDeepStrictEqual(flag.variations[index], instruction['value'])
  ) {
    if (isBooleanFlag(flag))
      throw refusal(instruction, `the values of a boolean flag such as ${flag.key} cannot be changed`);
    refuseDuplicateValue(flag, instruction, index);
    flag.variations[index] = instruction['value'];
  }
  setVariationDetails(flag, index, instruction);
}

function refuseDuplicateValue(flag: FlagConfig, instruction: Instruction, except: number): void {
  const duplicate = flag.variations.findIndex(
    (value, index) => index !== except && isDeepStrictEqual(value, instruction['value']),
  );
  if (duplicate >= 0)
    throw refusal(instruction, `variation ${duplicate} of ${flag.key} already has this value`);
}

function setVariationDetails(flag: FlagConfig, index: number, instruction: Instruction): void {
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
 * The index of the variation with this `_id`.
 *
 * @throws HttpProblem 400 if the flag has no such variation.
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

/** One instruction of a semantic patch: its kind, and the fields of that kind. */
export type Instruction = Readonly<Record<string, unknown>>;
