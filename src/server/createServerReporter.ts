import { maintenanceError, reasonOf, type MaintenanceError } from '../core/errors.js';

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
// Where the flags of some visitors can be read and those of others cannot, it would begin with every other request.
const mostPerMinute = 10;

export function createServerReporter(onError: (error: MaintenanceError) => void): ServerReporter {
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

  function maySayAgain(): boolean {
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
    failing(cause) {
      if (state === 'failing') return;
      state = 'failing';
      if (!maySayAgain()) return;
      tell(
        maintenanceError(
          'flags-failed',
          `The flags of a request could not be read: ${reasonOf(cause)}. Until they can be, the choice made in "failure" holds.`,
          { cause },
        ),
      );
    },
    working() {
      state = 'working';
    },
  };
}
