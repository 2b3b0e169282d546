import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

/**
 * The Chromium that tests drive, or undefined: CHROMIUM_PATH, then Playwright's own, then the system's.
 * @returns {string | undefined}
 */
export function findChromium() {
  return [
    process.env.CHROMIUM_PATH,
    chromium.executablePath(),
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ].find((path) => path && existsSync(path));
}
