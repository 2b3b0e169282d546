import { type ParseErrorCode, visit } from 'jsonc-parser';
import { type FlagConfig, isRecord, checkFlag, checkKey, checkSegment } from './FlagConfig.js';
import { FlagFileError } from './createFlagFile.js';

/** The content of a flag-data file. It is immutable. */
export interface FlagData {
  /** The whole file, including fields that this server does not know. */
  readonly root: Readonly<Record<string, unknown>>;
  /** Every flag by key in its full form, including the entries of `flagValues`. */
  readonly flags: ReadonlyMap<string, FlagConfig>;
  readonly segments: readonly Record<string, unknown>[];
}

const MAX_REPORTED_FAULTS = 10;

/**
 * Reads LaunchDarkly's flag-data JSON: `flags`, `flagValues` and `segments`.
 *
 * An entry of `flagValues` is a constant that browsers may see. A boolean entry becomes a flag with the variations `true` and `false`. The flag
 * is on, serves this value by default, and serves `false` while it is off. So an entry `false` can be turned on for one user with a target,
 * and an entry `true` can be turned off.
 *
 * @throws FlagFileError with file, line and reason if the text is not JSON, or if LaunchDarkly cannot evaluate it.
 */
export function parseFlagFile(text: string, file: string): FlagData {
  const parsed = parseJsonWithPositions(text);
  if (parsed.fault !== undefined) {
    throw new FlagFileError(`${file}:${parsed.position.line}:${parsed.position.column}: ${parsed.fault}`);
  }
  const { value: root } = parsed;
  const faults: string[] = [];
  const report = (path: string[], fault: string): void => {
    const { line, column } = parsed.positionOf(...path);
    faults.push(`${file}:${line}:${column}: ${fault}`);
  };
  const entries = (name: string): [string, unknown][] => {
    const group = isRecord(root) ? (root[name] ?? {}) : {};
    if (isRecord(group)) return Object.entries(group);
    report([name], `"${name}" must be an object`);
    return [];
  };
  if (!isRecord(root)) report([], 'the file must contain an object, such as {"flags": {}}');

  const flags = new Map<string, FlagConfig>();
  const add = (group: string, key: string, flag: FlagConfig, found: string[]): void => {
    const keyFault = checkKey(key);
    for (const fault of keyFault ? [keyFault] : found) report([group, key], `flag "${key}": ${fault}`);
    if (flags.has(key))
      report([group, key], `flag "${key}" is in "flags" and in "flagValues". Remove one of them`);
    flags.set(key, flag);
  };
  for (const [key, flag] of entries('flags')) {
    // checkFlag checks every field of FlagConfig. A flag with a fault is never used.
    add('flags', key, flag as FlagConfig, checkFlag(key, flag));
  }
  for (const [key, value] of entries('flagValues')) add('flagValues', key, flagOfValue(key, value), []);

  const segments: Record<string, unknown>[] = [];
  for (const [key, segment] of entries('segments')) {
    for (const fault of checkSegment(key, segment)) report(['segments', key], `segment "${key}": ${fault}`);
    if (isRecord(segment)) segments.push(segment);
  }
  if (faults.length === 0) {
    const flagCycle = findCycle(new Map([...flags].map(([key, flag]) => [key, prerequisitesOf(flag)])));
    if (flagCycle)
      report(['flags', flagCycle[0] ?? ''], `prerequisites form a cycle: ${flagCycle.join(' → ')}`);
    const segmentCycle = findCycle(
      new Map(segments.map((segment) => [String(segment['key']), segmentsIn(segment)])),
    );
    if (segmentCycle)
      report(['segments', segmentCycle[0] ?? ''], `segments form a cycle: ${segmentCycle.join(' → ')}`);
  }
  if (!isRecord(root) || faults.length > 0) {
    const more = faults.length - MAX_REPORTED_FAULTS;
    throw new FlagFileError(
      [...faults.slice(0, MAX_REPORTED_FAULTS), ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
    );
  }
  return { root, flags, segments };
}

/** The same data with one flag replaced. If the flag was in `flagValues`, it moves to `flags`. */
export function replaceFlag(data: FlagData, flag: FlagConfig): FlagData {
  const { flags, flagValues } = data.root;
  const root: Record<string, unknown> = {
    ...data.root,
    flags: { ...(isRecord(flags) ? flags : {}), [flag.key]: flag },
  };
  if (isRecord(flagValues) && Object.hasOwn(flagValues, flag.key)) {
    const { [flag.key]: _moved, ...rest } = flagValues;
    root['flagValues'] = rest;
  }
  return { root, flags: new Map(data.flags).set(flag.key, flag), segments: data.segments };
}

function flagOfValue(key: string, value: unknown): FlagConfig {
  const base = {
    key,
    version: 1,
    clientSideAvailability: { usingEnvironmentId: true, usingMobileKey: true },
  };
  return typeof value === 'boolean'
    ? {
        ...base,
        on: true,
        variations: [true, false],
        fallthrough: { variation: value ? 0 : 1 },
        offVariation: 1,
      }
    : { ...base, on: true, variations: [value], fallthrough: { variation: 0 } };
}

function prerequisitesOf({ prerequisites }: FlagConfig): string[] {
  return (prerequisites ?? []).filter(isRecord).map(({ key }) => String(key));
}

function segmentsIn({ rules }: Record<string, unknown>): string[] {
  const clauses = recordsIn(rules).flatMap((rule) => recordsIn(rule['clauses']));
  return clauses.flatMap(({ op, values }) =>
    op === 'segmentMatch' && Array.isArray(values) ? values.map(String) : [],
  );
}

function recordsIn(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/**
 * Finds a cycle of flags or segments that depend on each other.
 *
 * @returns the keys of the cycle, the first one again at the end; `undefined` if there is none.
 */
function findCycle(links: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  for (const start of links.keys()) {
    const cycle = follow(start, []);
    if (cycle) return cycle;
  }
  return undefined;

  function follow(key: string, path: string[]): string[] | undefined {
    if (path.includes(key)) return [...path.slice(path.indexOf(key)), key];
    if (done.has(key)) return undefined;
    for (const next of links.get(key) ?? []) {
      const cycle = follow(next, [...path, key]);
      if (cycle) return cycle;
    }
    done.add(key);
    return undefined;
  }
}

/** A position in a text, counted from 1. */
interface TextPosition {
  line: number;
  column: number;
}

/** The value of a JSON text with the positions of its top two levels, or the first fault with its position. */
type JsonWithPositions =
  | { fault: string; position: TextPosition }
  | { fault?: never; value: unknown; positionOf: (...path: string[]) => TextPosition };

const MAX_DEPTH = 200;

/**
 * Parses JSON with positions.
 *
 * `JSON.parse` does not always say where an error is, and silently accepts duplicate keys.
 */
export function parseJsonWithPositions(text: string): JsonWithPositions {
  const offsets = new Map<string, number>();
  const keysOfOpenObjects: Set<string>[] = [];
  let depth = 0;
  let fault: { message: string; offset: number } | undefined;

  function fail(message: string, offset: number): void {
    fault ??= { message, offset };
  }
  function open(offset: number): void {
    depth += 1;
    if (depth > MAX_DEPTH) fail(`nested more than ${MAX_DEPTH} levels deep`, offset);
  }
  function close(): void {
    depth -= 1;
  }

  try {
    visit(
      text,
      {
        onObjectBegin(offset) {
          open(offset);
          keysOfOpenObjects.push(new Set());
        },
        onObjectProperty(key, offset, _length, _line, _column, pathOf) {
          const keys = keysOfOpenObjects.at(-1);
          if (keys?.has(key)) fail(`the key ${JSON.stringify(key)} is duplicated`, offset);
          keys?.add(key);
          if (depth <= 2) offsets.set(JSON.stringify([...pathOf(), key]), offset);
        },
        onObjectEnd() {
          close();
          keysOfOpenObjects.pop();
        },
        onArrayBegin: open,
        onArrayEnd: close,
        onError: (code, offset) => fail(describeFault(code, text, offset), offset),
      },
      { disallowComments: true, allowTrailingComma: false },
    );
  } catch (error) {
    // The text is nested too deep for the parser's stack.
    if (!(error instanceof RangeError) || !fault) throw error;
  }
  if (fault) return { fault: fault.message, position: positionIn(text, fault.offset) };
  try {
    const value: unknown = JSON.parse(text);
    return { value, positionOf: (...path) => positionIn(text, offsets.get(JSON.stringify(path)) ?? 0) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error), position: positionIn(text, 0) };
  }
}

/** Texts for the error codes of the library. Its `const enum` of codes does not exist at run time. */
const FAULTS: Readonly<Record<ParseErrorCode, string>> = {
  1: 'expected a value, or a key in double quotes',
  2: 'this is not a number',
  3: 'expected a key in double quotes',
  4: 'expected a value',
  5: 'expected a colon',
  6: 'expected a comma',
  7: 'expected a comma or }',
  8: 'expected a comma or ]',
  9: 'expected the end of the file',
  10: 'JSON does not allow comments',
  11: 'JSON does not allow comments',
  12: 'this string does not end on its line',
  13: 'this is not a number',
  14: 'this string has an unknown escape',
  15: 'this string has an unknown escape',
  16: 'this string contains a character that must be escaped',
};

function describeFault(code: ParseErrorCode, text: string, offset: number): string {
  const expected = FAULTS[code];
  const rest = text.slice(offset, offset + 20).split('\n')[0];
  if (!expected.startsWith('expected')) return expected;
  return `${expected}, found${offset >= text.length ? ' the end of the file' : rest ? `: ${rest}` : ' the end of the line'}`;
}

function positionIn(text: string, offset: number): TextPosition {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
