import type { Checklist } from './createChecklist.js';

/** Checks the clauses of a rule, of a flag or of a segment. */
export function checkClauses(check: Checklist, path: string, clauses: unknown): void {
  check.each(path, clauses, (clausePath, clause) => {
    const fields = check.object(clausePath, clause);
    if (!fields) return;
    check.string(`${clausePath}.op`, fields['op']);
    if (fields['op'] === 'segmentMatch') {
      check.strings(`${clausePath}.values`, fields['values']);
    } else {
      check.attribute(`${clausePath}.attribute`, fields['attribute']);
      check.list(`${clausePath}.values`, fields['values']);
    }
    check.optional(`${clausePath}.negate`, fields['negate'], check.boolean);
    check.optional(`${clausePath}.contextKind`, fields['contextKind'], check.string);
  });
}
