import { afterEach, beforeEach, expect, vi } from 'vitest';

// A warning of React or of ours that nobody expected is a failure. A test that expects one spies on the console itself.
beforeEach(() => {
  for (const method of ['error', 'warn'] as const) {
    vi.spyOn(console, method).mockImplementation((...args: unknown[]) => {
      unexpected.push(`console.${method}: ${args.map(String).join(' ')}`);
    });
  }
});

const unexpected: string[] = [];

afterEach(() => {
  vi.restoreAllMocks();
  expect(unexpected.splice(0)).toEqual([]);
});
