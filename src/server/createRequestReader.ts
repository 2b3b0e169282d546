import type { Feature } from '../core/defineFeatures.js';
import type { Snapshot } from '../core/takeSnapshot.js';
import type { ServerReporter } from './createServerReporter.js';
import { createWindowReader } from './createWindowReader.js';
import type { MaintenanceHandlerOptions } from './MaintenanceHandlerOptions.js';

/**
 * Reads the windows for a request and hands them over: at once when the flags are there at once, which costs a promise less. They
 * are `undefined` when they cannot be read and the server is open then.
 */
export type RequestReader<R> = (request: R, use: (windows: Snapshot['windows'] | undefined) => void) => void;

export function createRequestReader<F extends string, R>(
  options: MaintenanceHandlerOptions<F, R>,
  reporter: ServerReporter,
): RequestReader<R> {
  const { features, readFlags, failure, deadlineMs = 1000 } = options;
  const all = Object.values<Feature<F>>(features);
  const flagKeys = all.map(({ flag }) => flag);
  const readWindows = createWindowReader(features, reporter.once);
  const closedWindows = Object.freeze(
    Object.fromEntries(all.map(({ key, flag, mode }) => [key, Object.freeze({ id: flag, mode })])),
  );
  // Costs a fraction of `queueMicrotask`.
  const soon = Promise.resolve();

  function failed(cause: unknown): Snapshot['windows'] | undefined {
    reporter.failing(cause);
    return failure === 'open' ? undefined : closedWindows;
  }

  function understood(flags: Readonly<Record<string, unknown>>): Snapshot['windows'] | undefined {
    try {
      const windows = readWindows(flags);
      reporter.working();
      return windows;
    } catch (cause) {
      return failed(cause);
    }
  }

  return (request, onWindows) => {
    let flags: ReturnType<typeof readFlags>;
    try {
      flags = readFlags(request, flagKeys);
    } catch (cause) {
      return onWindows(failed(cause));
    }
    if (!isPromise(flags)) return onWindows(understood(flags));
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
        if (settle()) onWindows(understood(read));
      },
      (cause: unknown) => {
        if (settle()) onWindows(failed(cause));
      },
    );
    // Flags that are there already, as those of a streaming client are, need no timer.
    void soon.then(() => {
      if (state === 'over') return;
      timer = setTimeout(() => {
        if (settle()) onWindows(failed(new Error(`there was no answer within ${deadlineMs} ms`)));
      }, deadlineMs);
    });
  };
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
