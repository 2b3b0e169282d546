import { defineConfig } from 'vitest/config';
import { firefoxProvider, withoutTransform } from './test/engines/firefoxProvider.mjs';
import type * as Webkit from './test/engines/webkitProvider.mjs';

const conditions = ['react-maintenance-mode-source', 'module', 'browser', 'development|production'];
const { ENGINE, FIREFOX_PATH, WEBKIT_DRIVER_PORT } = process.env;

/** What `npm run test:engines` runs: the browser tests in an engine that is not Chromium. */
export default defineConfig({
  resolve: { conditions, dedupe: ['react', 'react-dom'] },
  optimizeDeps: {
    include: ['react', 'react-dom', 'react-dom/client', 'react/jsx-runtime', 'react/jsx-dev-runtime'],
  },
  cacheDir: `node_modules/.vite/${ENGINE}`,
  test: {
    name: ENGINE ?? 'firefox',
    env: { REACT_MAJOR: '19' },
    include: ['test/browser/**/*.test.tsx'],
    setupFiles: ['test/failOnConsole.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } },
    browser: {
      enabled: true,
      ui: false,
      screenshotFailures: false,
      viewport: { width: 1280, height: 720 },
      ...(await engine()),
    },
  },
});

async function engine() {
  if (ENGINE !== 'webkit') {
    return {
      headless: true,
      orchestratorScripts: [{ content: withoutTransform }],
      provider: firefoxProvider(FIREFOX_PATH),
      instances: [{ browser: 'firefox' as const }],
    };
  }
  // By a variable, so that Vitest does not bundle it: WebdriverIO is installed for WebKit only.
  const webkit = new URL('test/engines/webkitProvider.mjs', import.meta.url).href;
  const { webkitProvider } = (await import(webkit)) as typeof Webkit;
  return {
    headless: false,
    provider: webkitProvider(Number(WEBKIT_DRIVER_PORT)),
    // WebdriverIO's name for it, which Vitest's types know only where they see that package.
    instances: [{ browser: 'safari' as 'webkit' }],
  };
}
