'use client';
import { createContext, useContext, useSyncExternalStore } from 'react';

/** What a gate does with its children while it is closed. */
export type ClosedBehavior = 'replace' | 'hide' | 'disable' | 'read-only' | 'overlay';

/** What a gate does with its children now. */
export type GateState = 'open' | ClosedBehavior;

/** The state of the nearest gate, to subscribe to. */
export interface GateSignal {
  get(): GateState;
  /** What it was at first, which is what the server rendered. */
  getInitial(): GateState;
  set(next: GateState): void;
  subscribe(onChange: () => void): () => void;
}

const alwaysOpen: GateSignal = {
  get: () => 'open',
  getInitial: () => 'open',
  set: () => {},
  subscribe: () => () => {},
};

/**
 * Its value never changes. A context that changes makes React give up server HTML below it that has not hydrated yet, and what a
 * person typed into it.
 */
export const GateContext: React.Context<GateSignal> = createContext(alwaysOpen);

export function createGateSignal(initial: GateState): GateSignal {
  const listeners = new Set<() => void>();
  let current = initial;
  return {
    get: () => current,
    getInitial: () => initial,
    set(next) {
      if (next === current) return;
      current = next;
      for (const listener of listeners) listener();
    },
    subscribe(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}

/**
 * What the nearest gate above does now: `open`, or how it is closed. It is for what a gate cannot see into: an editor that has
 * a read-only setting of its own, a query or a player that should rest while its service is down, a dialog that should close.
 *
 * @example
 * const gate = useGate();
 * return <Editor editable={gate === 'open'} />;
 */
export function useGate(): GateState {
  const gate = useContext(GateContext);
  return useSyncExternalStore(gate.subscribe, gate.get, gate.getInitial);
}
