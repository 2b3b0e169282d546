import { defineConfig } from 'vitest/config';

const conditions = ['react-maintenance-mode-source', 'module', 'browser', 'development|production'];

/** What `npm run test:hard` runs: the fuzz tests of the server, the race for a lock and what is killed for longer, and other people's proxies in front of it. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    environment: 'node',
    include: [
      'test/proxies/**/*.test.ts',
      'test/server/*.fuzz.test.ts',
      'test/cli/{lockRace,killed}.test.ts',
      'test/flag-server/killedWriter.test.ts',
    ],
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
  },
});
