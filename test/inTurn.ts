/**
 * Whether tests try every combination of what they vary, as in `npm run test:hard`. In `npm test` they try each kind once where a
 * combination takes the same path as those kinds.
 */
export const everyCombination = Boolean(import.meta.env['EVERY_COMBINATION']);

/**
 * What one member of a list tries of other values: every value where every combination is tried; otherwise its share, so that all members
 * together try each value, and each member tries one or more.
 */
export function inTurn<T, M>(values: readonly T[], member: M, members: readonly M[]): readonly T[] {
  if (everyCombination) return values;
  const turn = members.indexOf(member);
  return values.length > members.length
    ? values.filter((_, index) => index % members.length === turn)
    : values.filter((_, index) => index === turn % values.length);
}
