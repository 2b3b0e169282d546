import { maintenanceError, reasonOf, type MaintenanceError } from '../core/errors.js';

/** Reports the errors of a server that runs for months: not for every request, but more than once in its lifetime. */
export interface ErrorReporter {
  /** Reports an error, unless one with the same message was reported recently. */
  once(error: MaintenanceError): void;
  /** Call it when flags could not be read. It reports only the first failure after a success. `consequence` is a sentence. */
  flagsFail(cause: unknown, consequence: string): void;
  /** Call it when flags were read. */
  flagsWork(): void;
}

const mostRemembered = 1000;
// If only some users' flags can be read, every other request would be a first failure.
const mostPerMinute = 10;

export function createErrorReporter(onError: (error: MaintenanceError) => void): ErrorReporter {
  const told = new Set<string>();
  let state: 'working' | 'failing' = 'working';
  let minute = 0;
  let toldInMinute = 0;

  function tell(error: MaintenanceError): void {
    try {
      onError(error);
    } catch {
      // If onError throws, there is nowhere left to report it.
    }
  }

  function isWithinRate(): boolean {
    const present = Math.floor(Date.now() / 60_000);
    if (present !== minute) toldInMinute = 0;
    minute = present;
    toldInMinute += 1;
    return toldInMinute <= mostPerMinute;
  }

  return {
    once(error) {
      if (told.has(error.message)) return;
      if (told.size >= mostRemembered) told.clear();
      told.add(error.message);
      tell(error);
    },
    flagsFail(cause, consequence) {
      if (state === 'failing') return;
      state = 'failing';
      if (!isWithinRate()) return;
      tell(
        maintenanceError(
          'flags-failed',
          `The flags of a request could not be read: ${reasonOf(cause)}. ${consequence}`,
          { cause },
        ),
      );
    },
    flagsWork() {
      state = 'working';
    },
  };
}
