import type { LaunchOptions } from 'playwright';

/** How Playwright starts the Chromium that tests drive. */
export declare function chromiumOptions(
  args?: readonly string[],
): Pick<LaunchOptions, 'executablePath'> & { args: string[] };
