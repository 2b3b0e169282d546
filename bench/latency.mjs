// Measures the time from a write to the flag server until the page in Chromium has changed: LaunchDarkly's hooks, our hook and our gate, in one run.
// Each page has its own flag server, so that it receives only its own changes. Usage: npm run build && npm run bench:latency
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { chromium } from 'playwright';
import { findChromium } from '../scripts/findChromium.mjs';

const token = 'local';
const WARM_UP = 10;
const FLIPS = 200;
// The vendor's hook comes first: the others are compared with it.
const versions = [
  ['hook of version 3', 'our hook on 3', 'our gate on 3'],
  ['hook of version 4', 'our hook on 4', 'our gate on 4'],
];

const folder = await mkdtemp(join(tmpdir(), 'latency-'));
const pages = await startPages();
const browser = await chromium.launch({ executablePath: findChromium() });
const servers = [];
const cases = [];
try {
  for (const name of versions.flat()) cases.push(await startCase(name));
  for (let flip = 0; flip < WARM_UP + FLIPS; flip += 1) {
    // The work of a page after its change slows the next page down, so every order has to occur.
    for (const each of shuffle(cases)) {
      const time = await flipOnce(each, flip % 2 === 0);
      if (flip >= WARM_UP) each.times.push(time);
    }
  }
  report();
} finally {
  await browser.close();
  pages.close();
  for (const server of servers) {
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
  await rm(folder, { recursive: true });
}

async function startPages() {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'latencyPage.mjs')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const page = `<!doctype html><body><script type="module">${outputFiles[0].text.replaceAll('</script', '<\\/script')}</script>`;
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(page));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

async function startCase(name) {
  const search = {
    key: 'search',
    on: false,
    variations: [true, false],
    fallthrough: { variation: 0 },
    offVariation: 1,
    clientSideAvailability: { usingEnvironmentId: true },
  };
  const flags = join(folder, `${cases.length}.json`);
  await writeFile(flags, JSON.stringify({ flags: { search } }));
  const main = join(import.meta.dirname, '../dist/cli/main.js');
  const server = spawn(process.execPath, [main, 'serve', '--flags', flags, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, LD_ACCESS_TOKEN: token },
  });
  servers.push(server);
  const [line] = await once(createInterface({ input: server.stdout }), 'line');
  const url = line.replace('listening on ', '');
  const page = await browser.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error));
  await page.goto(
    `http://127.0.0.1:${pages.address().port}/?${new URLSearchParams({ app: name, flags: url })}`,
  );
  return { name, url, page, errors, times: [] };
}

/** Writes the flag. Resolves with the milliseconds until the page shows it, by the clock that both processes share. */
async function flipOnce({ name, url, page, errors }, value) {
  const shown = page.evaluate((wanted) => globalThis.instantOf(wanted), value);
  // The page handles requests in order, so the reader is ready before the flag is written.
  await page.evaluate(() => undefined);
  const written = performance.timeOrigin + performance.now();
  const { ok, status } = await fetch(`${url}/api/v2/flags/default/search`, {
    method: 'PATCH',
    headers: {
      authorization: token,
      'content-type': 'application/json; domain-model=launchdarkly.semanticpatch',
    },
    body: JSON.stringify({
      environmentKey: 'local',
      instructions: [{ kind: value ? 'turnFlagOn' : 'turnFlagOff' }],
    }),
  });
  if (!ok) throw new Error(`The flag server of "${name}" answered ${status}`);
  const time = (await shown) - written;
  if (errors.length) throw new Error(`The page of "${name}" had an error`, { cause: errors[0] });
  return time;
}

function report() {
  console.log(
    `From the write to the changed page, ${FLIPS} flips (ms; ratio of medians to the vendor's own hook)`,
  );
  console.log('                     median    p95  of the hook');
  for (const { name, times } of cases) {
    const [hook] = versions.find((names) => names.includes(name));
    const reference = cases.find((each) => each.name === hook).times;
    const columns = [quantile(times, 0.5).toFixed(2), quantile(times, 0.95).toFixed(2)];
    const ratio = (quantile(times, 0.5) / quantile(reference, 0.5)).toFixed(3);
    console.log(name.padEnd(18), columns.map((column) => column.padStart(7)).join(''), ratio.padStart(12));
  }
}

function shuffle(items) {
  return items
    .map((item) => [Math.random(), item])
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

function quantile(numbers, share) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length * share)];
}
