import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Browser } from 'playwright';
import { beforeAll, expect, it, onTestFinished } from 'vitest';

import { buildCommand } from '../cli/buildCommand.js';
import { startWorkplace } from '../cli/startWorkplace.js';
import { perUserFlags } from './perUserFlags.js';
import { openPage, serveApp, startBrowser } from './startPage.js';

const search = 'search-maintenance';
// The first, the last, and what comes between them.
const users = Array.from({ length: 4 }, (_, index) => `user-${index}`);

let browser: Browser;
let address: string;

beforeAll(async () => {
  browser = await startBrowser();
  address = await serveApp('version3.tsx');
});

it('closes search for each user while the job runs, and never for Alice', async () => {
  const built = await buildCommand();
  onTestFinished(built.remove);
  const place = await startWorkplace(built.main, perUserFlags(search, 'comments-maintenance'));
  onTestFinished(place.remove);
  // It succeeds only after the test has seen the closed page.
  const job = await place.job('job', 'until [ -e "seen-$1" ]; do sleep 0.02; done');
  const visit = (user: string) => openPage(browser, `${address}/?user=${user}&flags=${place.server.url}`);
  const alice = await visit('alice');
  await alice.page.getByLabel('Search for').waitFor();
  await alice.page.evaluate(() => {
    const root = document.getElementById('root');
    if (!root) throw new Error('The page has no root.');
    new MutationObserver(() => (document.title = 'changed')).observe(root, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
  });
  const each = place.start(['each', '-f', search, '--settle', '0', '--timeout', '60', job], {
    input: null,
  });

  for (const user of users) {
    const { page, problems } = await visit(user);
    const box = page.getByLabel('Search for');
    await box.waitFor();
    await expect.poll(() => place.server.openStreams).toBe(2);

    each.process.stdin.write(`${user}\n`);
    await page.getByText('Search is unavailable.').waitFor();
    expect(await box.isVisible()).toBe(false);
    expect(await place.held(search)).toEqual([user]);
    await writeFile(join(place.folder, `seen-${user}`), '');

    await box.waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
    await expect.poll(() => place.server.openStreams).toBe(1);
    await rm(join(place.folder, `seen-${user}`));
  }
  each.process.stdin.end();

  expect(await each.ended).toBe(0);
  expect(each.stderr()).toMatch(/4 users: 4 done\./);
  expect(await alice.page.title()).toBe('Test');
  expect(alice.problems).toEqual([]);
});
