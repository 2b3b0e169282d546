import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveFolder } from '../e2e/serveFolder.js';
import { startBrowser } from '../e2e/startPage.js';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'storybook-'));
let url: string;
let page: Page;

// A Storybook of an app that has the built package among its addons: of another test, it would be the sources.
beforeAll(async () => {
  const storybook = join(root, 'node_modules/.bin/storybook');
  const options = ['--config-dir', join(root, 'test/e2e/storybook'), '--output-dir', folder, '--quiet'];
  execFileSync(storybook, ['build', ...options, '--disable-telemetry'], { cwd: root });
  url = await serveFolder(folder);
  const browser = await startBrowser();
  page = await browser.newPage({ locale: 'en-GB' });
});
afterAll(() => rmSync(folder, { recursive: true }));

const story = (): ReturnType<Page['frameLocator']> => page.frameLocator('#storybook-preview-iframe');
const searchBox = (): Locator => story().getByLabel('Search');
const notice = (feature: string): Locator =>
  story().getByRole('heading', { name: new RegExp(`^${feature} `) });

it('has a toolbar that closes and opens what a story shows, at once and with what was half typed', async () => {
  await page.goto(`${url}/?path=/story/shop--open`);
  await searchBox().fill('half typ');

  await choose('Maintenance', 'Down');
  await notice('Search').waitFor();
  await notice('Comments').waitFor();
  expect(await story().getByText('What you have typed is kept').count()).toBe(2);

  await choose('Down', 'None');
  await searchBox().waitFor();
  expect(await searchBox().inputValue()).toBe('half typ');
});

it('has a panel with a choice for each feature, which an address can carry', async () => {
  await page.goto(`${url}/?path=/story/shop--open`);
  await page.getByRole('tab', { name: 'Maintenance' }).click();
  await page.getByRole('tabpanel').getByLabel('Comments').selectOption('Down');
  await notice('Comments').waitFor();
  expect(await searchBox().isVisible()).toBe(true);

  await page.reload();
  await notice('Comments').waitFor();

  await page.getByRole('tabpanel').getByLabel('Comments').selectOption('As the story says');
  await story().getByLabel('Comment').waitFor();
  await expect.poll(() => page.url()).not.toContain('comments');
});

it('has a timeline that moves the clock of a story, and a list of what is announced', async () => {
  await page.goto(`${url}/?path=/story/shop--open`);
  await page.getByRole('tab', { name: 'Maintenance' }).click();
  const panel = page.getByRole('tabpanel');
  await searchBox().fill('half typ');

  await panel.getByLabel('Search').selectOption('Scheduled');
  await panel.getByText(/Search will be unavailable/).waitFor();
  expect(await panel.getByText('Override').count()).toBe(1);
  await panel.getByRole('slider', { name: 'Clock' }).fill('60');
  await notice('Search').waitFor();
  await panel.getByText(/ Search is unavailable/).waitFor();

  await panel.getByRole('button', { name: 'Reset' }).click();
  await searchBox().waitFor();
  expect(await searchBox().inputValue()).toBe('half typ');
});

it('plays a story that plays the operator', async () => {
  await page.goto(`${url}/?path=/story/shop--closing`);
  await page.getByRole('tab', { name: 'Interactions' }).click();

  await page.getByText('Pass', { exact: true }).waitFor();
});

async function choose(from: string, to: string): Promise<void> {
  await page.getByRole('button', { name: from }).click();
  await page.getByRole('option', { name: to }).click();
}
