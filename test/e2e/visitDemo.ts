import { chromium, type Browser, type FrameLocator, type Page } from 'playwright';
import { onTestFinished } from 'vitest';

import { chromiumOptions } from '../../scripts/chromiumOptions.mjs';
import { makeFlagFolder, startDemo, type RunningDemo } from './startDemo.js';

/** A Chromium for the tests of a file. */
export async function startChromium(): Promise<Browser> {
  return chromium.launch(chromiumOptions());
}

/** A demo of this test alone. */
export async function demo(...args: string[]): Promise<RunningDemo> {
  const { file, remove } = await makeFlagFolder();
  const running = await startDemo(['--port', '0', '--flags', file, ...args]);
  onTestFinished(async () => {
    await running.interrupt();
    await remove();
  });
  return running;
}

/** Opens a page once its script has taken it over. */
export async function open(
  browser: Browser,
  url: string,
  errors: string[] = [],
  prepare?: (page: Page) => Promise<unknown>,
): Promise<Page> {
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) errors.push(message.text());
  });
  await prepare?.(page);
  const streamed = page.waitForResponse((response) => response.url().includes('/eval/local/'));
  await page.goto(url);
  await streamed;
  await page.evaluate(() => performance.mark('flags-streamed'));
  return page;
}

/** A person's shop inside the operator's page. */
export function shopOf(page: Page, name: string): FrameLocator {
  return page.frameLocator(`iframe[title^="${name}"]`);
}

/** What axe finds serious on a page, frames aside. Axe has to be on it. */
export function findSerious(page: Page): Promise<string[]> {
  return page.evaluate(
    `axe.run(document, { iframes: false }).then(({ violations }) =>
       violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, impact, nodes }) => \`\${impact} \${id}: \${nodes.map(({ html }) => html)}\`))`,
  );
}
