// In the place of index.ts, where a bundler builds for production.
import type { FlagSource } from '../core/FlagSource.js';
import type { Devtools } from './Devtools.js';

export function createDevtools(source: FlagSource): Devtools {
  return { source, now: Date.now };
}

export function MaintenanceDevtools(): null {
  return null;
}
