import type { Feature, Features } from '../core/defineFeatures.js';
import type { MaintenanceError } from '../core/errors.js';
import type { Maintenance } from '../core/Maintenance.js';
import { readSnapshot, takeSnapshot, type Snapshot } from '../core/takeSnapshot.js';
import { resolveMaintenance } from '../core/timeline.js';

/** The state of every feature, by key. */
export type States<F extends string = string> = { readonly [feature in F]: Maintenance<F> };

/**
 * The states of all features in a snapshot, as the store computes them. On a server nothing is `recovering`: the server must be open for the
 * first client that reopens.
 *
 * @example
 * readStates(features, takeSnapshot({ features, flags })).search.canRead;
 */
export function readStates<F extends string>(features: Features<F>, snapshot: Snapshot): States<F> {
  const states: Partial<Record<F, Maintenance<F>>> = {};
  // Object.keys loses the keys' type.
  for (const key of Object.keys(features) as F[]) states[key] = readState(features, key, snapshot, 'en');
  // There is a state for every key.
  return states as States<F>;
}

/** The state of one feature, with its notice in the language of a locale. */
export function readState<F extends string>(
  features: Features<F>,
  feature: F,
  snapshot: Snapshot,
  locale: string,
): Maintenance<F> {
  const causes = features[feature].causes.map((key) => readSnapshot(snapshot, features[key]));
  return resolveMaintenance(feature, causes, snapshot.now, () => 0, locale);
}

/**
 * Writes a snapshot as text that is safe inside a `<script>`. It is JSON and also a JavaScript expression. If the flags could not be read there is
 * no snapshot, and the text is `null`. The provider accepts that, too.
 *
 * @example
 * `<script>window.maintenance = ${serializeSnapshot(snapshot)}</script>`
 */
export function serializeSnapshot(snapshot: Snapshot | null | undefined): string {
  return JSON.stringify(snapshot ?? null).replace(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

type Flags = Readonly<Record<string, unknown>>;
type Windows = Snapshot['windows'];

interface Reading {
  /** Copies, because an app may change its own objects. */
  readonly values: readonly unknown[];
  readonly windows: Windows;
}

const mostRemembered = 16;

/**
 * Creates a function that reads flags as windows. It remembers the latest results. Requests share the windows, so the windows are frozen.
 */
export function createWindowReader<F extends string>(
  features: Features<F>,
  onError: (error: MaintenanceError) => void,
): (flags: Flags) => Windows {
  const all = Object.values<Feature<F>>(features);
  const flagKeys = all.map(({ flag }) => flag);
  // If a flag that is off means maintenance, every flag must be read.
  const someWhenOff = all.some(({ maintenanceWhen }) => maintenanceWhen === 'off');
  const readings: Reading[] = [];

  function remember(flags: Flags, windows: Windows): void {
    try {
      readings.push({ values: flagKeys.map((flag) => copy(flags[flag])), windows });
      if (readings.length > mostRemembered) readings.shift();
    } catch {
      // The flags are not JSON. No flag service sends such flags. They are read again for each request.
    }
  }

  return (flags) => {
    if (!someWhenOff && isQuiet(flags, flagKeys)) return noWindows;
    for (const { values, windows } of readings) if (isSameFor(flagKeys, flags, values)) return windows;
    const { windows } = takeSnapshot({ features, flags, onError });
    freeze(windows);
    remember(flags, windows);
    return windows;
  };
}

const noWindows: Windows = Object.freeze({});

/** Whether all flags are off. This is the usual case, and it can be seen without interpreting each flag. */
function isQuiet(flags: Flags, flagKeys: readonly string[]): boolean {
  for (const flag of flagKeys) if (flags[flag]) return false;
  return true;
}

function isSameFor(flagKeys: readonly string[], flags: Flags, values: readonly unknown[]): boolean {
  try {
    let index = 0;
    for (const flag of flagKeys) if (!isSame(flags[flag], values[index++])) return false;
    return true;
  } catch {
    // A proxy or a getter threw. `interpretFlag` handles that.
    return false;
  }
}

/** Whether a value equals its copy. A value that JSON does not preserve, such as a date, never does. */
function isSame(value: unknown, copied: unknown): boolean {
  if (!isObject(value)) return Object.is(value, copied);
  if (!isObject(copied) || Array.isArray(value) !== Array.isArray(copied)) return false;
  const keys = Object.keys(value);
  if (keys.length !== Object.keys(copied).length) return false;
  for (const key of keys) if (!Object.hasOwn(copied, key) || !isSame(value[key], copied[key])) return false;
  return true;
}

function copy(value: unknown): unknown {
  return isObject(value) ? JSON.parse(JSON.stringify(value)) : value;
}

function freeze(value: unknown): void {
  if (isObject(value)) Object.values(Object.freeze(value)).forEach(freeze);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
