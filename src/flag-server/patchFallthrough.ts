import { findVariation } from './findVariation.js';
import type { FlagConfig } from './FlagConfig.js';
import { HttpProblem } from './HttpProblem.js';
import type { Instruction } from './Instruction.js';
import { isRecord } from './isRecord.js';

const WHOLE_WEIGHT = 100_000;

/** Sets what is served to everyone whom no target and no rule names: a variation, or shares of several. */
export function updateFallthrough(flag: FlagConfig, instruction: Instruction): void {
  const { variationId, rolloutWeights } = instruction;
  if ((variationId === undefined) === (rolloutWeights === undefined)) {
    throw refusal('needs either "variationId" or "rolloutWeights"');
  }
  flag.fallthrough =
    variationId === undefined
      ? { rollout: parseRollout(flag, instruction) }
      : { variation: findVariation(flag, variationId) };
}

function parseRollout(flag: FlagConfig, instruction: Instruction): Record<string, unknown> {
  const { rolloutWeights, rolloutBucketBy, rolloutContextKind } = instruction;
  if (!isRecord(rolloutWeights))
    throw refusal('"rolloutWeights" must be an object of variation ids and weights');
  const variations = Object.entries(rolloutWeights).map(([id, weight]) => {
    if (!Number.isInteger(weight) || Number(weight) < 0)
      throw refusal('a weight must be a whole number from 0');
    return { variation: findVariation(flag, id), weight: Number(weight) };
  });
  const sum = variations.reduce((total, { weight }) => total + weight, 0);
  if (sum !== WHOLE_WEIGHT) throw refusal(`the weights must add up to ${WHOLE_WEIGHT}, found ${sum}`);
  return {
    variations: variations.sort((one, other) => one.variation - other.variation),
    ...optionalString('bucketBy', rolloutBucketBy),
    ...optionalString('contextKind', rolloutContextKind),
  };
}

function optionalString(name: string, value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (typeof value === 'string' && value !== '') return { [name]: value };
  throw refusal(`"${name}" must be a string`);
}

function refusal(reason: string): HttpProblem {
  return new HttpProblem('invalid_request', `updateFallthroughVariationOrRollout: ${reason}`);
}
