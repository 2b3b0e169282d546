import { checkClauses } from './checkClauses.js';
import { createChecklist, type Checklist } from './createChecklist.js';

/**
 * What is wrong with a flag, one sentence for each fault; none for a flag that LaunchDarkly's evaluator can take.
 *
 * `null` counts as absent, as it does for LaunchDarkly.
 */
export function checkFlag(key: string, flag: unknown): string[] {
  const check = createChecklist();
  const fields = check.object('the flag', flag);
  if (!fields) return check.faults;
  if (fields['key'] !== key) check.fault('"key"', `the flag's own key ${JSON.stringify(key)}`, fields['key']);
  check.optional('"version"', fields['version'], check.count);
  check.boolean('"on"', fields['on']);
  const variations = check.list('"variations"', fields['variations']) ?? [];
  const index = (path: string, value: unknown): void => checkIndex(check, path, value, variations.length);
  check.optional('"offVariation"', fields['offVariation'], index);
  if (fields['on'] === true || fields['fallthrough'] != null) {
    checkServed(check, '"fallthrough"', fields['fallthrough'], index);
  }
  for (const name of ['targets', 'contextTargets']) {
    check.each(`"${name}"`, fields[name], (path, target) => {
      const entry = check.object(path, target);
      if (!entry) return;
      index(`${path}.variation`, entry['variation']);
      check.strings(`${path}.values`, entry['values']);
      check.optional(`${path}.contextKind`, entry['contextKind'], check.string);
    });
  }
  check.each('"prerequisites"', fields['prerequisites'], (path, prerequisite) => {
    const entry = check.object(path, prerequisite);
    if (!entry) return;
    check.string(`${path}.key`, entry['key']);
    check.count(`${path}.variation`, entry['variation']);
  });
  check.each('"rules"', fields['rules'], (path, rule) => {
    const entry = check.object(path, rule);
    if (!entry) return;
    checkClauses(check, `${path}.clauses`, entry['clauses']);
    checkServed(check, path, rule, index);
  });
  check.optional('"clientSide"', fields['clientSide'], check.boolean);
  check.optional('"archived"', fields['archived'], check.boolean);
  check.optional('"name"', fields['name'], check.string);
  check.optional('"salt"', fields['salt'], check.string);
  check.optional('"clientSideAvailability"', fields['clientSideAvailability'], (path, value) => {
    const entry = check.object(path, value);
    if (entry) check.optional(`${path}.usingEnvironmentId`, entry['usingEnvironmentId'], check.boolean);
  });
  check.each(
    '"variationDetails"',
    fields['variationDetails'],
    (path, value) => void check.object(path, value),
  );
  return check.faults;
}

/** A key that LaunchDarkly allows and that its SDK, which keeps flags in plain objects, can hold. */
export function checkKey(key: string): string | undefined {
  if (!/^[A-Za-z0-9][\w.-]{0,255}$/.test(key)) {
    return 'its key must begin with a letter or digit and hold letters, digits, ".", "_" and "-" only';
  }
  if (key in Object.prototype) return "its key is a word of JavaScript that LaunchDarkly's SDK cannot hold";
  return undefined;
}

type IndexCheck = (path: string, value: unknown) => void;

function checkIndex(check: Checklist, path: string, value: unknown, variations: number): void {
  if (Number.isInteger(value) && Number(value) >= 0 && Number(value) < variations) return;
  check.fault(
    path,
    variations > 0 ? `a variation from 0 to ${variations - 1}` : 'absent, for there are no variations',
    value,
  );
}

function checkServed(check: Checklist, path: string, served: unknown, index: IndexCheck): void {
  const fields = check.object(path, served);
  if (!fields) return;
  if (fields['variation'] != null) return index(`${path}.variation`, fields['variation']);
  const rollout = check.object(`${path}.variation or ${path}.rollout`, fields['rollout']);
  if (!rollout) return;
  const parts = check.each(`${path}.rollout.variations`, rollout['variations'], (part, value) => {
    const entry = check.object(part, value);
    if (!entry) return;
    index(`${part}.variation`, entry['variation']);
    check.count(`${part}.weight`, entry['weight']);
  });
  if (parts === 0) check.fault(`${path}.rollout.variations`, 'a list with an entry', rollout['variations']);
  check.optional(`${path}.rollout.bucketBy`, rollout['bucketBy'], check.attribute);
  check.optional(`${path}.rollout.contextKind`, rollout['contextKind'], check.string);
}
