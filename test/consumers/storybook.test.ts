import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { serve, startBrowser } from '../e2e/startPage.js';
import { openConsumer } from './openConsumer.js';

// Our own Storybook reads the sources. In somebody else's the addon is served raw, beside a prebundled package.
const storybook = openConsumer('storybook');

it('runs the stories of a consumer as tests', () => {
  const { status, output } = storybook.run('npm', 'test');

  expect(output).toContain('4 passed');
  expect(status).toBe(0);
});

it('shows the stories of a consumer in development, below the provider of the addon', async () => {
  const url = await storybook.serve(
    'storybook',
    'dev',
    '--no-open',
    '--ci',
    '--port',
    'PORT',
    '--host',
    '127.0.0.1',
  );

  await expectStories(url);
});

it('shows the stories of a consumer when they are built', async () => {
  const { status, output } = storybook.run('npm', 'run', 'build-storybook');
  expect(status, output).toBe(0);
  const types: Readonly<Record<string, string>> = {
    html: 'text/html',
    js: 'text/javascript',
    css: 'text/css',
  };
  const url = await serve(({ url: target = '/' }, response) => {
    const { pathname } = new URL(target, 'http://localhost');
    readFile(join(storybook.folder, 'storybook-static', pathname)).then(
      (file) =>
        response.setHeader('content-type', types[pathname.split('.').at(-1) ?? ''] ?? 'text/plain').end(file),
      () => response.writeHead(404).end(),
    );
  });

  await expectStories(url);
});

async function expectStories(url: string): Promise<void> {
  const browser = await startBrowser();
  const page = await browser.newPage();
  const text = (): Promise<string> => page.locator('body').innerText();

  await page.goto(`${url}/iframe.html?id=searchbox--down&viewMode=story`);
  await expect.poll(text).toContain('Search is unavailable');

  await page.goto(`${url}/iframe.html?id=searchbox--with-an-operator&viewMode=story`);
  await expect.poll(text).toContain('Search is unavailable');
  expect(await text()).not.toContain('no-provider');
}
