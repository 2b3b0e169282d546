import { createServer } from 'node:net';
import axe from 'axe-core';
import type { Browser, Frame, Page } from 'playwright';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';

import { makeFlagFolder, startDemo, type RunningDemo } from './startDemo.js';
import { demo, findSerious, open, shopOf, startChromium } from './visitDemo.js';

let browser: Browser;

beforeAll(async () => {
  browser = await startChromium();
});

afterAll(() => browser.close());

it('closes search for Bob within a second and opens it with what he had typed, while nothing changes on Alice’s page', async () => {
  const { url } = await demo();
  const page = await open(browser, url);
  const bob = shopOf(page, 'Bob');
  await bob.getByRole('searchbox').click();
  await page.keyboard.type('noodle b');
  await watchMutations(page, '/shop/alice');
  await watchMutations(page, '/shop/bob');

  await page.getByRole('radio', { name: 'Search' }).check();
  await page.getByRole('radio', { name: 'Bob' }).check();
  await page.evaluate(() => addEventListener('click', () => performance.mark('click'), { capture: true }));
  await page.getByRole('button', { name: 'Start for Bob' }).click();
  await bob.getByRole('main').getByRole('heading', { name: 'Search is unavailable' }).waitFor();
  expect((await momentOf(page, '/shop/bob', 'mutation')) - (await momentOf(page, '/', 'click'))).toBeLessThan(
    1000,
  );
  expect(await bob.getByRole('searchbox').count()).toBe(0);
  await page.getByRole('button', { name: 'End search' }).click();
  await bob.getByRole('searchbox').waitFor();

  expect(await bob.getByRole('searchbox').inputValue()).toBe('noodle b');
  expect(await countMutations(page, '/shop/alice')).toBe(0);
  expect(await countMutations(page, '/shop/bob')).toBeGreaterThan(0);
});

it('serves a reloaded page with the notice in its HTML, and hydrates it without an error', async () => {
  const running = await demo();
  await startFor(running, 'search-maintenance', 'bob');

  expect(await readShop(running, 'bob')).toEqual({ says: 'Search is unavailable', hasSearch: false });
  expect(await readShop(running, 'alice')).toEqual({ says: '', hasSearch: true });
  const errors: string[] = [];
  const page = await open(browser, `${running.url}/shop/bob`, errors, (page) =>
    page.addInitScript(rememberSearchBoxes),
  );
  await page.getByRole('main').getByRole('heading', { name: 'Search is unavailable' }).waitFor();
  await page.waitForFunction(() => performance.getEntriesByName('flags-streamed').length > 0);

  expect(await page.evaluate(() => performance.getEntriesByName('search-box-seen').length)).toBe(0);
  expect(errors).toEqual([]);
  await endFor(running, 'search-maintenance', 'bob');
  await page.getByRole('searchbox').waitFor();
});

it('starts a scheduled maintenance at its time, without another request', async () => {
  const { url } = await demo();
  const page = await open(browser, url, [], (page) => page.clock.install());
  const bob = shopOf(page, 'Bob');

  await page.getByRole('combobox', { name: 'Starts' }).selectOption('In 10 seconds');
  await page.getByRole('button', { name: 'Schedule for Bob' }).click();
  await bob.getByRole('heading', { name: /^Search will be unavailable from/ }).waitFor();
  expect(await bob.getByRole('searchbox').count()).toBe(1);
  await page.clock.fastForward(10_000);
  await bob.getByRole('main').getByRole('heading', { name: 'Search is unavailable' }).waitFor();

  expect(await page.getByRole('button', { name: /Search down for Bob Bob \d+ ms/ }).count()).toBe(1);
  await page.getByRole('row', { name: /^Search Works Down/ }).waitFor();
});

it('closes the whole shop for everyone, with the operator’s words, and opens it again', async () => {
  const { url } = await demo();
  const page = await open(browser, url);
  const shops = [shopOf(page, 'Alice'), shopOf(page, 'Bob')];

  await page.getByRole('radio', { name: 'Whole shop' }).check();
  await page.getByRole('radio', { name: 'Everyone' }).check();
  await page.getByRole('textbox', { name: 'Message' }).fill('The kiln is being repaired.');
  await page.getByRole('button', { name: 'Start for everyone' }).click();
  for (const shop of shops) {
    await shop.getByRole('main').getByText('The kiln is being repaired.').waitFor();
  }
  expect(await shops[0]?.getByRole('searchbox').count()).toBe(0);
  await page.getByRole('button', { name: 'End all' }).click();

  for (const shop of shops) await shop.getByRole('searchbox').waitFor();
});

it('shows changes that were made in a shell, and features that a dependency closes', async () => {
  const running = await demo();
  const page = await open(browser, running.url);

  await startFor(running, 'payments-maintenance', 'alice');

  await page.getByRole('row', { name: /^Checkout Down by payments Works/ }).waitFor();
  await shopOf(page, 'Alice').getByRole('heading', { name: 'Checkout is unavailable', level: 3 }).waitFor();
});

