import type { Browser } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';

import { startEndpoint, type Endpoint } from './startEndpoint.js';
import { openPage, serveApp, startBrowser, type TestPage } from './startPage.js';

const search = 'search-maintenance';
let browser: Browser;
let address: string;

beforeAll(async () => {
  browser = await startBrowser();
  address = await serveApp('ownEndpoint.tsx');
});

function visit(endpoint: Endpoint, form: 'json' | 'stream'): Promise<TestPage> {
  return openPage(browser, `${address}/?form=${form}&flags=${endpoint.url}`);
}

describe('a shop that polls in Chromium', () => {
  it('follows its endpoint, and gets 304 for unchanged flags', async () => {
    const endpoint = await startEndpoint();
    const { page, problems } = await visit(endpoint, 'json');
    await page.getByText('Flags: ready').waitFor();
    await page.getByLabel('Search for').fill('blue shoes');
    await expect.poll(() => endpoint.answers.length).toBeGreaterThan(2);
    expect(new Set(endpoint.answers)).toEqual(new Set([200, 304]));
    expect(endpoint.answers.filter((status) => status === 200)).toHaveLength(1);

    endpoint.set(search, true);
    await page.getByText('No searching for now.').waitFor();
    endpoint.set(search, false);
    await page.getByLabel('Search for').waitFor();

    expect(await page.getByLabel('Search for').inputValue()).toBe('blue shoes');
    expect(problems).toEqual([]);
  });

  it('does not ask while its tab is hidden, and asks at once when it is shown again', async () => {
    const endpoint = await startEndpoint();
    const { page } = await visit(endpoint, 'json');
    await page.getByText('Flags: ready').waitFor();

    await page.clock.install();
    await page.reload();
    await page.getByText('Flags: ready').waitFor();
    const asked = endpoint.answers.length;

    await page.evaluate(setHidden, true);
    for (let round = 0; round < 8; round += 1) {
      // Many times its interval, and the time that an answer takes: the next question comes after it only.
      await page.clock.runFor(1000);
      await page.evaluate((url) => fetch(url), `${endpoint.url}/nothing`);
    }
    // One request may have been in progress.
    expect(endpoint.answers.length).toBeLessThanOrEqual(asked + 1);
    endpoint.set(search, true);
    await page.evaluate(setHidden, false);

    await page.getByText('No searching for now.').waitFor();
  });
});

describe('a shop that streams in Chromium', () => {
  it('follows single flags with one stream', async () => {
    const endpoint = await startEndpoint();
    const { page, problems } = await visit(endpoint, 'stream');
    await page.getByText('Flags: ready').waitFor();

    endpoint.set(search, true);
    await page.getByText('No searching for now.').waitFor();
    expect(await page.getByRole('textbox', { name: 'Comment' }).isVisible()).toBe(true);
    endpoint.set(search, false);
    await page.getByLabel('Search for').waitFor();

    expect(endpoint.openStreams).toBe(1);
    expect(problems).toEqual([]);
  });

  it('reconnects after its stream was cut, and reads the changes of the meantime', async () => {
    const endpoint = await startEndpoint();
    endpoint.set(search, true);
    const { page } = await visit(endpoint, 'stream');
    await page.getByText('No searching for now.').waitFor();

    endpoint.cut(false);
    endpoint.set(search, false);
    await page.getByLabel('Search for').waitFor();

    await page.getByText('Flags: ready').waitFor();
    await expect.poll(() => endpoint.openStreams).toBe(1);
  });

  it('reconnects after a refusal, and keeps the known flags until then', async () => {
    const endpoint = await startEndpoint();
    endpoint.set(search, true);
    const { page } = await visit(endpoint, 'stream');
    await page.getByText('No searching for now.').waitFor();

    endpoint.cut(true);
    await page.getByText('Flags: stale').waitFor();
    expect(await page.getByText('No searching for now.').isVisible()).toBe(true);
    endpoint.set(search, false);
    endpoint.cut(false);
    await page.getByLabel('Search for').waitFor();

    await page.getByText('Flags: ready').waitFor();
  });
});

describe('a shop that remembers its flags in Chromium', () => {
  it('is closed from the start of the next visit while its endpoint is unavailable, but not for another user', async () => {
    const endpoint = await startEndpoint();
    endpoint.set(search, true);
    const { page } = await openPage(browser, `${address}/?form=stream&flags=${endpoint.url}&user=bob`);
    await page.getByText('Flags: ready').waitFor();

    endpoint.cut(true);
    await page.reload();
    await page.getByText('No searching for now.').waitFor();
    expect(await page.getByText('Flags: stale').isVisible()).toBe(true);

    const bob = page.url();
    await page.goto(bob.replace('bob', 'alice'));
    await page.getByLabel('Search for').waitFor();

    await page.goto(bob);
    await page.getByText('No searching for now.').waitFor();
    endpoint.set(search, false);
    endpoint.cut(false);
    await page.getByText('Flags: ready').waitFor();
    expect(await page.getByLabel('Search for').isVisible()).toBe(true);
  });
});

/** A tab of a headless browser is never hidden by itself. */
function setHidden(hidden: boolean): void {
  Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}
