import { afterAll, vi } from 'vitest';

// What a test waits for is there at once, but for a machine that is busy: by default `vi.waitFor` gives up after a second.
const { waitFor } = vi;

vi.waitFor = (callback, options) =>
  waitFor(callback, typeof options === 'number' ? options : { timeout: 15_000, ...options });

// The next file of this process starts with the original.
afterAll(() => {
  vi.waitFor = waitFor;
});
