import { describe, expect, it } from 'vitest';

import { createProgressTracker } from '../../src/cli/each/reporters.js';
import { formatBar } from '../../src/cli/each/reporters.js';
import { wrapHelp } from '../../src/cli/text.js';

describe('the progress line', () => {
  /** Nine of twenty users after 4.5 seconds. */
  function nineOfTwenty() {
    let time = 0;
    const tracker = createProgressTracker(20, () => time);
    for (let user = 0; user < 9; user += 1) tracker.add('done');
    time = 4500;
    return tracker.progress();
  }

  it.each([
    [80, `[${'#'.repeat(18)}${'.'.repeat(21)}] 9 of 20 users, 2 per second, 6 s left`],
    [40, '9 of 20 users, 2 per second, 6 s left'],
    [37, '9 of 20 users, 6 s left'],
    [20, '9 of 20 users'],
    [10, '9/20'],
  ])('leaves out what does not fit in %d columns, and cuts no number', (columns, line) => {
    expect(formatBar(nineOfTwenty(), columns)).toBe(line);
  });
});

describe('help in a narrow terminal', () => {
  it('joins the lines of a paragraph', () => {
    const text = 'One two three\nfour five.\n\nSix.\n';

    expect(wrapHelp(text, 14)).toBe('One two three\nfour five.\n\nSix.\n');
    expect(wrapHelp(text, 40)).toBe('One two three four five.\n\nSix.\n');
  });

  it('keeps the second column of a table', () => {
    expect(wrapHelp('Exit codes:\n  2   wrong usage of it\n', 18)).toBe(
      'Exit codes:\n  2   wrong usage\n      of it\n',
    );
  });

  it('does not break commands', () => {
    const text = 'Examples:\n  $ maintenance-mode status -f search-maintenance\n';

    expect(wrapHelp(text, 20)).toBe(text);
  });

  it('puts words that are wider than the terminal on lines of their own', () => {
    expect(wrapHelp('See https://shop.example/flags now', 10)).toBe('See\nhttps://shop.example/flags\nnow');
  });
});
