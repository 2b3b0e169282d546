import * as v from 'valibot';

/** The contexts that are served one variation, by key, in the form of LaunchDarkly's flag data. */
export interface FlagTargets {
  variation: number;
  values: string[];
  contextKind?: string | null;
  [field: string]: unknown;
}

/**
 * One flag in the form of LaunchDarkly's flag data. It names only the fields that the server reads or changes. All other fields are kept
 * as they are.
 */
export interface FlagConfig {
  key: string;
  version?: number | null;
  on: boolean;
  variations: unknown[];
  offVariation?: number | null;
  fallthrough?: Record<string, unknown> | null;
  /** Targets of kind `user`. */
  targets?: FlagTargets[] | null;
  /** Targets of other kinds. If there are any, every variation with user targets needs an entry without keys here (see `pairUserTargets`). */
  contextTargets?: FlagTargets[] | null;
  rules?: unknown[] | null;
  prerequisites?: unknown[] | null;
  clientSideAvailability?: { usingEnvironmentId?: boolean; usingMobileKey?: boolean } | null;
  /** The older name of `clientSideAvailability.usingEnvironmentId`. */
  clientSide?: boolean | null;
  name?: string | null;
  archived?: boolean | null;
  /** The names and descriptions of variations, by index. LaunchDarkly's flag data does not have this field. */
  variationDetails?: { name?: string; description?: string }[] | null;
  [field: string]: unknown;
}

/** The version of a flag. LaunchDarkly counts from 1. A flag that was written by hand may have no version. */
export function flagVersion(flag: FlagConfig): number {
  return flag.version ?? 1;
}

/** Whether browsers may see the flag. */
export function isClientSide(flag: FlagConfig): boolean {
  return flag.clientSideAvailability?.usingEnvironmentId ?? flag.clientSide ?? false;
}

/** Whether a JSON value is an object: neither `null` nor an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Lists what is wrong with a flag, one sentence for each fault. A flag without faults can be evaluated by LaunchDarkly's SDK.
 *
 * As in LaunchDarkly, `null` means that a field is absent.
 */
export function checkFlag(key: string, flag: unknown): string[] {
  const { on, variations } = isRecord(flag) ? flag : {};
  return faultsOf(
    'the flag',
    flag,
    flagSchema(key, Array.isArray(variations) ? variations.length : 0, on === true),
  );
}

/** Lists what is wrong with a segment, one sentence for each fault. */
export function checkSegment(key: string, segment: unknown): string[] {
  return faultsOf('the segment', segment, segmentSchema(key));
}

/** Says what is wrong with a key. LaunchDarkly must allow it, and its SDK keeps flags in plain objects. */
export function checkKey(key: string): string | undefined {
  if (!/^[A-Za-z0-9][\w.-]{0,255}$/.test(key)) {
    return 'its key must begin with a letter or digit, and contain only letters, digits, ".", "_" and "-"';
  }
  if (key in Object.prototype)
    return "its key is the name of a property of every JavaScript object, which LaunchDarkly's SDK cannot store";
  return undefined;
}

function flagSchema(key: string, variationCount: number, isOn: boolean): v.GenericSchema {
  const index = variationIndex(variationCount);
  const fallthrough = served(index);
  return object({
    key: v.literal(key, must(`the flag's own key ${JSON.stringify(key)}`)),
    version: v.nullish(anyCount),
    on: flag,
    variations: list(v.unknown()),
    offVariation: v.nullish(index),
    fallthrough: isOn ? fallthrough : v.nullish(fallthrough),
    targets: v.nullish(list(object({ ...targetFields, variation: index }))),
    contextTargets: v.nullish(list(object({ ...targetFields, variation: index }))),
    prerequisites: v.nullish(list(object({ key: anyText, variation: anyCount }))),
    rules: v.nullish(list(v.pipe(object({ clauses: v.nullish(list(clause)) }), served(index)))),
    clientSide: v.nullish(flag),
    archived: v.nullish(flag),
    name: v.nullish(anyText),
    salt: v.nullish(anyText),
    clientSideAvailability: v.nullish(object({ usingEnvironmentId: v.nullish(flag) })),
    variationDetails: v.nullish(list(object({}))),
  });
}

