import { isRecord } from './isRecord.js';

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

/** Checks the clauses of a rule, of a flag or of a segment. */
function checkClauses(check: Checklist, path: string, clauses: unknown): void {
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

/** Collects what is wrong with a JSON value. Every check names the path and what was expected and found. */
interface Checklist {
  readonly faults: string[];
  fault: (path: string, expected: string, found: unknown) => void;
  object: (path: string, value: unknown) => Record<string, unknown> | undefined;
  list: (path: string, value: unknown) => unknown[] | undefined;
  string: (path: string, value: unknown) => void;
  strings: (path: string, value: unknown) => void;
  boolean: (path: string, value: unknown) => void;
  /** The name of an attribute of a context, or a path to one as LaunchDarkly writes it: `/address/city`. */
  attribute: (path: string, value: unknown) => void;
  /** A whole number from 0. */
  count: (path: string, value: unknown) => void;
  optional: (path: string, value: unknown, check: (path: string, value: unknown) => void) => void;
  /** Checks each entry of a list that may be absent, and returns how many there are. */
  each: (path: string, value: unknown, check: (path: string, entry: unknown) => void) => number;
}

/** Makes an empty checklist. */
function createChecklist(): Checklist {
  const faults: string[] = [];
  const expect = (ok: boolean, path: string, expected: string, found: unknown): void => {
    if (!ok) check.fault(path, expected, found);
  };
  const check: Checklist = {
    faults,
    fault: (path, expected, found) =>
      void faults.push(`${path} must be ${expected}, found ${describe(found)}`),
    object: (path, value) => {
      if (isRecord(value)) return value;
      return void check.fault(path, 'an object', value);
    },
    list: (path, value) => {
      if (Array.isArray(value)) return value;
      return void check.fault(path, 'a list', value);
    },
    string: (path, value) => expect(typeof value === 'string', path, 'a string', value),
    strings: (path, value) => {
      const entries = check.list(path, value) ?? [];
      entries.forEach((entry, index) => check.string(`${path}[${index}]`, entry));
    },
    boolean: (path, value) => expect(typeof value === 'boolean', path, 'true or false', value),
    attribute: (path, value) =>
      expect(
        typeof value === 'string' && /^(?:[^/].*|(?:\/(?:[^/~]|~[01])+)+)$/s.test(value),
        path,
        'the name of an attribute',
        value,
      ),
    count: (path, value) =>
      expect(Number.isInteger(value) && Number(value) >= 0, path, 'a whole number from 0', value),
    optional: (path, value, inner) => {
      if (value !== undefined && value !== null) inner(path, value);
    },
    each: (path, value, inner) => {
      if (value === undefined || value === null) return 0;
      const entries = check.list(path, value) ?? [];
      entries.forEach((entry, index) => inner(`${path}[${index}]`, entry));
      return entries.length;
    },
  };
  return check;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
