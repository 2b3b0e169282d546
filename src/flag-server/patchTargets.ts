import { findVariation } from './findVariation.js';
import type { FlagConfig, FlagTargets } from './FlagConfig.js';
import { HttpProblem } from './HttpProblem.js';
import type { Instruction } from './Instruction.js';

/** Serves a variation to the contexts of these keys. @throws HttpProblem 409 for one that has another variation. */
export function addTargets(flag: FlagConfig, instruction: Instruction): void {
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
export function removeTargets(flag: FlagConfig, instruction: Instruction): void {
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
  if (contextKind !== 'user' && (kind === 'addUserTargets' || kind === 'removeUserTargets')) {
    throw new HttpProblem(
      'invalid_request',
      `${kind} is for users: use ${kind.replace('User', '')} for other kinds`,
    );
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
