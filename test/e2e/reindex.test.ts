import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';

import { makeFlagFolder, startDemo } from './startDemo.js';
import { demo, findSerious, open, shopOf, startChromium } from './visitDemo.js';

// Each run is many processes, one after another.
const patience = 120_000;

let browser: Browser;

vi.setConfig({ testTimeout: patience });

beforeAll(async () => {
  browser = await startChromium();
});

afterAll(() => browser.close());

it('closes search for each customer while their job runs, and opens it with the typed text', async () => {
  const job = await writeWaitingJob();
  const { url } = await demo('--job', job.file);
  const errors: string[] = [];
  const page = await openRun(url, errors);
  const [alice, bob] = [shopOf(page, 'Alice'), shopOf(page, 'Bob')];
  await bob.getByRole('searchbox').fill('noodle b');

  await page.getByRole('button', { name: 'Reindex everyone' }).click();
  await rowOf(page, 'Alice', 'Job running').waitFor();
  await closedSearch(page, 'Alice').waitFor();
  expect(await bob.getByRole('searchbox').inputValue()).toBe('noodle b');
  await job.finish('alice');
  await alice.getByRole('searchbox').waitFor();
  await job.finish('carol');
  await closedSearch(page, 'Bob').waitFor();
  await rowOf(page, 'Bob', 'Job running').waitFor();
  expect(await alice.getByRole('searchbox').count()).toBe(1);
  expect(await page.getByRole('progressbar').getAttribute('value')).toBe('2');
  await page.getByText(/^2 of 8, \d+ a minute, \d+ s left$/).waitFor();
  await job.finish('bob');
  await bob.getByRole('searchbox').waitFor();

  expect(await bob.getByRole('searchbox').inputValue()).toBe('noodle b');
  await rowOf(page, 'Bob', 'Done').waitFor();
  await rowOf(page, 'Dan', 'Job running').waitFor();
  await rowOf(page, 'Erin', 'Waiting').waitFor();
  await page
    .getByText(/ --customer < demo\/reindex\/customers\.txt$/)
    .first()
    .waitFor();
  expect(errors).toEqual([]);
});

describe('when a job fails', () => {
  it('the run stops, search stays closed for that customer, and the run can be resumed', async () => {
    const running = await demo('--customers', await writeCustomers());
    const { url, token } = running;
    const page = await openRun(url);

    await page.getByRole('checkbox', { name: 'Let Bob’s job fail' }).check();
    await page.getByRole('button', { name: 'Reindex everyone' }).click();
    await page.getByRole('heading', { name: '1 held: Bob' }).waitFor();
    await page.getByText('Halted with 2 of 4 done. Held: Bob.').waitFor();
    await closedSearch(page, 'Bob').waitFor();
    await rowOf(page, 'Dan', 'Waiting').waitFor();
    const lines = page.getByRole('region', { name: 'Command lines' }).locator('code');
    expect(await lines.first().innerText()).toBe(
      `node dist/cli/main.js off -f search-maintenance --environment local --base-uri ${running.flagServer} -u bob`,
    );
    expect(await lines.nth(1).innerText()).toMatch(
      /^node dist\/cli\/main\.js each -f search-maintenance .* --fail-for bob --customer < \S*customers\.txt$/,
    );
    expect(await page.content()).not.toContain(token);

    await page.getByRole('checkbox', { name: 'Let Bob’s job fail' }).uncheck();
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.getByText('All 4 are done.').waitFor();

    await shopOf(page, 'Bob').getByRole('searchbox').waitFor();
    await page
      .getByText(/--resume -- node/)
      .first()
      .waitFor();
  });

  it('the run continues with the rest, and the held customer is released by hand', async () => {
    const { url } = await demo(
      '--customers',
      await writeCustomers(),
      '--job',
      await writeJob('process.exitCode = process.argv.includes("--fail-for") && customer === "bob" ? 1 : 0;'),
    );
    const page = await openRun(url);
    await page.getByRole('checkbox', { name: 'Let Bob’s job fail' }).check();
    await page.getByRole('button', { name: 'Reindex everyone' }).click();
    await page.getByText('Halted with 2 of 4 done. Held: Bob.').waitFor();

    await page.getByRole('button', { name: 'Go on with the rest' }).click();
    await page.getByText('Ended with 3 of 4 done. Held: Bob.').waitFor();
    expect(await closedSearch(page, 'Bob').count()).toBe(1);
    await page.getByRole('button', { name: 'End maintenance for Bob' }).click();

    await shopOf(page, 'Bob').getByRole('searchbox').waitFor();
    await rowOf(page, 'Bob', 'Ended by hand').waitFor();
    await page.getByText('maintenance-mode: Maintenance is off for "bob".').waitFor();
  });
});

