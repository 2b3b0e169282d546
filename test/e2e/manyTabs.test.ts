import { beforeAll, expect, it } from 'vitest';

import { startEndpoint } from './startEndpoint.js';
import { serveApp } from './startPage.js';
import { startTabs, type Tab } from './startTabs.js';

const search = 'search-maintenance';
const text = (tab: Tab) => () => tab.evaluate('document.body?.innerText');
const isHidden = (tab: Tab) => () => tab.evaluate('document.hidden');
let address: string;

beforeAll(async () => {
  address = await serveApp('ownEndpoint.tsx');
});

// Browsers open six connections to an origin under HTTP/1.1, for the streams of all tabs and everything else.
it('leaves connections for requests to the API with seven tabs, and reads all flags again when a tab is shown again', async () => {
  const endpoint = await startEndpoint();
  const open = await startTabs();
  const openShop = async () => {
    const tab = await open(`${address}/?form=stream&flags=${endpoint.url}`);
    await expect.poll(text(tab)).toContain('Flags: ready');
    return tab;
  };
  const first = await openShop();
  for (let count = 2; count < 7; count += 1) await openShop();
  const seventh = await openShop();
  await expect.poll(isHidden(first)).toBe(true);
  await expect.poll(() => endpoint.openStreams).toBe(1);

  const answer = await seventh.evaluate(
    `fetch('${endpoint.url}/api', { signal: AbortSignal.timeout(10_000) }).then(({ status }) => status, String)`,
  );
  endpoint.set(search, true);
  await expect.poll(text(seventh)).toContain('No searching for now.');

  expect(answer).toBe(204);
  expect(await text(first)()).not.toContain('No searching for now.');
  await first.show();
  await expect.poll(text(first)).toContain('No searching for now.');
  await expect.poll(isHidden(seventh)).toBe(true);
  await expect.poll(() => endpoint.openStreams).toBe(1);
});
