// Takes the README's pictures of the demo, light and dark, into docs. Usage: npm run pictures
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright';
import { findChromium } from './findChromium.mjs';

const root = join(import.meta.dirname, '..');
const docs = join(root, 'docs');

await mkdir(docs, { recursive: true });
const browser = await chromium.launch({ executablePath: findChromium() });
try {
  for (const colorScheme of ['light', 'dark']) await takePicture(colorScheme);
} finally {
  await browser.close();
}

async function takePicture(colorScheme) {
  const folder = await mkdtemp(join(tmpdir(), 'pictures-'));
  const demo = spawn(
    process.execPath,
    [join(root, 'demo/start.mjs'), '--port', '0', '--flags', join(folder, 'flags.json')],
    { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  try {
    const [url] = await once(createInterface({ input: demo.stdout }), 'line');
    const page = await browser.newPage({
      viewport: { width: 1440, height: 900 },
      deviceScaleFactor: 1.25,
      timezoneId: 'Europe/London',
      colorScheme,
    });
    await page.goto(url, { waitUntil: 'networkidle' });
    await showSearchAway(page);
    const path = join(docs, `demo-${colorScheme}.png`);
    await page.screenshot({ path });
    await page.close();
    console.log(`${path}: ${Math.round((await stat(path)).size / 1024)} kB`);
  } finally {
    demo.kill('SIGINT');
    await once(demo, 'exit');
    await rm(folder, { recursive: true });
  }
}

/** Shows Alice's search results, and the notice that replaces Bob's search. */
async function showSearchAway(page) {
  const shopOf = (name) => page.frameLocator(`iframe[title^="${name}"]`);
  await shopOf('Alice').getByRole('searchbox').fill('celadon');
  await shopOf('Bob').getByRole('searchbox').fill('celadon');
  await page.getByRole('combobox', { name: 'Promised end' }).selectOption('After 30 minutes');
  await page.getByRole('textbox', { name: 'Message' }).fill('We are adding 40 new pieces to it.');
  await page.getByRole('button', { name: 'Start for Bob' }).click();
  await shopOf('Bob').getByRole('main').getByText('We are adding').waitFor();
  await page.getByRole('button', { name: /Bob \d+ ms/ }).waitFor();
  // Move the pointer off the button, and wait until the ring around Bob's page has faded.
  await page.mouse.move(0, 0);
  await Promise.all(
    (await page.locator('.beat').all()).map((beat) =>
      beat.evaluate((element) => Promise.all(element.getAnimations().map(({ finished }) => finished))),
    ),
  );
}