it('a page that loads during a run shows the run, and no second run can start', async () => {
  const job = await writeWaitingJob();
  const { url } = await demo('--job', job.file);
  const first = await openRun(url);
  await first.getByRole('button', { name: 'Reindex everyone' }).click();
  await job.finish('alice');
  await rowOf(first, 'Carol', 'Job running').waitFor();

  const second = await open(browser, url);
  await rowOf(second, 'Alice', 'Done').waitFor();
  await rowOf(second, 'Carol', 'Job running').waitFor();
  expect(await second.getByRole('progressbar').getAttribute('value')).toBe('1');
  expect(await order(url, { order: 'start', failFor: null })).toBe(409);
  await second.getByRole('button', { name: 'Stop' }).click();

  for (const page of [first, second]) await page.getByRole('heading', { name: '1 held: Carol' }).waitFor();
});

it('Ctrl-C ends the run, the customer in progress stays in maintenance, and the next demo shows that', async () => {
  const job = await writeWaitingJob();
  const { file, remove } = await makeFlagFolder();
  onTestFinished(remove);
  const first = await startDemo(['--port', '0', '--flags', file, '--job', job.file]);
  const page = await openRun(first.url);
  await page.getByRole('button', { name: 'Reindex everyone' }).click();
  await rowOf(page, 'Alice', 'Job running').waitFor();
  const pid = await job.pidFor('alice');

  expect(await first.interrupt()).toBe(0);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  const second = await startDemo(['--port', '0', '--flags', file]);
  onTestFinished(async () => void (await second.interrupt()));
  const again = await open(browser, second.url);

  await again.getByRole('heading', { name: '1 held: Alice' }).waitFor();
  await closedSearch(again, 'Alice').waitFor();
});

it('refuses requests from pages of other sites, and invalid requests', async () => {
  const { url } = await demo();

  expect(await order(url, { order: 'start', failFor: null }, 'https://example.com')).toBe(403);
  expect(await order(url, { order: 'start', failFor: '--help' })).toBe(400);
  expect(await order(url, { order: 'end', customer: 'nobody' })).toBe(400);
  expect(await order(url, 'start')).toBe(400);
});

