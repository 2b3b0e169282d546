import type { IncomingMessage } from 'node:http';
import { launchDarklyFlags } from 'react-maintenance-mode/server';
import { features } from './features.js';
import { client } from './flagClient.js';
import { app, userOf } from './serverApp.js';

const contextOf = (request: IncomingMessage) => ({ kind: 'user', key: userOf(request) ?? 'anonymous' });

// #region
const readFlags = launchDarklyFlags(client, contextOf);
const flags = Object.values(features).map(({ flag }) => flag);

// Allow its path, or a closed site could not tell that it is open again: allow: { paths: ['/flags'] }
app.get('/flags', async (request, response) => response.json(await readFlags(request, flags)));
// #endregion
