import type { Maintenance } from './Maintenance.js';

const modes = ['none', 'degraded', 'read-only', 'down'];
const phases = ['none', 'scheduled', 'recovering', 'active', 'overdue'];

/** Orders states from worst to none: by how much works, then by how near it is. */
export function compareSeverity(a: Maintenance, b: Maintenance): number {
  return modes.indexOf(b.mode) - modes.indexOf(a.mode) || phases.indexOf(b.phase) - phases.indexOf(a.phase);
}