it('works with the keyboard alone, never loses focus, and announces only the start and the end of a run', async () => {
  const { url } = await demo();
  const page = await open(browser, url);
  page.setDefaultTimeout(patience);
  await press(page, page.getByRole('button', { name: 'One after another' }), 'Enter');
  const status = page.getByRole('status');
  await status.evaluate((line) => {
    new MutationObserver(() => performance.mark(`said: ${line.textContent}`)).observe(line, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });

  await press(page, page.getByRole('checkbox', { name: 'Let Bob’s job fail' }), 'Space');
  await press(page, page.getByRole('button', { name: 'Reindex everyone' }), 'Enter');
  await page.getByRole('heading', { name: '1 held: Bob' }).waitFor();
  await page.getByText('Halted with 2 of 8 done. Held: Bob.').waitFor();
  await press(page, page.getByRole('button', { name: 'End maintenance for Bob' }), 'Enter');
  await shopOf(page, 'Bob').getByRole('searchbox').waitFor();
  await page.getByText('Halted with 2 of 8 done.', { exact: true }).waitFor();

  expect(await status.evaluate((line) => line === document.activeElement)).toBe(true);
  expect(
    await page.evaluate(() =>
      performance
        .getEntriesByType('mark')
        .map(({ name }) => name)
        .filter((name) => name.startsWith('said: ')),
    ),
  ).toEqual([
    'said: Under way.',
    'said: Halted with 2 of 8 done. Held: Bob.',
    'said: Halted with 2 of 8 done.',
  ]);
});

it('has no serious axe violations, in light and dark, and fits a page 320 pixels wide', async () => {
  const { url } = await demo('--job', await writeJob('process.exitCode = 1;'));
  const page = await openRun(url);
  await page.getByRole('button', { name: 'Reindex everyone' }).click();
  await page.getByRole('heading', { name: '1 held: Alice' }).waitFor();

  await page.evaluate(axe.source);
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 320]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      expect(await findSerious(page), `${colorScheme}, ${width}`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
  }
});

/** Opens the demo at the part that runs jobs. */
async function openRun(url: string, errors: string[] = []): Promise<Page> {
  const page = await open(browser, url, errors);
  page.setDefaultTimeout(patience);
  await page.getByRole('button', { name: 'One after another' }).click();
  return page;
}

/** A customer's row, once it says so. */
function rowOf(page: Page, name: string, step: string): Locator {
  return page.getByRole('listitem').filter({ hasText: new RegExp(`^${name}${step}$`) });
}

function closedSearch(page: Page, name: string): Locator {
  return shopOf(page, name).getByRole('main').getByRole('heading', { name: 'Search is unavailable' });
}

/** Sends an order as a page does, and gives the status of the answer. */
async function order(url: string, body: unknown, origin = url): Promise<number> {
  const { status } = await fetch(`${url}/operator/reindex`, {
    method: 'POST',
    headers: { origin },
    body: JSON.stringify(body),
  });
  return status;
}

/** Goes to something by Tab, and presses a key there. */
async function press(page: Page, target: Locator, key: string): Promise<void> {
  const isThere = (): Promise<boolean> => target.evaluate((element) => element === document.activeElement);
  for (let tabs = 0; tabs < 60 && !(await isThere()); tabs += 1) await page.keyboard.press('Tab');
  expect(await isThere()).toBe(true);
  await page.keyboard.press(key);
}

/** A list that is short, for runs that go on to its end. */
async function writeCustomers(): Promise<string> {
  const file = join(await makeFolder(), 'customers.txt');
  await writeFile(file, 'alice\ncarol\nbob\ndan\n');
  return file;
}

/** Writes a script that is run for each `customer`. */
async function writeJob(code: string, folder?: string): Promise<string> {
  const place = folder ?? (await makeFolder());
  const file = join(place, 'job.mjs');
  await writeFile(file, `const customer = process.argv.at(-1);\n${code}\n`);
  return file;
}

/** A job that ends for a customer only when the test says so. */
async function writeWaitingJob() {
  const folder = await makeFolder();
  const code = `
    import { existsSync, writeFileSync } from 'node:fs';
    import { join } from 'node:path';
    writeFileSync(join(import.meta.dirname, 'pid-' + customer), String(process.pid));
    const timer = setInterval(() => {
      if (existsSync(join(import.meta.dirname, 'finish-' + customer))) clearInterval(timer);
    }, 20);`;
  return {
    file: await writeJob(code, folder),
    finish: (customer: string) => writeFile(join(folder, `finish-${customer}`), ''),
    async pidFor(customer: string): Promise<number> {
      const file = join(folder, `pid-${customer}`);
      await expect.poll(() => readFile(file, 'utf8').catch(() => '')).not.toBe('');
      return Number(await readFile(file, 'utf8'));
    },
  };
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'job-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}
