import type { Feature } from '../core/defineFeatures.js';
import type { Snapshot } from '../core/takeSnapshot.js';
import type { ServerReporter } from './createServerReporter.js';
import { createWindowReader } from './createWindowReader.js';
import type { MaintenanceHandlerOptions } from './MaintenanceHandlerOptions.js';

/** `undefined` when the flags cannot be read and the server is open then. */
type Read = Snapshot['windows'] | undefined;

/**
 * Reads the windows for a request and hands them on, with what it was given for that: at once when the flags are there at
 * once. A server does this for every request: a function that closes over the request, and a promise, would cost it more than all else.
 */
export type RequestReader<R> = <T>(
  request: R,
  onWindows: (windows: Read, given: T) => void,
  given: T,
) => void;

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

  function failed(cause: unknown): Read {
    reporter.failing(cause);
    return failure === 'open' ? undefined : closedWindows;
  }

  function understood(flags: Readonly<Record<string, unknown>>): Read {
    try {
      const windows = readWindows(flags);
      reporter.working();
      return windows;
    } catch (cause) {
      return failed(cause);
    }
  }

  /** Waits for flags until the deadline. */
  function wait<T>(
    flags: Promise<Readonly<Record<string, unknown>>>,
    onWindows: (windows: Read, given: T) => void,
    given: T,
  ): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over = false;
    const end = (windows: Read): void => {
      over = true;
      if (timer) clearTimeout(timer);
      onWindows(windows, given);
    };
    flags.then(
      (read) => {
        if (!over) end(understood(read));
      },
      (cause: unknown) => {
        if (!over) end(failed(cause));
      },
    );
    // Flags that are there already, as those of a streaming client are, need no timer.
    void soon.then(() => {
      if (over) return;
      timer = setTimeout(
        () => end(failed(new Error(`there was no answer within ${deadlineMs} ms`))),
        deadlineMs,
      );
    });
  }

  return (request, onWindows, given) => {
    let flags: ReturnType<typeof readFlags>;
    try {
      flags = readFlags(request, flagKeys);
    } catch (cause) {
      return onWindows(failed(cause), given);
    }
    if (!isPromise(flags)) return onWindows(understood(flags), given);
    wait(flags, onWindows, given);
  };
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
