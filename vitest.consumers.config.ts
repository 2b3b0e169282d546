import { defineConfig } from 'vitest/config';

/** The packed package in other people's tools, each installed into a project of its own. `npm run test:consumers`. */
export default defineConfig({
  test: {
    name: 'consumers',
    environment: 'node',
    include: ['test/consumers/*.test.ts'],
    globalSetup: ['test/consumers/packOnce.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // They install, build and serve: two at once are enough for a machine of two cores.
    maxWorkers: 2,
    expect: { poll: { timeout: 30_000 } },
  },
});
