import type { Feature } from '../core/defineFeatures.js';
import { takeSnapshot, type Snapshot } from '../core/takeSnapshot.js';
import type { ErrorReporter } from './errorReporter.js';
import { assertFlagRecord, type Flags } from './flagRecord.js';
import type { MaintenanceHandlerOptions } from './options.js';

/** The windows of a user, by feature. Requests share them, so they are frozen. */
export type Windows = Snapshot['windows'];

/**
 * Reads the flags of a request's user as windows. Calls `onRead` once: with `undefined` if the flags cannot be read and `failure` is `open`. If
 * the flags are available at once, it calls `onRead` at once. It is a callback, because promises would cost a request that passes more than
 * everything else here.
 */
export type ReadWindows<R> = (native: R, onRead: (windows: Windows | undefined) => void) => void;

type WindowOptions<F extends string, R> = Pick<
  MaintenanceHandlerOptions<F, R>,
  'features' | 'readFlags' | 'failure' | 'timeoutMs'
>;

/** Creates the reader of windows. It never throws, unless `onRead` throws. */
export function createWindowReader<F extends string, R>(
  { features, readFlags, failure, timeoutMs = 1000 }: WindowOptions<F, R>,
  reporter: ErrorReporter,
): ReadWindows<R> {
  const all = Object.values<Feature<F>>(features);
  const flagKeys = all.map(({ flag }) => flag);
  // If a flag that is off means maintenance, every flag must be read.
  const someWhenOff = all.some(({ maintenanceWhen }) => maintenanceWhen === 'off');
  const closedWindows = freeze(
    Object.fromEntries(all.map(({ key, flag, mode }) => [key, { id: flag, mode }])),
  );
  const cache = createWindowCache(flagKeys, (flags) =>
    freeze(takeSnapshot({ features, flags, onError: reporter.once }).windows),
  );

  function windowsIn(flags: Flags): Windows | undefined {
    try {
      let windows = noWindows;
      if (someWhenOff || !isQuiet(flags, flagKeys)) {
        assertFlagRecord(flags, flagKeys);
        windows = cache(flags);
      }
      reporter.flagsWork();
      return windows;
    } catch (cause) {
      return flagsFailed(cause);
    }
  }

  function flagsFailed(cause: unknown): Windows | undefined {
    reporter.flagsFail(cause, 'The option "failure" decides until they can be read again.');
    return failure === 'open' ? undefined : closedWindows;
  }

  /** Waits for the flags, but no longer than `timeoutMs`. It ignores a later result. */
  function waitFor(flags: Promise<Flags>, onRead: (windows: Windows | undefined) => void): void {
    let isWaiting = true;
    let timer: ReturnType<typeof setTimeout> | undefined;

    function settle(windowsOf: (result: never) => Windows | undefined, result: unknown): void {
      if (!isWaiting) return;
      isWaiting = false;
      if (timer !== undefined) clearTimeout(timer);
      // Each function gets its own kind of result.
      onRead(windowsOf(result as never));
    }

    // A thenable that is not a promise may throw, or call back twice. `Promise.resolve` makes it a promise, which does neither.
    void Promise.resolve(flags).then(
      (read) => settle(windowsIn, read),
      (cause: unknown) => settle(flagsFailed, cause),
    );
    // A timer costs more than everything else that a passing request needs. A promise that has settled by now needs no timer.
    void present.then(() => {
      if (!isWaiting) return;
      timer = setTimeout(
        () => settle(flagsFailed, new Error(`there was no answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
    });
  }

  return (native, onRead) => {
    let flags: Flags | Promise<Flags>;
    try {
      flags = readFlags(native, flagKeys);
    } catch (cause) {
      onRead(flagsFailed(cause));
      return;
    }
    if (isThenable(flags)) waitFor(flags, onRead);
    else onRead(windowsIn(flags));
  };
}

const present = Promise.resolve();
const noWindows: Windows = Object.freeze({});

/** Whether a value is a promise, or another object with `then`. An object whose `then` cannot be read is not one. */
function isThenable<T>(value: T | Promise<T>): value is Promise<T> {
  try {
    return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
  } catch {
    return false;
  }
}

/**
 * Whether a value is certainly a record of flags, and all of them are off. This is the usual case, and it can be seen without interpreting each
 * flag.
 */
function isQuiet(flags: Flags, flagKeys: readonly string[]): boolean {
  // readFlags may return what its type does not allow.
  const given: unknown = flags;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return false;
  let hasFlag = false;
  for (const flag of flagKeys) {
    const value = flags[flag];
    if (value) return false;
    hasFlag ||= value !== undefined;
  }
  return hasFlag;
}

interface Entry {
  /** Copies, because an app may change its own objects. */
  readonly values: readonly unknown[];
  readonly windows: Windows;
}

const mostEntries = 16;

/** Remembers the windows of the latest different flags, because most users have the same flags. */
function createWindowCache(
  flagKeys: readonly string[],
  read: (flags: Flags) => Windows,
): (flags: Flags) => Windows {
  const entries: Entry[] = [];

  function remember(flags: Flags, windows: Windows): void {
    try {
      entries.push({ values: flagKeys.map((flag) => copy(flags[flag])), windows });
      if (entries.length > mostEntries) entries.shift();
    } catch {
      // The flags are not JSON. No flag service sends such flags. They are read again for each request.
    }
  }

  return (flags) => {
    const known = entries.find(({ values }) => isSameFor(flagKeys, flags, values));
    if (known) return known.windows;
    const windows = read(flags);
    remember(flags, windows);
    return windows;
  };
}

function isSameFor(flagKeys: readonly string[], flags: Flags, values: readonly unknown[]): boolean {
  try {
    return flagKeys.every((flag, index) => isSame(flags[flag], values[index]));
  } catch {
    // A proxy or a getter threw. `interpretFlag` handles that.
    return false;
  }
}

/** Whether a value equals its copy. A value that JSON does not preserve, such as a date, never does. */
function isSame(value: unknown, copied: unknown): boolean {
  if (!hasMembers(value)) return Object.is(value, copied);
  if (!hasMembers(copied) || Array.isArray(value) !== Array.isArray(copied)) return false;
  const keys = Object.keys(value);
  return (
    keys.length === Object.keys(copied).length &&
    keys.every((key) => Object.hasOwn(copied, key) && isSame(value[key], copied[key]))
  );
}

function copy(value: unknown): unknown {
  return hasMembers(value) ? JSON.parse(JSON.stringify(value)) : value;
}

function freeze<T>(value: T): T {
  if (hasMembers(value)) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

function hasMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
