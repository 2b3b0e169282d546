/** A set of listeners of one thing. */
export interface Listeners {
  /** Adds a listener, which may be there already, and returns its removal. */
  add(listener: () => void): () => void;
  /** Calls those who listen now: not who is added meanwhile, and not who is removed before its turn. */
  notify(): void;
}

/** Makes an empty set, which calls its listeners by way of `attempt`. */
export function createListeners(attempt: (listener: () => void) => void): Listeners {
  const listeners = new Set<() => void>();
  return {
    add(listener) {
      // A function of its own: the same listener may be added twice, and removed once.
      const own = () => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    notify() {
      for (const listener of [...listeners]) if (listeners.has(listener)) attempt(listener);
    },
  };
}
