import { maintenanceError, type MaintenanceError } from '../core/errors.js';

/** Tells errors of a server that runs for months: not one line per request, and not only once in its life. */
export interface ServerReporter {
  /** Tells an error, unless one with the same message was told lately. */
  once(error: MaintenanceError): void;
  /** The flags could not be read: told when that begins. */
  failing(cause: unknown): void;
  /** The flags were read. */
  working(): void;
}

const mostRemembered = 1000;

export function createServerReporter(onError: (error: MaintenanceError) => void): ServerReporter {
  const told = new Set<string>();
  let state: 'working' | 'failing' = 'working';

  function tell(error: MaintenanceError): void {
    try {
      onError(error);
    } catch {
      // Whoever is told of errors has nobody else to tell of their own.
    }
  }

  return {
    once(error) {
      if (told.has(error.message)) return;
      if (told.size >= mostRemembered) told.clear();
      told.add(error.message);
      tell(error);
    },
    failing(cause) {
      if (state === 'failing') return;
      state = 'failing';
      const reason = cause instanceof Error ? cause.message : String(cause);
      tell(
        maintenanceError(
          'flags-failed',
          `The flags of a request could not be read: ${reason}. Until they can be, the choice made in "failure" holds.`,
          { cause },
        ),
      );
    },
    working() {
      state = 'working';
    },
  };
}
