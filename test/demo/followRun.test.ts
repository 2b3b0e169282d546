import { expect, it } from 'vitest';

import type { ReindexState } from '../../demo/operator/ReindexState.js';
import { endRun, followRun, type EachEvent } from '../../demo/server/followRun.js';

const start: ReindexState = {
  phase: 'running',
  customers: ['alice', 'bob'].map((key) => ({ key, name: key, step: 'waiting', byHand: `off ${key}` })),
  progress: { users: 0, perSecond: null, secondsLeft: null },
  command: 'each',
  words: [],
};

/** The steps of both after these events. */
function follow(...events: EachEvent[]): string[] {
  return stepsOf(events.reduce(followRun, start));
}

function stepsOf({ customers }: ReindexState): string[] {
  return customers.map(({ step }) => step);
}

it("shows each customer's state from the command's events", () => {
  const holding: EachEvent = { event: 'step', user: 'bob', step: 'holding' };
  const running: EachEvent = { event: 'step', user: 'bob', step: 'running' };

  expect(follow(holding)).toEqual(['waiting', 'holding']);
  expect(follow(holding, running)).toEqual(['waiting', 'running']);
  expect(follow(running, { event: 'step', user: 'bob', step: 'failed' })).toEqual(['waiting', 'running']);
  expect(follow(running, { event: 'result', user: 'bob', result: 'held' })).toEqual(['waiting', 'held']);
  expect(follow({ event: 'result', user: 'alice', result: 'skipped' })).toEqual(['done', 'waiting']);
  expect(follow({ event: 'step', user: 'nobody', step: 'running' })).toEqual(['waiting', 'waiting']);
});

it('takes the rate and the time left from the command', () => {
  const progress = { users: 1, perSecond: 0.5, secondsLeft: 2 };

  expect(followRun(start, { event: 'progress', ...progress }).progress).toEqual(progress);
});

it('knows which customer was in progress when the command was killed', () => {
  const killed = endRun(followRun(start, { event: 'step', user: 'alice', step: 'running' }));

  expect(stepsOf(killed)).toEqual(['orphaned', 'waiting']);
  expect(killed.phase).toBe('ended');
});
