'use client';
import { createContext, useContext } from 'react';

/** What a gate does with its children while it is closed. */
export type ClosedBehaviour = 'replace' | 'hide' | 'disable' | 'read-only' | 'overlay';

/** What a gate does with its children now. */
export type GateState = 'open' | ClosedBehaviour;

export const GateContext: React.Context<GateState> = createContext<GateState>('open');

/**
 * What the nearest gate above does now: `open`, or how it is closed. It is for what a gate cannot see into: an editor that has
 * a read-only setting of its own, a query that should rest while its service is down, a dialog that should close.
 *
 * @example
 * const gate = useGate();
 * return <Editor editable={gate === 'open'} />;
 */
export function useGate(): GateState {
  return useContext(GateContext);
}
