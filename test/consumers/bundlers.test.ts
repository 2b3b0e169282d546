import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { serve, startBrowser } from '../e2e/startPage.js';
import { openConsumer } from './openConsumer.js';

const project = openConsumer('bundlers');

it('is one context in development with Vite, whatever was prebundled', async () => {
  const url = await project.serve('vite', '--host', '127.0.0.1', '--port', 'PORT', '--strictPort');

  await expectApp(url);
});

it('is one context in development with Vite that leaves a part of the package raw', async () => {
  const config = `
    import react from '@vitejs/plugin-react';
    export default { plugins: [react()], optimizeDeps: { exclude: ['react-maintenance-mode/devtools'] } };
  `;
  writeFileSync(join(project.folder, 'raw.config.js'), config);
  const options = ['--config', 'raw.config.js', '--host', '127.0.0.1', '--port', 'PORT', '--strictPort'];
  const url = await project.serve('vite', ...options);

  await expectApp(url);
});

it.each([
  ['Vite', ['vite', 'build']],
  ['webpack', ['webpack', '--config', 'webpack.config.cjs']],
  ['Rollup', ['rollup', '--config']],
  ['Parcel', ['parcel', 'build', 'index.html', '--no-cache', '--dist-dir', 'dist', '--public-url', '/']],
])('is one context, without a warning, when %s builds it', async (_, [command = '', ...args]) => {
  project.run('rm', '-rf', 'dist');
  const { status, output } = project.run(command, ...args);
  expect(status, output).toBe(0);
  expect(output).not.toMatch(/use client|warning/i);
  const folder = join(project.folder, 'dist');
  mkdirSync(join(folder, 'src'), { recursive: true });
  if (!existsSync(join(folder, 'index.html'))) {
    cpSync(join(folder, 'main.js'), join(folder, 'src/main.js'));
    cpSync(join(project.folder, 'index.html'), join(folder, 'index.html'));
  }
  const url = await serve(({ url: target = '/' }, response) => {
    const path = join(folder, target === '/' ? 'index.html' : target);
    if (!existsSync(path)) return void response.writeHead(404).end();
    response.setHeader('content-type', path.endsWith('.html') ? 'text/html' : 'text/javascript');
    response.end(readFileSync(path));
  });

  await expectApp(url);
});

async function expectApp(url: string): Promise<void> {
  const browser = await startBrowser();
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(url);
  const text = (): Promise<string> => page.locator('main').innerText();

  await expect.poll(text).toContain('unavailable');
  await expect.poll(text).toContain('Comments are open');
  expect(problems).toEqual([]);
}
