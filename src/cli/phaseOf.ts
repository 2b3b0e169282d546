import { interpretFlag } from '../core/interpretFlag.js';

/** Whether a value of a flag means no maintenance, one that is announced, or one that has begun. */
export function phaseOf(value: unknown, now: number = Date.now()): 'none' | 'announced' | 'active' {
  const window = interpretFlag(value, { flag: '' });
  if (!window) return 'none';
  return window.startsAt !== undefined && window.startsAt > now ? 'announced' : 'active';
}
