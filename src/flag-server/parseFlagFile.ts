import type { FlagConfig } from './FlagConfig.js';
import { FlagFileError } from './FlagFileError.js';
import { checkFlag, checkKey, checkSegment } from './checkFlag.js';
import { isRecord } from './isRecord.js';
import { parseJsonWithPlaces } from './parseJsonWithPlaces.js';

/** The content of a flag-data file. Never changed: a change makes another. */
export interface FlagData {
  /** The whole file, fields that nobody here knows included. */
  readonly root: Readonly<Record<string, unknown>>;
  /** Every flag by key, entries of `flagValues` included, in a full form. */
  readonly flags: ReadonlyMap<string, FlagConfig>;
  readonly segments: readonly Record<string, unknown>[];
}

const MAX_FAULTS_TOLD = 10;

/**
 * Reads LaunchDarkly's flag-data JSON: `flags`, `flagValues` and `segments`.
 *
 * An entry of `flagValues` is a constant that browsers may see. A boolean one is read as a flag with the variations `true` and `false`
 * that is on and serves this value by default, and `false` while it is off. So `false` can be used for one user at once, by an individual
 * target, and `true` can be turned off.
 *
 * @throws FlagFileError with file, line and reason when the text is not JSON, or holds what LaunchDarkly cannot evaluate.
 */
export function parseFlagFile(text: string, file: string): FlagData {
  const parsed = parseJsonWithPlaces(text);
  if (parsed.fault !== undefined) {
    throw new FlagFileError(`${file}:${parsed.place.line}:${parsed.place.column}: ${parsed.fault}`);
  }
  const { value: root } = parsed;
  const faults: string[] = [];
  const tell = (path: string[], fault: string): void => {
    const { line, column } = parsed.placeOf(...path);
    faults.push(`${file}:${line}:${column}: ${fault}`);
  };
  const entries = (name: string): [string, unknown][] => {
    const group = isRecord(root) ? (root[name] ?? {}) : {};
    if (isRecord(group)) return Object.entries(group);
    tell([name], `"${name}" must be an object`);
    return [];
  };
  if (!isRecord(root)) tell([], 'the file must hold an object, {"flags": {}} at least');

  const flags = new Map<string, FlagConfig>();
  const add = (group: string, key: string, flag: FlagConfig, found: string[]): void => {
    const keyFault = checkKey(key);
    for (const fault of keyFault ? [keyFault] : found) tell([group, key], `flag "${key}": ${fault}`);
    if (flags.has(key))
      tell([group, key], `flag "${key}" is in "flags" and in "flagValues". Keep one of them`);
    flags.set(key, flag);
  };
  for (const [key, flag] of entries('flags')) {
    // checkFlag has looked at every field that FlagConfig names; with a fault the flag is never used.
    add('flags', key, flag as FlagConfig, checkFlag(key, flag));
  }
  for (const [key, value] of entries('flagValues')) add('flagValues', key, flagOfValue(key, value), []);

  const segments: Record<string, unknown>[] = [];
  for (const [key, segment] of entries('segments')) {
    for (const fault of checkSegment(key, segment)) tell(['segments', key], `segment "${key}": ${fault}`);
    if (isRecord(segment)) segments.push(segment);
  }
  if (faults.length === 0) {
    const flagCycle = findCycle(new Map([...flags].map(([key, flag]) => [key, prerequisitesOf(flag)])));
    if (flagCycle)
      tell(['flags', flagCycle[0] ?? ''], `prerequisites go in a circle: ${flagCycle.join(' → ')}`);
    const segmentCycle = findCycle(
      new Map(segments.map((segment) => [String(segment['key']), segmentsIn(segment)])),
    );
    if (segmentCycle)
      tell(['segments', segmentCycle[0] ?? ''], `segments go in a circle: ${segmentCycle.join(' → ')}`);
  }
  if (!isRecord(root) || faults.length > 0) {
    const more = faults.length - MAX_FAULTS_TOLD;
    throw new FlagFileError(
      [...faults.slice(0, MAX_FAULTS_TOLD), ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
    );
  }
  return { root, flags, segments };
}

/** The same data with one flag replaced. One that was a constant in `flagValues` moves to `flags`. */
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
  const clauses = listOf(rules).flatMap((rule) => listOf(rule['clauses']));
  return clauses.flatMap(({ op, values }) =>
    op === 'segmentMatch' && Array.isArray(values) ? values.map(String) : [],
  );
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/**
 * A way from something back to itself: of flags that wait for each other, or segments that are defined by each other.
 *
 * @returns the keys along it, the first and the last alike; `undefined` when there is none.
 */
function findCycle(links: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  for (const start of links.keys()) {
    const cycle = follow(start, []);
    if (cycle) return cycle;
  }
  return undefined;

  function follow(key: string, way: string[]): string[] | undefined {
    if (way.includes(key)) return [...way.slice(way.indexOf(key)), key];
    if (done.has(key)) return undefined;
    for (const next of links.get(key) ?? []) {
      const cycle = follow(next, [...way, key]);
      if (cycle) return cycle;
    }
    done.add(key);
    return undefined;
  }
}
