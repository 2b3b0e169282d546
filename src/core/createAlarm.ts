/** A single timer for the next instant at which something has to be looked at again. */
export interface Alarm {
  /** Sets the alarm to an instant, in place of the one before; `Infinity` for none. */
  set(instant: number): void;
}

// A timer over 24.8 days would fire at once, and one set before a machine slept fires late by the time it slept.
const longestWaitMs = 60_000;

/** Calls `onAlarm` at the instant that was set, or up to a minute before it, for the listener to look and set it again. */
export function createAlarm(now: () => number, onAlarm: () => void): Alarm {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    set(instant) {
      clearTimeout(timer);
      if (instant < Infinity) {
        timer = setTimeout(onAlarm, Math.min(Math.max(instant - now(), 0), longestWaitMs));
      }
    },
  };
}
