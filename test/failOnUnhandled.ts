import { afterAll, afterEach, beforeAll, expect } from 'vitest';

// An error that nobody handles ends a server's process. Here it fails the test in which it happened, by its name.
const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);

beforeAll(() => {
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
});

afterEach(async () => {
  // Node tells of a rejection that nobody handled once all microtasks are done.
  await new Promise<void>((resolve) => resumeAfterEvents(resolve));
  expect(unhandled.splice(0)).toEqual([]);
});

afterAll(() => {
  process.off('unhandledRejection', note);
  process.off('uncaughtException', note);
});

/** Not the test's own `setImmediate`: it may be a fake one. */
const resumeAfterEvents = setImmediate;
