import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';

import { chromiumOptions } from '../../scripts/chromiumOptions.mjs';
import { startFlagServer, type TestFlagServer } from '../flag-server/startFlagServer.js';
import type { RealApp } from './realApp.js';

/** An app under test, with its flags. */
export interface AppUnderTest {
  readonly url: string;
  readonly flags: TestFlagServer;
  /** Opens a page as a user. Whatever its console says, and whatever it throws, is kept in `errors`. */
  readonly open: (user: string, options?: OpenOptions) => Promise<OpenPage>;
  /** Puts a feature into maintenance for a user; it ends with the test. */
  readonly close: (feature: string, user: string) => Promise<void>;
  readonly reopen: (feature: string, user: string) => Promise<void>;
}

interface OpenOptions extends BrowserContextOptions {
  readonly before?: (page: Page) => Promise<unknown>;
  readonly path?: string;
}

interface OpenPage {
  readonly page: Page;
  readonly errors: readonly string[];
  /** The HTML as the server sent it. */
  readonly html: string;
}

const bypassSecret = 'a secret of the staff of this shop';

const title = {
  en: 'Search is being rebuilt',
  fr: 'La recherche est en travaux',
  de: 'Die Suche wird erneuert',
};
const search = { mode: 'down', id: 'reindex-7', title, endsAt: '2031-01-03T15:30:00Z' };

function flagData(): { flags: Record<string, object> } {
  const flag = (key: string, value: unknown) => ({
    key,
    version: 1,
    on: true,
    variations: [value, false],
    fallthrough: { variation: 1 },
    offVariation: 1,
    clientSideAvailability: { usingEnvironmentId: true, usingMobileKey: false },
  });
  return {
    flags: {
      'site-maintenance': flag('site-maintenance', { title: 'The shop is being moved' }),
      'search-maintenance': flag('search-maintenance', search),
      'comments-maintenance': flag('comments-maintenance', true),
      'payments-maintenance': flag('payments-maintenance', true),
      'checkout-maintenance': flag('checkout-maintenance', true),
    },
  };
}

/** Starts an app for the tests of a file. */
export function createAppUnderTest(
  prepare: () => Promise<void>,
  start: (environment: Record<string, string>) => Promise<RealApp>,
): AppUnderTest {
  let browser: Browser;
  let flags: TestFlagServer;
  let app: RealApp;

  beforeAll(async () => {
    await prepare();
    flags = await startFlagServer(flagData());
    app = await start({ FLAG_SERVER: flags.url, BYPASS_SECRET: bypassSecret });
    browser = await chromium.launch(chromiumOptions());
  }, 600_000);

  afterAll(async () => {
    await browser.close();
    await app.stop();
    await flags.remove();
  });

  const setFor = async (feature: string, user: string, kind: string) => {
    const flag = `${feature}-maintenance`;
    await flags.patch(flag, [{ kind, contextKind: 'user', values: [user], variation: 0 }]);
  };

  return {
    get url() {
      return app.url;
    },
    get flags() {
      return flags;
    },
    async open(user, { before, path = '/', ...options } = {}) {
      const context = await browser.newContext(options);
      onTestFinished(() => context.close());
      await context.addCookies([{ name: 'user', value: user, url: app.url }]);
      const page = await context.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => {
        // The browser itself says so of every 503, and of what a test cuts off.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load'))
          errors.push(message.text());
      });
      await before?.(page);
      const response = await page.goto(app.url + path);
      return { page, errors, html: (await response?.text()) ?? '' };
    },
    async close(feature, user) {
      // The server's SDK may still have to hear that the last test is over.
      await expect.poll(() => statusOf(app.url, feature, user)).not.toBe(503);
      await setFor(feature, user, 'addTargets');
      onTestFinished(() => setFor(feature, user, 'removeTargets'));
      // Until the server's SDK has heard of it.
      await expect.poll(() => statusOf(app.url, feature, user)).toBe(503);
    },
    async reopen(feature, user) {
      await setFor(feature, user, 'removeTargets');
      await expect.poll(() => statusOf(app.url, feature, user)).not.toBe(503);
    },
  };
}

async function statusOf(url: string, feature: string, user: string): Promise<number> {
  const path =
    {
      search: '/api/search/words',
      comments: '/api/comments/new',
      checkout: '/api/checkout/pay',
      payments: '/api/checkout/pay',
    }[feature] ?? '/';
  const method = feature === 'comments' ? 'POST' : 'GET';
  const response = await fetch(url + path, { method, headers: { cookie: `user=${user}` } });
  await response.arrayBuffer();
  return response.status;
}

