/** Calls listeners every minute, with one timer for all listeners, and not while the tab is hidden. */
export interface Minutes {
  readonly subscribe: (listener: () => void) => () => void;
  /** The start of the present minute, in epoch milliseconds. */
  readonly get: () => number;
  /** Calls the listeners now, after the clock was set. */
  readonly refresh: () => void;
}

const minuteMs = 60_000;

export function createMinutes(now: () => number): Minutes {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function tick(): void {
    clearTimeout(timer);
    if (document.hidden || !listeners.size) return;
    for (const listener of listeners) listener();
    timer = setTimeout(tick, minuteMs - (now() % minuteMs));
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) {
        document.addEventListener('visibilitychange', tick);
        tick();
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size) return;
        document.removeEventListener('visibilitychange', tick);
        clearTimeout(timer);
      };
    },
    get: () => Math.floor(now() / minuteMs) * minuteMs,
    refresh: tick,
  };
}
