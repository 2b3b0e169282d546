// Replaces index.ts where a bundler builds for production.
import type { Devtools } from './createDevtools.js';

export function createDevtools(): Devtools {
  return { wrap: (source) => source, now: Date.now };
}

export function MaintenanceDevtools(): null {
  return null;
}
