import type { Feature } from '../core/defineFeatures.js';
import { assertFlagRecord } from '../core/flagRecord.js';
import type { Snapshot } from '../core/takeSnapshot.js';
import type { ServerReporter } from './createServerReporter.js';
import { createWindowReader } from './createWindowReader.js';
import type { MaintenanceHandlerOptions } from './MaintenanceHandlerOptions.js';
import { withDeadline } from './withDeadline.js';

/** Reads the windows for a request. It gives `undefined` when the flags cannot be read and the server is open then, and never rejects. */
export type RequestReader<R> = (request: R) => Promise<Snapshot['windows'] | undefined>;

export function createRequestReader<F extends string, R>(
  options: MaintenanceHandlerOptions<F, R>,
  reporter: ServerReporter,
): RequestReader<R> {
  const { features, readFlags, failure, timeoutMs = 1000 } = options;
  const all = Object.values<Feature<F>>(features);
  const flagKeys = all.map(({ flag }) => flag);
  const readWindows = createWindowReader(features, reporter.once);
  const closedWindows = Object.freeze(
    Object.fromEntries(all.map(({ key, flag, mode }) => [key, Object.freeze({ id: flag, mode })])),
  );

  return async (request) => {
    try {
      const given = readFlags(request, flagKeys);
      // Flags that are there at once need no timer.
      const flags = isThenable(given) ? await withDeadline(given, timeoutMs, lateError) : given;
      assertFlagRecord(flags, flagKeys);
      const windows = readWindows(flags);
      reporter.working();
      return windows;
    } catch (cause) {
      reporter.failing(cause);
      return failure === 'open' ? undefined : closedWindows;
    }
  };

  function lateError(): Error {
    return new Error(`there was no answer within ${timeoutMs} ms`);
  }
}

function isThenable<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
