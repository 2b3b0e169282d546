// A timer of more than 24.8 days fires at once, and one that was set before the machine slept fires late by the time it slept.
const longestWaitMs = 60_000;

/**
 * Makes a function that schedules one call of `onDue`, in place of the one before: at an instant, or never for `Infinity`. The call may
 * come up to a minute early, for the listener to look at the clock and schedule again.
 */
export function createScheduler(now: () => number, onDue: () => void): (instant: number) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (instant) => {
    clearTimeout(timer);
    if (instant < Infinity) timer = setTimeout(onDue, Math.min(Math.max(instant - now(), 0), longestWaitMs));
  };
}
