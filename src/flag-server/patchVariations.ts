import { isDeepStrictEqual } from 'node:util';

import { findVariation } from './findVariation.js';
import type { FlagConfig } from './FlagConfig.js';
import { HttpProblem } from './HttpProblem.js';
import type { Instruction } from './Instruction.js';
import { isBooleanFlag } from './representFlag.js';

/** Adds a value that the flag can serve. A boolean flag takes no third one, as at LaunchDarkly. */
export function addVariation(flag: FlagConfig, instruction: Instruction): void {
  if (!Object.hasOwn(instruction, 'value')) throw refusal(instruction, '"value" is missing');
  if (isBooleanFlag(flag))
    throw refusal(instruction, `${flag.key} is a boolean flag, which has true and false only`);
  refuseTwin(flag, instruction, -1);
  flag.variations.push(instruction['value']);
  describeVariation(flag, flag.variations.length - 1, instruction);
}

/** Changes the value, name or description of a variation; whoever is served it gets the new value. */
export function updateVariation(flag: FlagConfig, instruction: Instruction): void {
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
