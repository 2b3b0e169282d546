import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

/**
 * Finds the Chromium for the tests: CHROMIUM_PATH, Playwright's own, or the system's. Returns undefined if there is none.
 * @returns {string | undefined}
 */
export function findChromium() {
  return [
    process.env.CHROMIUM_PATH,
    chromium.executablePath(),
    '/usr/bin/chromium-headless-shell',
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ].find((path) => path && existsSync(path));
}
