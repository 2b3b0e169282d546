import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { createProgressTracker } from '../../src/cli/each/reporters.js';
import { runChild } from '../../src/cli/runChild.js';

const hour = 3_600_000;
const monotonic = (): number => performance.now();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** What NTP or an operator does to the clock of the machine. */
function setClock(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

it.each([-hour, hour])('reports no negative time left when the clock is set by %d ms', (ms) => {
  const tracker = createProgressTracker(10, monotonic);
  tracker.add('done');

  setClock(ms);

  expect(tracker.progress().secondsLeft).toBeGreaterThanOrEqual(0);
  expect(tracker.progress().secondsLeft).toBeLessThan(60);
});

it('does not end a command early when the clock is set forward', async () => {
  const running = runChild(['sh', '-c', 'exit 0'], { timeoutMs: hour });

  setClock(2 * hour);

  expect(await running).toEqual({ code: 0 });
});

it('ends a command in time when the clock is set back', async () => {
  const running = runChild(['sleep', '600'], { timeoutMs: 50 });

  setClock(-hour);

  expect(await running).toMatchObject({ ended: 'timeout' });
});
