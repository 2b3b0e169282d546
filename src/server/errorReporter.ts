import { maintenanceError, reasonOf, type MaintenanceError } from '../core/errors.js';

/** Reports the errors of a server that runs for months: not once per request, and not only once in its life. */
export interface ErrorReporter {
  /** Reports an error, unless one with the same message was reported lately. */
  once(error: MaintenanceError): void;
  /** The flags could not be read, and what holds until they can be, as a sentence. Reported when that begins. */
  flagsFail(cause: unknown, consequence: string): void;
  /** The flags were read. */
  flagsWork(): void;
}

const mostRemembered = 1000;
// Where only some users' flags can be read, failing would begin again with every other request.
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
