import { createServer } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';

import { becomeAlive, hydrate, itBehaves, createAppUnderTest } from './appBehaviors.js';
import { buildApp, startNextApp } from './realApp.js';

/** The service behind search. */
let calls = 0;
const backend = createServer((_request, response) => {
  calls += 1;
  response.end(`Results, call ${calls}`);
});

const app = createAppUnderTest(
  () => buildApp('next-launchdarkly', '.next'),
  async (environment) => {
    await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
    const address = backend.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const next = await startNextApp({ ...environment, BACKEND: `http://127.0.0.1:${port}` });
    return {
      ...next,
      stop: async () => {
        await next.stop();
        backend.closeAllConnections();
        await new Promise((resolve) => backend.close(resolve));
      },
    };
  },
);

itBehaves(app);

it('does not render server components of a closed feature, so that the service that is down is not called', async () => {
  await app.close('search', 'bob');
  const before = calls;

  const bob = await app.open('bob');
  expect(calls).toBe(before);
  const ann = await app.open('ann');

  expect(calls).toBe(before + 1);
  expect(bob.html).not.toContain('Results');
  expect(ann.html).toContain(`Results, call ${calls}`);
});

it('fetches what the server left out as soon as the feature is back', async () => {
  await app.close('search', 'bob');
  const { page, errors } = await app.open('bob');
  await becomeAlive(page);
  expect(await page.getByText(/^Results/).count()).toBe(0);

  await app.reopen('search', 'bob');
  await page.getByText(/^Results/).waitFor();

  expect(errors).toEqual([]);
});

it('keeps users apart when they ask at once', async () => {
  await app.close('search', 'bob');

  const pages = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const user = index % 2 ? 'bob' : 'ann';
      const response = await fetch(app.url, { headers: { cookie: `user=${user}` } });
      return { user, html: await response.text() };
    }),
  );

  for (const { user, html } of pages) {
    expect(html).toContain(`Hello <!-- -->${user}`);
    expect(html.includes('Results')).toBe(user === 'ann');
  }
});

it('refuses a Server Action in words, and the draft stays', async () => {
  await app.close('comments', 'bob');
  const { page, errors } = await app.open('bob', { path: '/draft' });
  await hydrate(page);
  await page.getByLabel('Draft').fill('half a thought');

  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('status').filter({ hasText: 'Comments' }).waitFor();
  expect(await page.getByLabel('Draft').inputValue()).toBe('half a thought');
  await app.reopen('comments', 'bob');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('Added: half a thought').waitFor();

  expect(errors).toEqual([]);
});

it('shows the pages that are allowed when the flags cannot be read', async () => {
  const next = await startNextApp({ FLAG_SERVER: 'http://127.0.0.1:1' });
  onTestFinished(() => next.stop());

  const [signIn, shop] = await Promise.all([fetch(`${next.url}/sign-in`), fetch(next.url)]);

  expect(signIn.status).toBe(200);
  expect(await signIn.text()).toContain('Sign in');
  expect(shop.status).toBe(503);
});
