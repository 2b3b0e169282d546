import { cdp, server } from 'vitest/browser';

/** Chromium's debugging protocol: fingers, the accessibility tree, and what else no other browser lets a test have. */
export function debuggingProtocol(): ReturnType<typeof cdp> {
  if (server.browser !== 'chromium') throw new Error('Only in Chromium: its debugging protocol');
  return cdp();
}
