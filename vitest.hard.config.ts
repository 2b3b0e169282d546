import { defineConfig } from 'vitest/config';

const conditions = ['react-maintenance-mode-source', 'module', 'browser', 'development|production'];

/** What `npm run test:hard` runs: the fuzz tests of the server, the race for a lock, what is killed and very many users for longer, other people's proxies in front of it, and a real Unleash. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    environment: 'node',
    include: [
      'test/proxies/**/*.test.ts',
      'test/server/*.fuzz.test.ts',
      'test/cli/{lockRace,killed,manyUsers}.test.ts',
      'test/flag-server/killedWriter.test.ts',
      'test/unleash/*.test.ts',
    ],
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
  },
});
