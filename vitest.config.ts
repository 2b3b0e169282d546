import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { storybookTest } from '@storybook/addon-vitest/vitest-plugin';
import { playwright } from '@vitest/browser-playwright';
import type { BrowserConfigOptions, ProjectConfig } from 'vitest/node';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import packageJson from './package.json' with { type: 'json' };
import { chromiumOptions } from './scripts/chromiumOptions.mjs';

const conditions = ['react-maintenance-mode-source', 'module', 'browser', 'development|production'];
// `.ci/run` and `npm run test:hard` set it: see test/inTurn.ts.
const env = { EVERY_COMBINATION: process.env['EVERY_COMBINATION'] ?? '' };
// A shared machine may be ten times slower for a moment; no test is about speed. What takes longer hangs.
const patience = { testTimeout: 30_000, hookTimeout: 60_000, expect: { poll: { timeout: 15_000 } } };
const componentPatience = { testTimeout: 20_000, hookTimeout: 60_000, expect: { poll: { timeout: 10_000 } } };
// Where nothing that a file leaves behind can reach the next one: a process, or a page, for each file takes longer than most files.
const shared = { isolate: false } as const;
const react18 = (path: string) => resolve(import.meta.dirname, 'test/compat/react18/node_modules', path);

/**
 * Component tests run on the React of package.json, and again on the oldest supported one if they depend on what a renderer does when.
 * Texts, settings and messages of errors do not.
 */
function componentProject(
  name: string,
  major: '18' | '19',
  alias: { find: RegExp; replacement: string }[],
  files: Pick<ProjectConfig, 'include' | 'exclude' | 'pool'>,
): TestProjectInlineConfiguration {
  return {
    resolve: { conditions, alias },
    ssr: { resolve: { conditions } },
    test: {
      ...componentPatience,
      ...files,
      name,
      environment: 'jsdom',
      env: { REACT_MAJOR: major },
      setupFiles: ['test/failOnConsole.ts', 'test/patience.ts', 'test/patience.dom.ts'],
      // Aliases reach only what vite transforms.
      server: { deps: { inline: [/launchdarkly-react-client-sdk/, /@testing-library/] } },
    },
  };
}

/** In contexts of processes that load jsdom once: a process for each file takes twice as long. */
const inContexts = { pool: 'vmForks' } as const;
/** What opens streams, or is about a global scope that is no page's: each file in a process of its own. */
const inProcesses = [
  'test/{sources,snippets}/**/*.test.tsx',
  'test/react/{halfABrowser,noDocument}.test.tsx',
];
const onAnyReact = 'test/react/{labels,messages,mistakes,samples,settings,time}.test.tsx';
/** What renderers of different versions do most differently: they hydrate, render twice in StrictMode, and commit. */
const rendererTests =
  'test/react/{hydration,serverSnapshot,prerender,version,userChange,sharedStore,MaintenanceProvider,MaintenanceGate.hydration,MaintenanceGate}.test.tsx';

/** New for each project: vitest writes into it. */
function inChromium(): BrowserConfigOptions {
  return {
    enabled: true,
    headless: true,
    screenshotFailures: false,
    // As on most desktops: scroll bars take room. Playwright hides them.
    provider: playwright({
      launchOptions: { ...chromiumOptions(), ignoreDefaultArgs: ['--hide-scrollbars'] },
    }),
    instances: [{ browser: 'chromium' }],
  };
}

/**
 * What needs a real keyboard, real focus and real layout. `widgets` tests editors and widgets of other packages, which are installed in
 * test/widgets.
 */
function browserProject(
  name: 'browser' | 'widgets',
  major: '18' | '19',
  alias: { find: RegExp; replacement: string }[],
  files = '*',
): TestProjectInlineConfiguration {
  return {
    // test/widgets has a React of its own; all of a page has to use the same one.
    resolve: { conditions, alias, dedupe: ['react', 'react-dom'] },
    optimizeDeps: {
      include: ['react', 'react-dom', 'react-dom/client', 'react/jsx-runtime', 'react/jsx-dev-runtime'],
    },
    // One per project: they hold different Reacts under one name.
    cacheDir: `node_modules/.vite/${name}-${major}`,
    test: {
      ...componentPatience,
      name: `${name} ${major}`,
      env: { ...env, REACT_MAJOR: major },
      include: [`test/${name}/${files}.test.tsx`],
      setupFiles: ['test/failOnConsole.ts'],
      // A stylesheet that a file of `browser` imports stays on the page.
      isolate: name === 'browser',
      browser: { ...inChromium(), viewport: { width: 1280, height: 720 } },
    },
  };
}

