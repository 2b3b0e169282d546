// Replaces index.ts in production builds.
import type { Devtools } from './createDevtools.js';

export function createDevtools(): Devtools {
  return { wrap: (source) => source, now: Date.now };
}

export function MaintenanceDevtools(): null {
  return null;
}
