import { defineFeatures } from 'react-maintenance-mode/server';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';
import type { Browser, Page } from 'playwright';
import { beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';

import { serve, startBrowser } from './startPage.js';

const features = defineFeatures({ site: { flag: 'site-maintenance', label: 'Shop', scope: 'site' } });
const signInPage = '<!doctype html><title>Sign in</title><h1>Sign in</h1>';

let browser: Browser;
let address: string;
let elsewhere: string;
/** What the flag of the site says. */
let flag: unknown;
/** What the app answers with once it is asked; the address of a redirect. */
let redirectTo: string | undefined;
/** The status with which a server in front of the app answers HEAD by itself. */
let statusOfHead: number | undefined;
let looks = 0;

beforeAll(async () => {
  browser = await startBrowser();
  elsewhere = await serve(({ url }, response) => {
    const framing = `<!doctype html><title>Portal</title><iframe src="${address}/"></iframe>`;
    response.setHeader('content-type', 'text/html');
    response.end(url === '/framing' ? framing : signInPage);
  });
  const maintenance = maintenanceMiddleware({
    features,
    readFlags: () => ({ 'site-maintenance': flag }),
    failure: 'open',
  });
  address = await serve((request, response) => {
    if (request.method === 'HEAD') looks += 1;
    if (request.method === 'HEAD' && statusOfHead) return void response.writeHead(statusOfHead).end();
    // A server in front of the app may ask for a sign-in at any time.
    if (redirectTo !== undefined) return void response.writeHead(302, { location: redirectTo }).end();
    void maintenance(request, response, () => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>Shop</title><h1>Welcome back</h1>');
    });
  });
});

beforeEach(() => {
  flag = true;
  redirectTo = undefined;
  statusOfHead = undefined;
  looks = 0;
});

interface Visit {
  readonly page: Page;
  /** What the console and the page said, but for the 503s that the browser tells of by itself. */
  readonly problems: string[];
}

/** A page whose timers do not wait; it remembers how long each should have waited, in milliseconds. */
async function visit(path = '/'): Promise<Visit> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load'))
      problems.push(message.text());
  });
  await page.addInitScript(() => {
    const wait = window.setTimeout;
    const waits: number[] = [];
    const hurried = (callback: () => void, ms = 0) => {
      waits.push(ms);
      return wait(callback, 0);
    };
    Object.assign(window, { setTimeout: hurried, waits });
  });
  await page.goto(address + path);
  return { page, problems };
}

const waitsOf = (page: Page) => page.evaluate(() => (window as unknown as { waits: number[] }).waits);

it('opens the app as soon as the app answers', async () => {
  const { page, problems } = await visit();
  await page.getByRole('heading', { name: /Shop/ }).waitFor();
  await expect.poll(() => looks).toBeGreaterThan(1);

  flag = false;

  await page.getByRole('heading', { name: 'Welcome back' }).waitFor();
  expect(problems).toEqual([]);
});

it.each([
  ['at another origin', () => `${elsewhere}/sign-in`],
  ['that leads back to itself', () => '/'],
])('reloads after a redirect to a sign-in %s, which it cannot read', async (_where, to) => {
  const { page } = await visit();
  await expect.poll(() => looks).toBeGreaterThan(0);
  const reload = page.waitForRequest((request) => request.isNavigationRequest());

  redirectTo = to();

  expect((await reload).url()).toBe(`${address}/`);
});

it('shows the sign-in page of another origin after a redirect', async () => {
  const { page, problems } = await visit();
  await expect.poll(() => looks).toBeGreaterThan(0);

  redirectTo = `${elsewhere}/sign-in`;

  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(page.url()).toBe(`${elsewhere}/sign-in`);
  expect(problems).toEqual([]);
});

it.each([
  ['has passed', -3_600_000],
  ['is about to pass', 1_500],
])('checks less and less often if the end time %s', async (_when, leftMs) => {
  flag = { mode: 'down', endsAt: Date.now() + leftMs };
  const { page } = await visit();

  await expect.poll(async () => (await waitsOf(page)).length, { timeout: 30_000 }).toBeGreaterThan(14);

  const waits = await waitsOf(page);
  const longest = await page.evaluate(() => Number(document.documentElement.dataset['longestWait']) * 1000);
  expect(longest).toBeGreaterThanOrEqual(30_000);
  // Each wait is within a quarter of the expected one.
  for (const wait of waits) expect(wait).toBeLessThanOrEqual(longest * 1.25);
  for (const wait of waits.slice(-3)) expect(wait).toBeGreaterThanOrEqual(longest * 0.75);
});

it.each([200, 405])('stays, and checks less often, while HEAD is answered with %i', async (status) => {
  statusOfHead = status;
  const { page, problems } = await visit();
  await page.evaluate(() => Object.assign(window, { isSame: true }));
  await expect.poll(() => looks).toBeGreaterThan(4);

  expect(await page.evaluate(() => 'isSame' in window)).toBe(true);
  expect((await waitsOf(page)).length).toBeGreaterThan(4);
  flag = false;

  await page.getByRole('heading', { name: 'Welcome back' }).waitFor();
  expect(problems).toEqual([]);
});

it('runs only its own script under its content security policy', async () => {
  flag = { mode: 'down', endsAt: Date.now() + 7_200_000, title: '<script>window.ran = 1</script>' };
  const { page, problems } = await visit();
  // Its script has converted the end time to the time zone of this browser.
  const time = page.locator('time');
  await expect.poll(() => time.textContent()).not.toBe('');
  await expect.poll(() => looks).toBeGreaterThan(0);
  expect(problems).toEqual([]);

  const tried = await page.evaluate(async (other) => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = 2';
    document.head.append(script);
    const reached = await fetch(other, { mode: 'no-cors' }).then(
      () => 'reached',
      () => 'refused',
    );
    return [(window as unknown as { ran?: number }).ran, reached];
  }, elsewhere);

  expect(tried).toEqual([undefined, 'refused']);
});

it('is not shown in a frame of another origin', async () => {
  const { page } = await visit();
  await page.goto(`${elsewhere}/framing`);

  await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/);
});
