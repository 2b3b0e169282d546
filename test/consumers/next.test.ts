import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { startBrowser } from '../e2e/startPage.js';
import { openConsumer } from './openConsumer.js';

// Next's newest template has `cacheComponents`: what is not of a request is rendered while it is built.
const project = openConsumer('../../examples/next');
let url: string;

beforeAll(async () => {
  const { status, output } = project.run('next', 'build');
  expect(status, output).toBe(0);
  expect(output).not.toMatch(/warning/i);
  url = await project.serve('next', 'start', '--hostname', '127.0.0.1', '--port', 'PORT');
});

it('prerenders a layout that has the provider in it', async () => {
  const html = await (await fetch(url)).text();

  expect(html).toContain('data-maintenance-gate="search"');
  expect(html).toContain('aria-label="Search"');
});

it('closes a feature for one user, in the browser and on the server', async () => {
  hold(['bob']);
  const browser = await startBrowser();
  const context = await browser.newContext();
  await context.addCookies([{ name: 'user', value: 'bob', url }]);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(url);

  await page.getByText('Search is unavailable').first().waitFor();
  await page.getByText('No results now').waitFor();
  const refused = await fetch(`${url}/api/search`, { headers: { cookie: 'user=bob' } });
  const served = await fetch(`${url}/api/search`, { headers: { cookie: 'user=ann' } });

  expect([refused.status, served.status]).toEqual([503, 200]);
  expect(problems).toEqual([]);
});

it('shows the page, open, when the flags cannot be read', async () => {
  rmSync(join(project.folder, 'flags.json'));
  const browser = await startBrowser();
  const page = await browser.newPage();
  await page.goto(url);

  await page.getByText('Results for nobody').waitFor();
  expect(await page.getByRole('searchbox', { name: 'Search' }).isVisible()).toBe(true);
});

function hold(users: readonly string[]): void {
  writeFileSync(
    join(project.folder, 'flags.json'),
    JSON.stringify({ 'site-maintenance': [], 'search-maintenance': users }),
  );
}
