import { Hono } from 'hono';
import { createMaintenanceHandler, launchDarklyFlags } from 'react-maintenance-mode/server';
import { features } from './features.js';
import { client } from './flagClient.js';

export const app = new Hono();
const readFlags = launchDarklyFlags(client, (request: Request) => ({
  kind: 'user',
  key: request.headers.get('x-user') ?? 'anonymous',
}));
const routes = { '/api/search/*': 'search' } as const;

// #region
const bypass = { secrets: [process.env['BYPASS_SECRET'] ?? ''] }; // openssl rand -hex 32
// #endregion

// #region
const maintenance = createMaintenanceHandler({ features, readFlags, failure: 'open', routes, bypass });

app.use(async (c, next) => {
  const { response, request, enforce } = await maintenance(c.req.raw);
  if (response) return response;
  c.req.raw = request; // for staff: without what makes an app answer 304
  await next();
  const enforced = enforce(c.res); // keeps what staff see out of caches
  c.res = undefined; // or Hono would put the old headers back
  c.res = enforced;
});
// #endregion
