// Measures what closed gates cost a page in Chromium, beside the same page whose children are hidden with `hidden`, in one run: to close all
// gates in one change, to change and to type in another part of the page meanwhile, and to open them again.
// Usage: npm run bench:gates, or npm run bench:gates -- hide disable
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright';
import { chromiumOptions } from '../scripts/chromiumOptions.mjs';

const WARM_UP = 2;
const ROUNDS = 5;
const chosen = process.argv.slice(2);
const behaviors = ['replace', 'hide', 'disable', 'read-only', 'overlay'];
const sizes = [
  [1, 1_000],
  [20, 1_000],
  [200, 100],
  [1, 20_000],
];

const { outputFiles } = await build({
  entryPoints: [join(import.meta.dirname, 'gatesPage.mjs')],
  bundle: true,
  minify: true,
  write: false,
  format: 'iife',
  conditions: ['react-maintenance-mode-source'],
  define: { 'process.env.NODE_ENV': '"production"' },
});
const browser = await chromium.launch(chromiumOptions());
try {
  console.log(`Medians of ${ROUNDS} (ms; ratio to \`hidden\` without gates)`);
  console.log(
    `${'gates x elements'.padEnd(28)}${['close', 'change', 'type', 'open'].map((name) => name.padStart(16)).join('')}`,
  );
  for (const [gates, elements] of sizes) {
    let reference;
    for (const how of ['hidden', ...behaviors.filter((name) => !chosen.length || chosen.includes(name))]) {
      const times = await measure({ how, gates, elements });
      reference ??= times;
      report(`${gates} x ${elements} ${how}`, times, reference);
    }
  }
} finally {
  await browser.close();
}

async function measure(setup) {
  const page = await browser.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.setContent('<!doctype html><body></body>');
  await page.addScriptTag({ content: outputFiles[0].text });
  await page.evaluate((options) => globalThis.start(options), setup);
  const rounds = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const times = await page.evaluate(() => globalThis.measureOnce());
    if (round >= WARM_UP) rounds.push(times);
  }
  await page.close();
  return Object.fromEntries(
    Object.keys(rounds[0]).map((step) => [step, median(rounds.map((times) => times[step]))]),
  );
}

function report(name, times, reference) {
  const columns = Object.entries(times).map(([step, time]) => {
    const ratio = (time / reference[step]).toFixed(1);
    return `${time.toFixed(2)} ${`(${ratio})`.padStart(7)}`.padStart(16);
  });
  console.log(name.padEnd(28) + columns.join(''));
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
