import { expect, it } from 'vitest';

import { itBehaves, createAppUnderTest } from './appBehaviours.js';
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
