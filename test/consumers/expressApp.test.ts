import { expect, it } from 'vitest';

import { itBehaves, createAppUnderTest } from './appBehaviors.js';
import { buildApp, startExpressApp } from './realApp.js';

const app = createAppUnderTest(() => buildApp('express', 'build'), startExpressApp);

itBehaves(app);

it('refuses what depends on a feature that is closed', async () => {
  await app.close('payments', 'bob');

  const pay = await fetch(`${app.url}/api/checkout/pay`, { method: 'POST', headers: { cookie: 'user=bob' } });
  const { page } = await app.open('bob');

  expect(await pay.json()).toMatchObject({ feature: 'checkout', cause: 'payments' });
  expect(await page.getByLabel('Pay text').count()).toBe(0);
});

it('lets a page of another origin read why it is refused, after a preflight too', async () => {
  await app.close('search', 'nobody');
  const { page } = await app.open('ann');
  await page.goto(`${app.flags.url}/`);

  const refusal = await page.evaluate(async (address) => {
    const response = await fetch(address, { method: 'PUT', headers: { 'x-own': '1' } });
    const { feature } = await response.json();
    return [response.status, response.headers.get('retry-after'), feature];
  }, `${app.url}/api/search/words`);

  expect(refusal).toEqual([503, '3600', 'search']);
});
