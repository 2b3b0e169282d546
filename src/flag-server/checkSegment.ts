import { checkClauses } from './checkClauses.js';
import { createChecklist } from './createChecklist.js';

/** What is wrong with a segment, one sentence for each fault. */
export function checkSegment(key: string, segment: unknown): string[] {
  const check = createChecklist();
  const fields = check.object('the segment', segment);
  if (!fields) return check.faults;
  if (fields['key'] !== key)
    check.fault('"key"', `the segment's own key ${JSON.stringify(key)}`, fields['key']);
  check.optional('"version"', fields['version'], check.count);
  check.optional('"included"', fields['included'], check.strings);
  check.optional('"excluded"', fields['excluded'], check.strings);
  for (const name of ['includedContexts', 'excludedContexts']) {
    check.each(`"${name}"`, fields[name], (path, target) => {
      const entry = check.object(path, target);
      if (!entry) return;
      check.strings(`${path}.values`, entry['values']);
      check.optional(`${path}.contextKind`, entry['contextKind'], check.string);
    });
  }
  check.each('"rules"', fields['rules'], (path, rule) => {
    const entry = check.object(path, rule);
    if (!entry) return;
    checkClauses(check, `${path}.clauses`, entry['clauses']);
    check.optional(`${path}.weight`, entry['weight'], check.count);
    check.optional(`${path}.bucketBy`, entry['bucketBy'], check.attribute);
  });
  return check.faults;
}
