import type { Maintenance } from '../core/Maintenance.js';

/** What something behind a gate needs of its feature. */
export type Requirement = 'read' | 'write';

/** Whether a feature in this state gives what is needed. */
export function isOpen(state: Maintenance, requires: Requirement): boolean {
  return requires === 'write' ? state.canWrite : state.canRead;
}
