import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveFolder } from '../e2e/serveFolder.js';
import { startBrowser } from '../e2e/startPage.js';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'docs-site-'));
let url: string;
let page: Page;
let entries: Record<string, { readonly id: string; readonly type: string }>;

// The documentation as it is published: a production build of this repository's own Storybook.
beforeAll(async () => {
  const options = ['build', '--output-dir', folder, '--quiet', '--disable-telemetry'];
  execFileSync(join(root, 'node_modules/.bin/storybook'), options, { cwd: root });
  // Storybook writes it.
  ({ entries } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as { entries: typeof entries });
  url = await serveFolder(folder);
  const browser = await startBrowser();
  page = await browser.newPage({ locale: 'en-GB', viewport: { width: 320, height: 640 } });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What is wrong with a page of docs, for its reader. */
async function faultsOf(id: string): Promise<string[]> {
  const errors: string[] = [];
  const note = ({ message }: Error) => void errors.push(`error: ${message}`);
  page.on('pageerror', note);
  await page.goto(`${url}/iframe.html?id=${id}&viewMode=docs`);
  await page.locator('#storybook-docs h1').first().waitFor();
  const { links, missing, width } = await page.evaluate(() => {
    const anchors = [...document.querySelectorAll('#storybook-docs a[href]')]
      // What a story shows is not a part of the text.
      .filter((link) => !link.closest('.sb-story'))
      .map((link) => link.getAttribute('href') ?? '');
    return {
      links: anchors.filter((href) => !href.startsWith('#')),
      missing: anchors.filter(
        (href) =>
          href.startsWith('#') && href !== '#' && !document.getElementById(decodeURIComponent(href.slice(1))),
      ),
      width: document.documentElement.scrollWidth,
    };
  });
  page.off('pageerror', note);
  const dead = links.filter((href) => {
    if (/^(https?:|mailto:)/.test(href)) return false;
    // A link of the text, and the one by which Storybook opens a story alone.
    const target = /^(?:\?path=\/(?:docs|story)\/|iframe\.html\?id=)([\w-]+)$/.exec(href)?.[1];
    return target === undefined || !entries[target];
  });
  return [
    ...errors,
    ...missing.map((href) => `there is nothing at ${href}`),
    ...dead.map((href) => `the link ${href} leads nowhere`),
    ...(width > 320 ? [`it scrolls sideways at 320 px: it is ${width} px wide`] : []),
  ];
}

describe('the built documentation', () => {
  it('has pages without errors, without links to nowhere, and without sideways scrolling at 320 pixels', async () => {
    const docs = Object.values(entries).filter(({ type }) => type === 'docs');
    expect(docs.length).toBeGreaterThan(15);

    const found: Record<string, string[]> = {};
    for (const { id } of docs) {
      const faults = await faultsOf(id);
      if (faults.length) found[id] = faults;
    }

    expect(found).toEqual({});
    // Some thirty pages, one after the other.
  }, 240_000);

  it('shows code on dark pages in dark', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.goto(`${url}/iframe.html?id=guides-flag-services--docs&viewMode=docs`);
    const blocks = page.locator('.docblock-source');
    await blocks.first().waitFor();
    const colors = await blocks.evaluateAll((elements) =>
      elements.map((element) => getComputedStyle(element).backgroundColor),
    );
    await page.emulateMedia({ colorScheme: null });

    expect(colors.length).toBeGreaterThan(3);
    expect(colors.filter((color) => color === 'rgb(255, 255, 255)')).toEqual([]);
  });

  it('has devtools that work, in a production build, at 320 pixels', async () => {
    await page.goto(`${url}/iframe.html?id=patterns-devtools--in-the-corner&viewMode=story`);
    const panel = page.getByRole('region', { name: 'Maintenance devtools' });

    // Its play has overridden payments.
    await panel.getByLabel('Override Payments').waitFor();
    await page.getByRole('button', { name: /^Maintenance 1 override/ }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);

    await page.keyboard.press('Alt+Shift+M');
    await panel.waitFor({ state: 'hidden' });
  });
});
