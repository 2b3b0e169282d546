'use client';
import { createContext, useContext, useSyncExternalStore } from 'react';

/** What a gate does with its children while it is closed. */
export type ClosedBehavior = 'replace' | 'hide' | 'disable' | 'read-only' | 'overlay';

/** What a gate does with its children now. */
export type GateState = 'open' | ClosedBehavior;

/** The state of the nearest gate, to subscribe to. */
export interface GateSignal {
  get(): GateState;
  /** The first state, which the server rendered. */
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
 * The value never changes. When the value of a context changes, React discards server HTML below it that has not hydrated yet, with
 * what a person typed into it.
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
 * The state of the nearest gate above: `open`, or how it is closed. Use it for what a gate cannot control: an editor with a read-only
 * setting, a query or a player that should pause while its service is down, a dialog that should close.
 *
 * @example
 * const gate = useGate();
 * return <Editor editable={gate === 'open'} />;
 */
export function useGate(): GateState {
  const gate = useContext(GateContext);
  return useSyncExternalStore(gate.subscribe, gate.get, gate.getInitial);
}
