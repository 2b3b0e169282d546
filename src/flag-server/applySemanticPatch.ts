import { addTargets, removeTargets } from './patchTargets.js';
import { addVariation, updateVariation } from './patchVariations.js';
import { updateFallthrough } from './patchFallthrough.js';
import { flagVersion, type FlagConfig } from './FlagConfig.js';
import { HttpProblem } from './HttpProblem.js';
import type { Instruction } from './Instruction.js';
import { isRecord } from './isRecord.js';

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
    case 'addUserTargets':
      return addTargets(flag, instruction);
    case 'removeTargets':
    case 'removeUserTargets':
      return removeTargets(flag, instruction);
    case 'updateFallthroughVariationOrRollout':
      return updateFallthrough(flag, instruction);
    case 'addVariation':
      return addVariation(flag, instruction);
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
  'addUserTargets',
  'removeUserTargets',
  'updateFallthroughVariationOrRollout',
  'addVariation',
  'updateVariation',
];
