import type { FlagConfig } from './FlagConfig.js';
import { HttpProblem } from './HttpProblem.js';
import { variationId } from './representFlag.js';

/**
 * The index of the variation that an instruction names by its `_id`.
 *
 * @throws HttpProblem 400 when the flag has none of this id.
 */
export function findVariation(flag: FlagConfig, id: unknown): number {
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
