import { build } from 'esbuild';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { afterAll, onTestFinished } from 'vitest';

import { chromiumOptions } from '../../scripts/chromiumOptions.mjs';

/** A Chromium that ends with the test file. It reaches nothing but this machine. */
export async function startBrowser(): Promise<Browser> {
  const browser = await chromium.launch(
    chromiumOptions(['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1']),
  );
  afterAll(() => browser.close());
  return browser;
}

/** Bundles a module of `test/e2e/app` from the sources and serves it as a page until the test file ends. Returns its address. */
export async function serveApp(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'app', entry)],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxDev: true,
    conditions: ['react-maintenance-mode-source'],
    define: { 'process.env.NODE_ENV': '"development"' },
    logLevel: 'error',
  });
  const script = outputFiles[0]?.text ?? '';
  return serve(({ url }, response) => {
    const isScript = url === '/app.js';
    response.setHeader('content-type', `${isScript ? 'text/javascript' : 'text/html'}; charset=utf-8`);
    response.end(isScript ? script : document);
  });
}

/** Answers requests until the test file ends. Returns the address. */
export async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

/** An open page, and what went wrong in it. */
export interface TestPage {
  readonly page: Page;
  /** Errors that nobody caught, and what was written to the console as an error or a warning. */
  readonly problems: string[];
}

/** Opens an address in a browser profile of its own, as another person would, until the test ends. */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<TestPage> {
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  await page.goto(address);
  return { page, problems };
}

const document = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="icon" href="data:," />
    <title>Test</title>
  </head>
  <body>
    <div id="root"></div>
    <script type="module" src="/app.js"></script>
  </body>
</html>`;
