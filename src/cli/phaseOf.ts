import { interpretFlag } from '../core/interpretFlag.js';

/** Tells whether a flag value means no maintenance, an announced one, or one that has begun. */
export function phaseOf(value: unknown, now: number = Date.now()): 'none' | 'announced' | 'active' {
  const window = interpretFlag(value, { flag: '' });
  if (!window) return 'none';
  return window.startsAt !== undefined && window.startsAt > now ? 'announced' : 'active';
}
