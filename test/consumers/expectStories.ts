import { expect } from 'vitest';
import { startBrowser } from '../e2e/startPage.js';

/** Expects that a Storybook shows the stories of test/consumers/storybook, below the provider of the addon. */
export async function expectStories(url: string): Promise<void> {
  const browser = await startBrowser();
  const page = await browser.newPage();
  const text = (): Promise<string> => page.locator('body').innerText();

  await page.goto(`${url}/iframe.html?id=searchbox--down&viewMode=story`);
  await expect.poll(text).toContain('Search is unavailable');

  await page.goto(`${url}/iframe.html?id=searchbox--with-an-operator&viewMode=story`);
  await expect.poll(text).toContain('Search is unavailable');
  expect(await text()).not.toContain('no-provider');
}
