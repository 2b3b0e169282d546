// Takes pictures of the built Storybook, to review them: stories in light, dark, right to left, forced colors, narrow and print, and the
// pages of documentation.
// Usage: npm run build-storybook && node scripts/takeStoryPictures.mjs FOLDER [PART-OF-STORY-ID] [LOOK]
import { createReadStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { chromium } from 'playwright';
import { findChromium } from './findChromium.mjs';

const [folder, part = '', only] = process.argv.slice(2);
if (!folder) throw new Error('Name the folder for the pictures: node scripts/takeStoryPictures.mjs FOLDER');
const root = join(import.meta.dirname, '../storybook-static');
if (!existsSync(root)) throw new Error('There is no built Storybook. Run "npm run build-storybook".');

const looks = {
  light: {},
  dark: { globals: 'theme:dark' },
  rtl: { globals: 'direction:rtl;locale:ar' },
  forced: { media: { forcedColors: 'active' } },
  narrow: { width: 320 },
  print: { media: { media: 'print' } },
};
const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

const server = createServer((request, response) => {
  const path = join(root, normalize(new URL(request.url, 'http://localhost').pathname));
  if (!existsSync(path)) return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' });
  createReadStream(path).pipe(response);
}).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));

const { entries } = JSON.parse(readFileSync(join(root, 'index.json'), 'utf8'));
const chosen = Object.values(entries).filter(({ id }) => id.includes(part));
mkdirSync(folder, { recursive: true });
const address = `http://127.0.0.1:${server.address().port}/iframe.html`;
const browser = await chromium.launch({ executablePath: findChromium() });
for (const [look, { globals = '', width = 900, media = {} }] of Object.entries(looks)) {
  if (only && only !== look) continue;
  const page = await browser.newPage({ viewport: { width, height: 256 } });
  await page.emulateMedia(media);
  for (const { id, type } of chosen) {
    if (type === 'docs' && look !== 'light') continue;
    await page.goto(`${address}?id=${id}&viewMode=${type}&globals=${globals}`);
    await page
      .locator(type === 'docs' ? '#storybook-docs h1' : 'body.sb-show-main .story-surface')
      .first()
      .waitFor();
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: join(folder, `${id}.${look}.png`), fullPage: true });
  }
  await page.close();
}
await browser.close();
server.close();
console.log(`${chosen.length} stories and pages in ${folder}`);
