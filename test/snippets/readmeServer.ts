import { features } from './features.js';
import { client } from './flagClient.js';
import { app, render, userOf } from './serverApp.js';

// #region
import { launchDarklyFlags } from 'react-maintenance-mode/server';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node'; // Express, Connect, Fastify, node:http
import type { Request } from 'express';

// Visitors who are signed out have a key, too: without one LaunchDarkly evaluates nothing.
const contextOf = (id?: string) =>
  id ? { kind: 'user', key: id } : { kind: 'user', key: 'anonymous', anonymous: true };

const maintenance = maintenanceMiddleware({
  features,
  readFlags: launchDarklyFlags(client, (request: Request) => contextOf(userOf(request))), // userOf is yours
  failure: 'open', // when flags cannot be read; a required choice
  routes: { '/api/search/*': 'search', '/api/comments/*': 'comments' },
});
app.use(maintenance);
app.get('/', (request, response) => render(response, maintenance.passOf(request).snapshot));
// #endregion
