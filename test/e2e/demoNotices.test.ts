import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { demo, open, startChromium } from './visitDemo.js';

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser.close());

it.each([1280, 320])(
  'keeps notices in their cards, and shows each only once at a time: %i pixels',
  async (width) => {
    const running = await demo();
    const page = await open(browser, `${running.url}/shop/alice`, [], (opened) =>
      opened.setViewportSize({ width, height: 900 }),
    );
    for (const flag of ['search-maintenance', 'comments-maintenance']) {
      const variationId = await running.variationId(flag, 1);
      await running.patch(flag, [{ kind: 'updateFallthroughVariationOrRollout', variationId }]);
    }

    const comments = page.locator('.comments');
    const notice = comments.locator('[data-maintenance-notice]');
    await notice.waitFor();
    const [card, inside] = [await comments.boundingBox(), await notice.boundingBox()];
    if (!card || !inside) throw new Error('The notice of the comments is not on the page.');
    expect(inside.x).toBeGreaterThanOrEqual(card.x);
    expect(inside.x + inside.width).toBeLessThanOrEqual(card.x + card.width);
    expect(inside.y + inside.height).toBeLessThanOrEqual(card.y + card.height);

    const search = page.getByRole('heading', { name: /^Search is unavailable/ });
    await search.first().waitFor();
    expect(await search.count()).toBe(1);
  },
);
