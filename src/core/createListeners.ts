/** A set of listeners of one thing. */
export interface Listeners {
  /** Adds a listener, which may be there already, and returns its removal. */
  add(listener: () => void): () => void;
  notify(): void;
}

export function createListeners(attempt: (listener: () => void) => void): Listeners {
  const listeners = new Set<() => void>();
  return {
    add(listener) {
      const own = () => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    notify() {
      for (const listener of [...listeners]) attempt(listener);
    },
  };
}
