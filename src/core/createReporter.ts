import { maintenanceError, type MaintenanceError } from './errors.js';

/** Tells errors to a listener that may itself throw. */
export interface Reporter {
  tell(error: MaintenanceError): void;
  /** Tells an error unless one with the same message was told before. */
  tellOnce(error: MaintenanceError): void;
  /** Calls a listener; what it throws is told, and stops nobody else. */
  attempt(listener: () => void): void;
}

export function createReporter(onError: (error: MaintenanceError) => void): Reporter {
  const told = new Set<string>();

  function tell(error: MaintenanceError): void {
    try {
      onError(error);
    } catch {
      // Whoever is told of errors has nobody else to tell of their own.
    }
  }

  function tellOnce(error: MaintenanceError): void {
    if (told.has(error.message)) return;
    told.add(error.message);
    tell(error);
  }

  return {
    tell,
    tellOnce,
    attempt(listener) {
      try {
        listener();
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        tellOnce(
          maintenanceError('listener-failed', `A listener threw: ${reason}. The others were told.`, {
            cause,
          }),
        );
      }
    },
  };
}