/** What holds in every app, whatever it is built with. */
export function itBehaves(app: AppUnderTest): void {
  it.each([
    ['en-US', 'America/New_York', title.en],
    ['en-US', 'Asia/Tokyo', title.en],
    ['fr-FR', 'America/New_York', title.fr],
    ['fr-FR', 'Asia/Tokyo', title.fr],
    ['de-DE', 'America/New_York', title.de],
    ['de-DE', 'Asia/Tokyo', title.de],
  ])(
    'says it to one user in the first HTML, and comes alive without an error: %s in %s',
    async (locale, timezoneId, words) => {
      await app.close('search', 'bob');
      const before = (page: Page) => page.addInitScript(rememberSearch);

      const bob = await app.open('bob', { locale, timezoneId, before });
      const ann = await app.open('ann', { locale, timezoneId });
      await becomeAlive(bob.page);
      await becomeAlive(ann.page);

      expect(bob.html).toContain(words);
      expect(bob.html).not.toContain('Search text');
      expect(ann.html).toContain('Search text');
      expect(ann.html).not.toContain(words);
      expect(await bob.page.getByRole('heading', { name: words }).count()).toBeGreaterThan(0);
      expect(await bob.page.evaluate(() => performance.getEntriesByName('search-seen').length)).toBe(0);
      expect([...bob.errors, ...ann.errors]).toEqual([]);
    },
  );

  it('follows the flag after it was loaded, for that user alone, and keeps what was typed', async () => {
    const bob = await app.open('bob');
    const ann = await app.open('ann');
    await becomeAlive(bob.page);
    await becomeAlive(ann.page);
    await bob.page.getByLabel('Search text').fill('half ty');

    await app.close('search', 'bob');
    await bob.page.getByRole('heading', { name: title.en }).first().waitFor();
    expect(await bob.page.getByLabel('Search text').isVisible()).toBe(false);
    expect(await ann.page.getByLabel('Search text').isVisible()).toBe(true);
    await app.reopen('search', 'bob');
    await bob.page.getByLabel('Search text').waitFor();

    expect(await bob.page.getByLabel('Search text').inputValue()).toBe('half ty');
    expect([...bob.errors, ...ann.errors]).toEqual([]);
  });

  it('closes on the word of its API, before the flag arrives', async () => {
    const before = (page: Page) => page.route(`${app.flags.url}/eval/**`, (route) => route.abort());
    const { page, errors } = await app.open('bob', { before });
    await becomeAlive(page);
    await app.close('search', 'bob');
    expect(await page.getByLabel('Search text').isVisible()).toBe(true);

    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('heading', { name: title.en }).first().waitFor();

    expect(await page.getByLabel('Search text').isVisible()).toBe(false);
    expect(errors.filter((text) => !/LaunchDarkly|stream|EventSource/i.test(text))).toEqual([]);
  });

  it('lets read-only features be read and refuses to write, in the page and in the API', async () => {
    await app.close('comments', 'bob');
    const { page } = await app.open('bob');

    const write = await fetch(`${app.url}/api/comments/new`, {
      method: 'POST',
      headers: { cookie: 'user=bob' },
    });
    const other = await fetch(`${app.url}/api/comments/new`, {
      method: 'POST',
      headers: { cookie: 'user=ann' },
    });

    expect(write.status).toBe(503);
    expect(await write.json()).toMatchObject({ feature: 'comments', mode: 'read-only' });
    expect(other.status).toBe(201);
    await page.getByRole('heading', { name: 'Comments can be read' }).first().waitFor();
    expect(await page.getByLabel('Comment text').count()).toBe(0);
  });

  it('shows one page for the whole site, and comes back without a reload by hand', async () => {
    await app.close('site', 'bob');

    const { page, html, errors } = await app.open('bob', { timezoneId: 'Asia/Tokyo' });
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('The shop is being moved');
    expect(html).not.toContain('Hello');
    await app.reopen('site', 'bob');
    await page.getByRole('heading', { name: 'Hello bob' }).waitFor();

    expect(errors).toEqual([]);
  });

  it('keeps health checks, robots.txt and sign-in reachable while the site is closed', async () => {
    await app.close('site', 'bob');
    const status = async (path: string) =>
      (await fetch(app.url + path, { headers: { cookie: 'user=bob' } })).status;

    expect(await status('/')).toBe(503);
    expect(await status('/sign-in')).toBe(200);
    expect([await status('/healthz'), await status('/robots.txt')]).toEqual([404, 404]);
  });

  it('lets staff in by the secret link, shows them what they look past, and nobody else', async () => {
    await app.close('site', 'bob');

    const link = `/?maintenance-bypass=${encodeURIComponent(bypassSecret)}&from=mail`;
    const { page, errors } = await app.open('bob', { path: link });

    expect(page.url()).toBe(`${app.url}/?from=mail`);
    await page
      .getByRole('status')
      .filter({ hasText: /^You look past: site, search/ })
      .waitFor();
    expect(await page.getByLabel('Search text').isVisible()).toBe(true);
    await hydrate(page);
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('200', { exact: true }).waitFor();
    expect(await page.evaluate(() => document.cookie)).toBe('user=bob; maintenance-bypass-mark=1');
    expect(errors).toEqual([]);
    await page.goto(`${app.url}/?maintenance-bypass=off`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('The shop is being moved');
  });
}

/** Waits until React has taken the server's HTML over and the flags of the browser are asked for. */
export async function becomeAlive(page: Page): Promise<void> {
  await hydrate(page);
  await page.waitForFunction(() =>
    performance.getEntriesByType('resource').some(({ name }) => name.includes('/sdk/evalx/')),
  );
}

/** Waits until React has taken the server's HTML over: a button that is pressed before does nothing. */
export async function hydrate(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const heading = document.querySelector('h1');
    return heading && Object.keys(heading).some((key) => key.startsWith('__reactFiber$'));
  });
}

/** Marks when a search box is there, however short. */
function rememberSearch(): void {
  new MutationObserver(() => {
    if (document.querySelector('[aria-label="Search text"]')) performance.mark('search-seen');
  }).observe(document, { childList: true, subtree: true });
}
