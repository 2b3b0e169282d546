import type { Browser } from 'playwright';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { startFlagServer, type TestFlagServer } from '../flag-server/startFlagServer.js';
import { perUserFlags, setForUser } from './perUserFlags.js';
import { openPage, serveApp, startBrowser, type TestPage } from './startPage.js';

const search = 'search-maintenance';
const comments = 'comments-maintenance';
let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});

describe.each(['version3.tsx', 'version4.tsx'])('the shop of %s in Chromium', (app) => {
  let address: string;

  beforeAll(async () => {
    address = await serveApp(app);
  });

  async function serveFlags(): Promise<TestFlagServer> {
    const server = await startFlagServer(perUserFlags(search, comments));
    onTestFinished(server.remove);
    return server;
  }

  function visit(server: TestFlagServer, user: string): Promise<TestPage> {
    return openPage(browser, `${address}/?user=${user}&flags=${server.url}`);
  }

  it('closes search for Bob, opens it with what he typed, and changes nothing for Alice', async () => {
    const server = await serveFlags();
    const alice = await visit(server, 'alice');
    const bob = await visit(server, 'bob');
    await expect.poll(() => server.openStreams).toBe(2);
    const box = bob.page.getByLabel('Search for');
    await box.click();
    await bob.page.keyboard.type('blue shoes');
    for (let count = 0; count < 6; count += 1) await bob.page.keyboard.press('ArrowLeft');
    await alice.page.evaluate(recordMutations);

    await setForUser(server, search, 'bob', true);
    await bob.page.getByText('No searching for now.').waitFor();
    expect(await box.isVisible()).toBe(false);

    await setForUser(server, search, 'bob', false);
    await box.waitFor();
    expect(await box.inputValue()).toBe('blue shoes');
    expect(
      await box.evaluate((input: HTMLInputElement) => [input.selectionStart, input.selectionEnd]),
    ).toEqual([4, 4]);

    expect(await alice.page.evaluate(takeMutations)).toEqual([]);
    // When this change arrives, everything that was sent to Alice before has arrived, too.
    await setForUser(server, comments, 'alice', true);
    await alice.page.getByText('No commenting for now.').waitFor();
    const changed = await alice.page.evaluate(takeMutations);
    expect(changed).not.toContain('Search');
    expect(changed).toContain('Comments');
    expect([...alice.problems, ...bob.problems]).toEqual([]);
  });

  it('shows the right state after its stream was cut', async () => {
    const server = await serveFlags();
    const { page } = await visit(server, 'bob');
    await expect.poll(() => server.openStreams).toBe(1);

    server.cutStreams();
    await expect.poll(() => server.openStreams).toBe(0);
    await setForUser(server, search, 'bob', true);

    await page.getByText('No searching for now.').waitFor();
    expect(server.openStreams).toBe(1);
  });

  it('keeps the last state while the server is unavailable, and shows the right state after that', async () => {
    const server = await serveFlags();
    await setForUser(server, search, 'bob', true);
    const { page, problems } = await visit(server, 'bob');
    await page.getByText('No searching for now.').waitFor();
    await expect.poll(() => server.openStreams).toBe(1);

    await server.stop();
    // Chromium logs each attempt to reopen the stream.
    await expect.poll(() => problems.join()).toContain('ERR_CONNECTION_REFUSED');
    expect(await page.getByText('No searching for now.').isVisible()).toBe(true);
    await server.start();
    await setForUser(server, search, 'bob', false);

    await page.getByLabel('Search for').waitFor();
  });

  it('is open if the server is unavailable at page load, and shows the right state after that', async () => {
    const server = await serveFlags();
    await setForUser(server, search, 'bob', true);
    await server.stop();
    const { page } = await visit(server, 'bob');
    await page.getByLabel('Search for').waitFor();
    // Version 4 tries for three seconds before it gives up.
    await page.getByText('Flags: failed').waitFor({ timeout: 10_000 });

    await server.start();

    await page.getByText('No searching for now.').waitFor({ timeout: 20_000 });
    await page.getByText('Flags: ready').waitFor();
  });

  it('shows the state of another user who signs in', async () => {
    const server = await serveFlags();
    await setForUser(server, search, 'bob', true);
    await setForUser(server, comments, 'alice', true);
    const { page, problems } = await visit(server, 'bob');
    await page.getByText('No searching for now.').waitFor();
    await expect.poll(() => server.openStreams).toBe(1);

    await page.getByRole('button', { name: 'Sign in as Alice' }).click();

    await page.getByText('No commenting for now.').waitFor();
    await page.getByLabel('Search for').waitFor();
    await setForUser(server, comments, 'alice', false);
    await page.getByLabel('Comment', { exact: true }).waitFor();
    expect(server.openStreams).toBe(1);
    expect(problems).toEqual([]);
  });
});

interface Recording {
  mutations: string[];
}

/** Notes from now on which landmark of the page each change of its DOM is in. */
function recordMutations(): void {
  const mutations: string[] = [];
  Object.assign(window, { mutations } satisfies Recording);
  new MutationObserver((records) => {
    for (const { target } of records) {
      const element = target instanceof Element ? target : target.parentElement;
      mutations.push(element?.closest('section[aria-label]')?.getAttribute('aria-label') ?? 'elsewhere');
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
}

function takeMutations(): string[] {
  // Put there by recordMutations.
  return (window as unknown as Recording).mutations;
}
