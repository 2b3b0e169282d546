import type { Feature } from '../core/defineFeatures.js';
import type { Snapshot } from '../core/takeSnapshot.js';
import type { ServerReporter } from './createServerReporter.js';
import { createWindowReader } from './createWindowReader.js';
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
  const flagKeys = all.map(({ flag }) => flag);
  const readWindows = createWindowReader(features, reporter.once);
  const closedWindows = Object.freeze(
    Object.fromEntries(all.map(({ key, flag, mode }) => [key, Object.freeze({ id: flag, mode })])),
  );
  // Costs a fraction of `queueMicrotask`.
  const soon = Promise.resolve();

  function failed(cause: unknown): Snapshot | undefined {
    reporter.failing(cause);
    return failure === 'open' ? undefined : { now: now(), windows: closedWindows };
  }

  function understood(flags: Readonly<Record<string, unknown>>): Snapshot | undefined {
    try {
      const snapshot = { now: now(), windows: readWindows(flags) };
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
    /** Ends the waiting. Whether this is what ended it: an answer, an error or the deadline. */
    const settle = (): boolean => {
      if (state === 'over') return false;
      state = 'over';
      if (timer) clearTimeout(timer);
      return true;
    };
    flags.then(
      (read) => {
        if (settle()) onSnapshot(understood(read));
      },
      (cause: unknown) => {
        if (settle()) onSnapshot(failed(cause));
      },
    );
    // Flags that are there already, as those of a streaming client are, need no timer.
    void soon.then(() => {
      if (state === 'over') return;
      timer = setTimeout(() => {
        if (settle()) onSnapshot(failed(new Error(`there was no answer within ${deadlineMs} ms`)));
      }, deadlineMs);
    });
  };
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
