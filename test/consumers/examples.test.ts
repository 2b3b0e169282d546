import { EventEmitter, once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hydrate } from './appBehaviors.js';
import { openPage, serve, startBrowser } from '../e2e/startPage.js';
import { findFreePort, openConsumer } from './openConsumer.js';

// Stands for the work of an example: it lasts until the test says that it is done.
const work = `
  console.log('working for', process.argv.at(-1));
  await fetch(process.env.DONE);
`;
const works = new EventEmitter<{ begun: [ServerResponse] }>();
const DONE = await serve((_request, response) => void works.emit('begun', response));
const browser = await startBrowser();

describe.each([
  ['vite', ['run', 'dev'], '/?user=bob'],
  ['express', ['start'], '/sign-in'],
  ['next-launchdarkly', ['run', 'dev'], '/sign-in'],
])('examples/%s', async (name, command, path) => {
  const LD_BASE_URI = `http://127.0.0.1:${await findFreePort()}`;
  const project = openConsumer(`../../examples/${name}`, { LD_BASE_URI, DONE });

  it('closes search for Bob while it is reindexed, and keeps what he typed', async () => {
    writeFileSync(join(project.folder, 'reindex.mjs'), work);
    const url = await project.serve('npm', ...command);
    // Development servers compile with the first request, which may take longer than a browser waits.
    await (await fetch(url + path)).text();
    const { page, problems } = await openPage(browser, url + path);
    if (path === '/sign-in') await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Hello bob' }).waitFor();
    await hydrate(page);
    const search = page.locator('input').first();
    await search.fill('half typ');

    const begun = once(works, 'begun');
    const reindexed = project.start('npm', 'run', 'reindex');
    await page.getByRole('heading', { name: 'Search is unavailable' }).first().waitFor();
    expect(await search.isVisible()).toBe(false);
    const [response] = (await begun) as [ServerResponse];
    response.end();
    const { status, output } = await reindexed;
    expect(status, output).toBe(0);
    await search.waitFor();

    expect(await search.inputValue()).toBe('half typ');
    expect(output).toContain('working for bob');
    expect(problems.filter((text) => !text.startsWith('[LaunchDarkly]'))).toEqual([]);
  });
});
