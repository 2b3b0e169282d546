import { expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import sticky from '../../stories/guides/samples/sticky.css?raw';
import { openStory } from './openStory.js';

it.each([
  [320, 256],
  [1280, 800],
])('a sticky banner never covers the focused element: %s by %s', async (width, height) => {
  await page.viewport(width, height);
  await openStory('shop ReviewsReadOnly');

  expect(await obscuredWith(sticky)).toEqual([]);
});

it('would fail with a banner that is sticky in every window, without scroll padding', async () => {
  await page.viewport(320, 256);
  await openStory('shop ReviewsReadOnly');

  expect(await obscuredWith('[data-maintenance-banner] { position: sticky; top: 0 }')).not.toEqual([]);
});

/** Walks through the page by Tab, to its end and back, and names what had the focus while none of it could be seen. */
async function obscuredWith(css: string): Promise<string[]> {
  const style = document.head.appendChild(document.createElement('style'));
  style.textContent = css;
  const all = document.querySelectorAll('.shop :is(a, button, input, textarea, summary)').length;
  const obscured: string[] = [];
  const visited = new Set<Element>();
  try {
    for (const key of ['{Tab}', '{Shift>}{Tab}{/Shift}']) {
      for (let step = 0; step < all; step += 1) {
        await userEvent.keyboard(key);
        const focused = document.activeElement;
        if (!focused || focused === document.body) break;
        visited.add(focused);
        if (!canBeSeen(focused)) obscured.push(focused.outerHTML);
      }
    }
  } finally {
    style.remove();
  }
  expect(visited.size).toBeGreaterThan(8);
  return obscured;
}

/** Its middle or one of its corners is not behind anything. */
function canBeSeen(element: Element): boolean {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const points: [number, number][] = [
    [(left + right) / 2, (top + bottom) / 2],
    [left + 2, top + 2],
    [right - 2, top + 2],
    [left + 2, bottom - 2],
    [right - 2, bottom - 2],
  ];
  return points.some(([x, y]) => {
    const hit = document.elementFromPoint(x, y);
    return hit !== null && element.contains(hit);
  });
}
