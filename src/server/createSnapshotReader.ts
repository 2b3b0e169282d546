import type { Feature } from '../core/defineFeatures.js';
import type { MaintenanceWindow } from '../core/MaintenanceWindow.js';
import { takeSnapshot, type Snapshot } from '../core/takeSnapshot.js';
import type { ServerReporter } from './createServerReporter.js';
import type { MaintenanceHandlerOptions } from './MaintenanceHandlerOptions.js';

/**
 * Reads the snapshot for a request and hands it over: at once when the flags are there at once, which costs a promise less. It is
 * `undefined` when they cannot be read and the server is open then.
 */
export type SnapshotReader<R> = (request: R, use: (snapshot: Snapshot | undefined) => void) => void;

export function createSnapshotReader<F extends string, R>(
  options: MaintenanceHandlerOptions<F, R>,
  reporter: ServerReporter,
): SnapshotReader<R> {
  const { features, readFlags, failure, deadlineMs = 1000, now = Date.now } = options;
  const all = Object.values<Feature<F>>(features);
  // Costs a fraction of `queueMicrotask`.
  const soon = Promise.resolve();
  const flagKeys = all.map(({ flag }) => flag);

  function failed(cause: unknown): Snapshot | undefined {
    reporter.failing(cause);
    if (failure === 'open') return undefined;
    const windows = all.map(({ key, flag, mode }) => [key, { id: flag, mode }]);
    return { now: now(), windows: Object.fromEntries(windows) };
  }

  function understood(flags: Readonly<Record<string, unknown>>): Snapshot | undefined {
    try {
      const snapshot = isQuiet(flags, all)
        ? { now: now(), windows: noWindows }
        : takeSnapshot({ features, flags, now: now(), onError: reporter.once });
      reporter.working();
      return snapshot;
    } catch (cause) {
      return failed(cause);
    }
  }

  return (request, onSnapshot) => {
    let flags: ReturnType<typeof readFlags>;
    try {
      flags = readFlags(request, flagKeys);
    } catch (cause) {
      return onSnapshot(failed(cause));
    }
    if (!isPromise(flags)) return onSnapshot(understood(flags));
    let timer: ReturnType<typeof setTimeout> | undefined;
    let state: 'waiting' | 'over' = 'waiting';
    const settle = (snapshot: () => Snapshot | undefined): void => {
      if (state === 'over') return;
      state = 'over';
      clearTimeout(timer);
      onSnapshot(snapshot());
    };
    flags.then(
      (read) => settle(() => understood(read)),
      (cause: unknown) => settle(() => failed(cause)),
    );
    // Flags that are there already, as those of a streaming client are, need no timer.
    void soon.then(() => {
      if (state === 'over') return;
      const late = new Error(`there was no answer within ${deadlineMs} ms`);
      timer = setTimeout(() => settle(() => failed(late)), deadlineMs);
    });
  };
}

const noWindows: Readonly<Record<string, MaintenanceWindow>> = Object.freeze({});

/** Whether no flag says anything, which is nearly always so, and is seen without reading each. */
function isQuiet(flags: Readonly<Record<string, unknown>>, all: readonly Feature[]): boolean {
  for (const { flag, maintenanceWhen } of all) {
    if (flags[flag] || maintenanceWhen === 'off') return false;
  }
  return true;
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