it('keeps the token from browsers and refuses changes from pages of other sites', async () => {
  const { url, token } = await demo();

  const seen = await Promise.all(
    ['/', '/shop/bob', '/assets/operator.js', '/assets/shop.js', '/operator/state'].map(async (path) =>
      (await fetch(url + path)).text(),
    ),
  );
  const refused = await fetch(`${url}/api/v2/flags/default/site-maintenance`, {
    method: 'PATCH',
    headers: { origin: 'https://example.com' },
    body: '{"environmentKey":"local","instructions":[{"kind":"turnFlagOn"}]}',
  });

  expect(seen.some((text) => text.includes(token))).toBe(false);
  expect(refused.status).toBe(403);
});

it('uses the next port if its own is in use, and says so', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const address = other.address();
  const taken = typeof address === 'object' && address ? address.port : 0;

  const { url, said } = await demo('--port', String(taken));

  const port = Number(new URL(url).port);
  expect(port).toBeGreaterThan(taken);
  expect(said()).toContain(`Port ${taken} is taken; using ${port}.`);
});

it('ends all processes and closes all ports after Ctrl-C, and keeps its flags for the next time', async () => {
  const { file, remove } = await makeFlagFolder();
  onTestFinished(remove);
  const first = await startDemo(['--port', '0', '--flags', file]);
  await startFor(first, 'search-maintenance', 'bob');
  await open(browser, first.url);

  expect(await first.interrupt()).toBe(0);
  await expect(fetch(first.url)).rejects.toThrow();
  await expect(fetch(first.flagServer)).rejects.toThrow();
  const second = await startDemo(['--port', '0', '--flags', file]);
  onTestFinished(async () => void (await second.interrupt()));

  expect(await readShop(second, 'bob')).toEqual({ says: 'Search is unavailable', hasSearch: false });
});

it.each(['light', 'dark'] as const)('has no serious axe violations, in %s', async (colorScheme) => {
  const running = await demo();
  await startFor(running, 'search-maintenance', 'bob');
  await startFor(running, 'payments-maintenance', 'bob');
  await startFor(running, 'comments-maintenance', 'bob');
  await startFor(running, 'site-maintenance', 'alice');

  for (const path of ['/', '/shop/alice', '/shop/bob']) {
    const page = await open(browser, running.url + path);
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe.source);
    expect(await findSerious(page), path).toEqual([]);
    await page.close();
  }
});

/** What the server's HTML says before any script. */
async function readShop({ url }: RunningDemo, person: string): Promise<{ says: string; hasSearch: boolean }> {
  const html = (await (await fetch(`${url}/shop/${person}`)).text()).replaceAll('<!-- -->', '');
  const [says = ''] = /Search is \w+/.exec(html) ?? [];
  return { says, hasSearch: html.includes('type="search"') };
}

async function startFor(running: RunningDemo, flag: string, person: string): Promise<void> {
  const variationId = await running.variationId(flag, 1);
  await running.patch(flag, [
    { kind: 'updateFallthroughVariationOrRollout', variationId: await running.variationId(flag, 0) },
    { kind: 'addTargets', variationId, values: [person] },
    { kind: 'turnFlagOn' },
  ]);
}

async function endFor(running: RunningDemo, flag: string, person: string): Promise<void> {
  const variationId = await running.variationId(flag, 1);
  await running.patch(flag, [{ kind: 'removeTargets', variationId, values: [person] }]);
}

/** Marks the moment at which a page has a search box, however short. */
function rememberSearchBoxes(): void {
  new MutationObserver(() => {
    if (document.querySelector('[type=search]')) performance.mark('search-box-seen');
  }).observe(document, { childList: true, subtree: true, attributes: true });
}

/** Counts what changes in the page of a frame from now on, outside of the page. */
async function watchMutations(page: Page, path: string): Promise<void> {
  await frameOf(page, path).evaluate(() => {
    new MutationObserver((records) => records.forEach(() => performance.mark('mutation'))).observe(document, {
      childList: true,
      subtree: true,
      attributes: true,
      characterData: true,
    });
  });
}

async function countMutations(page: Page, path: string): Promise<number> {
  return frameOf(page, path).evaluate(() => performance.getEntriesByName('mutation').length);
}

/** When a page made the first mark of a name, by the clock that all pages share, in milliseconds. */
async function momentOf(page: Page, path: string, mark: string): Promise<number> {
  return frameOf(page, path).evaluate(
    (mark) => performance.timeOrigin + (performance.getEntriesByName(mark)[0]?.startTime ?? NaN),
    mark,
  );
}

function frameOf(page: Page, path: string): Frame {
  const frame = page.frames().find((frame) => new URL(frame.url()).pathname === path);
  if (!frame) throw new Error(`There is no frame for ${path}`);
  return frame;
}