function segmentSchema(key: string): v.GenericSchema {
  return object({
    key: v.literal(key, must(`the segment's own key ${JSON.stringify(key)}`)),
    version: v.nullish(anyCount),
    included: v.nullish(list(anyText)),
    excluded: v.nullish(list(anyText)),
    includedContexts: v.nullish(list(object(targetFields))),
    excludedContexts: v.nullish(list(object(targetFields))),
    rules: v.nullish(
      list(
        object({
          clauses: v.nullish(list(clause)),
          weight: v.nullish(anyCount),
          bucketBy: v.nullish(attribute),
        }),
      ),
    ),
  });
}

const anyText = v.string(must('a string'));
const flag = v.boolean(must('true or false'));
const anyCount = wholeNumber('a whole number from 0', Infinity);
/** The name of an attribute of a context, or a path to it: `/address/city`. */
const attribute = v.pipe(
  v.string(must('the name of an attribute')),
  v.regex(/^(?:[^/].*|(?:\/(?:[^/~]|~[01])+)+)$/s, must('the name of an attribute')),
);
const targetFields = { values: list(anyText), contextKind: v.nullish(anyText) };

/** A clause of a rule, of a flag or of a segment. */
const clause = v.lazy((input) =>
  object({
    op: anyText,
    negate: v.nullish(flag),
    contextKind: v.nullish(anyText),
    ...(isRecord(input) && input['op'] === 'segmentMatch'
      ? { values: list(anyText) }
      : { attribute, values: list(v.unknown()) }),
  }),
);

/** A fallthrough or a rule serves either one variation or a rollout over several. */
function served(index: v.GenericSchema): v.GenericSchema {
  const rollout = object({
    variations: v.pipe(
      list(object({ variation: index, weight: anyCount })),
      v.minLength(1, must('a list with at least one entry')),
    ),
    bucketBy: v.nullish(attribute),
    contextKind: v.nullish(anyText),
  });
  return v.pipe(
    object({ variation: v.nullish(index), rollout: v.nullish(rollout) }),
    v.check(
      (fields) => isRecord(fields) && (fields['variation'] != null || fields['rollout'] != null),
      must('an object with a "variation" or a "rollout"'),
    ),
  );
}

function variationIndex(variationCount: number): v.GenericSchema {
  return wholeNumber(
    variationCount > 0
      ? `a variation from 0 to ${variationCount - 1}`
      : 'absent, because there are no variations',
    variationCount - 1,
  );
}

function wholeNumber(expected: string, most: number): v.GenericSchema {
  return v.pipe(
    v.number(must(expected)),
    v.check((value) => Number.isInteger(value) && value >= 0 && value <= most, must(expected)),
  );
}

function list(entry: v.GenericSchema): v.GenericSchema<unknown, unknown[]> {
  return v.array(entry, must('a list'));
}

/** An object, not an array, with at least these fields. */
function object(fields: Readonly<Record<string, v.GenericSchema>>): v.GenericSchema {
  return v.pipe(
    v.custom<Record<string, unknown>>(isRecord, must('an object')),
    v.looseObject(fields, () => 'is missing'),
  );
}

function must(expected: string): (issue: v.BaseIssue<unknown>) => string {
  return ({ input }) => `must be ${expected}, found ${describeFound(input)}`;
}

function faultsOf(whole: string, value: unknown, schema: v.GenericSchema): string[] {
  const { issues = [] } = v.safeParse(schema, value);
  return issues.map(({ path = [], message }) => {
    const [first, ...rest] = path.map(({ key }) => key);
    if (first === undefined) return `${whole} ${message}`;
    const below = rest.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
    return `"${String(first)}"${below.join('')} ${message}`;
  });
}

function describeFound(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
