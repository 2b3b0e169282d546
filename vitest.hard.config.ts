import { defineConfig } from 'vitest/config';

const conditions = ['react-maintenance-mode-source', 'module', 'browser', 'development|production'];

/** What `npm run test:hard` runs: the fuzz tests of the server and the race for a lock for longer, and other people's proxies in front of it. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    environment: 'node',
    include: ['test/proxies/**/*.test.ts', 'test/server/*.fuzz.test.ts', 'test/cli/lockRace.test.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
  },
});