/** A package does not find itself by its name from a folder with another package.json. */
const ourEntries = Object.entries(packageJson.exports).flatMap(([entry, target]) =>
  typeof target === 'object' && 'react-maintenance-mode-source' in target
    ? {
        find: new RegExp(`^react-maintenance-mode${entry.slice(1)}$`),
        replacement: resolve(import.meta.dirname, target['react-maintenance-mode-source']),
      }
    : [],
);

const react18Aliases = [
  { find: /^react(\/.*)?$/, replacement: `${react18('react')}$1` },
  { find: /^react-dom(\/.*)?$/, replacement: `${react18('react-dom')}$1` },
  { find: /^@testing-library\/(react|dom)$/, replacement: react18('@testing-library/$1') },
  { find: /^(@tanstack\/react-query|swr)$/, replacement: react18('$1') },
  { find: /^launchdarkly-react-client-sdk$/, replacement: react18('launchdarkly-react-client-sdk') },
];

/**
 * The browser tests that run on React 18, too: what depends on when a renderer changes the page, runs effects and hydrates. The others
 * (forms, what is guarded, layout, looks) are about what our listeners and stylesheet do with elements that are there, by whatever
 * React. All of them run where every combination is tried, and there the widgets, too.
 */
const onReact18 = env.EVERY_COMBINATION
  ? '{translation,page,MaintenanceGate.{focus,place,typing,mounting}}'
  : '{translation,MaintenanceGate.{focus,mounting}}';

export default defineConfig({
  test: {
    // Beside the pages of the browsers. Many tests wait for processes that they have started, so that fewer files at a time leave a
    // machine of two cores idle.
    maxWorkers: Math.max(4, availableParallelism() - 1),
    projects: [
      {
        resolve: { conditions },
        ssr: { resolve: { conditions } },
        test: {
          ...patience,
          ...shared,
          name: 'unit',
          environment: 'node',
          include: [
            'test/*.test.ts',
            'test/{core,demo,flag-server,cli,server,sources,testing,snippets}/**/*.test.ts',
          ],
          setupFiles: ['test/failOnUnhandled.ts', 'test/patience.ts'],
        },
      },
      componentProject('react 19', '19', [], {
        ...inContexts,
        include: ['test/{react,testing,devtools,storybook}/**/*.test.tsx'],
        exclude: inProcesses,
      }),
      componentProject('react 19 processes', '19', [], { include: inProcesses }),
      componentProject('react 18', '18', react18Aliases, {
        ...inContexts,
        include: env.EVERY_COMBINATION
          ? ['test/{react,testing}/**/*.test.tsx']
          : [rendererTests, 'test/testing/**/*.test.tsx'],
        exclude: [...inProcesses, onAnyReact],
      }),
      componentProject('react 18 processes', '18', react18Aliases, {
        include: [
          'test/sources/**/{*Provider,clientVersions,queryLibraries}.test.tsx',
          'test/react/halfABrowser.test.tsx',
        ],
      }),
      browserProject('browser', '19', []),
      browserProject('browser', '18', react18Aliases, onReact18),
      browserProject('widgets', '19', ourEntries),
      ...(env.EVERY_COMBINATION ? [browserProject('widgets', '18', [...ourEntries, ...react18Aliases])] : []),
      {
        test: {
          name: 'chromium',
          environment: 'node',
          include: ['test/e2e/**/*.test.ts'],
          ...patience,
          ...shared,
          // Whole apps, and many processes one after another.
          testTimeout: 60_000,
          hookTimeout: 120_000,
          setupFiles: ['test/patience.ts'],
        },
      },
      {
        test: {
          name: 'package',
          environment: 'node',
          include: ['test/package/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        // Every story is a test: it renders, its play function passes, and axe finds nothing, in light and dark, in both directions.
        plugins: [storybookTest({ configDir: resolve(import.meta.dirname, '.storybook') })],
        test: { ...patience, ...shared, name: 'stories', env, browser: inChromium() },
      },
      {
        resolve: { conditions },
        test: {
          ...patience,
          ...shared,
          name: 'looks',
          env,
          include: ['test/browser/styles*.test.ts'],
          browser: inChromium(),
        },
      },
    ],
  },
});
