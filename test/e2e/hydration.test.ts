import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { locales } from './app/Notices.js';
import { openPage, serveApp, startBrowser } from './startPage.js';

const now = Date.now();
let browser: Browser;
let address: string;
let served: Record<string, string>;

beforeAll(async () => {
  browser = await startBrowser();
  address = await serveApp('noticesClient.tsx');
  served = await renderOnServer('Pacific/Auckland');
});

/** The HTML of a server that stands in another time zone, by locale. */
async function renderOnServer(timeZone: string): Promise<Record<string, string>> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'app/noticesServer.tsx')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    jsx: 'automatic',
    conditions: ['react-maintenance-mode-source'],
    external: ['react', 'react-dom'],
  });
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-', String(now)], {
    input: outputFiles[0]?.text ?? '',
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, TZ: timeZone },
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  if (stderr) throw new Error(stderr);
  // The server writes one HTML per locale.
  return JSON.parse(stdout) as Record<string, string>;
}

describe.each(['America/New_York', 'Asia/Kolkata'])('a browser in %s', (timezoneId) => {
  it('hydrates the HTML of the server in twelve languages, and then shows local times', async () => {
    const { page, problems } = await openPage(browser, address, { timezoneId });

    for (const locale of locales) {
      const {
        repaired,
        served: before,
        times,
      } = await page.evaluate(([language, instant, html]) => window.hydrate(language, instant, html), [
        locale,
        now,
        served[locale] ?? '',
      ] as const);

      expect(repaired, locale).toEqual([]);
      expect(times.length, locale).toBeGreaterThan(5);
      for (const { dateTime } of times) expect(new Date(dateTime).toISOString()).toBe(dateTime);
      expect(times[0]?.textContent, locale).not.toBe(before);
    }
    expect(problems).toEqual([]);
  });
});
