import { maintenanceError, reasonOf, type MaintenanceError } from './errors.js';

/** Tells errors to a listener that may itself throw. */
export interface Reporter {
  /** Tells an error unless one of the same cause was told before: one with the same message, if nothing else is given. */
  tellOnce(error: MaintenanceError, cause?: string): void;
  /** Calls a listener; what it throws is told, and stops nobody else. */
  attempt(listener: () => void): void;
}

/** Makes a reporter that tells `onError`. */
export function createReporter(onError: (error: MaintenanceError) => void): Reporter {
  const told = new Set<string>();

  function tellOnce(error: MaintenanceError, cause = error.message): void {
    if (told.has(cause)) return;
    told.add(cause);
    try {
      onError(error);
    } catch {
      // Whoever is told of errors has nobody else to tell of their own.
    }
  }

  return {
    tellOnce,
    attempt(listener) {
      try {
        listener();
      } catch (cause) {
        const message = `A listener threw: ${reasonOf(cause)}. The others were told.`;
        tellOnce(maintenanceError('listener-failed', message, { cause }));
      }
    },
  };
}
