import express from 'express';
import { renderToPipeableStream } from 'react-dom/server';
import { launchDarklyFlags, serializeSnapshot } from 'react-maintenance-mode/server';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { App } from './App.jsx';
import { features, routes } from './features.js';
import { createFlagClient } from './flagClient.js';

const { FLAGS_FILE, FLAG_SERVER, BYPASS_SECRET } = process.env;
const userOf = (request) => /(?:^|; )user=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? 'nobody';

const maintenance = maintenanceMiddleware({
  features,
  readFlags: launchDarklyFlags(await createFlagClient(FLAGS_FILE), (request) => ({
    kind: 'user',
    key: userOf(request),
  })),
  failure: 'closed',
  routes,
  allow: { paths: ['/assets/*', '/sign-in'] },
  bypass: { secrets: [BYPASS_SECRET] },
  refusal: { lookEverySeconds: 1 },
});

const app = express();
app.use('/assets', express.static('build/assets'));
app.use(maintenance);
app.get('/sign-in', (_request, response) => response.send('<h1>Sign in</h1>'));
app.get('/api/search/words', (_request, response) => response.json(['shoe']));
app.post('/api/comments/new', (_request, response) => response.status(201).json({}));
app.post('/api/checkout/pay', (_request, response) => response.status(201).json({}));
app.get('/', (request, response) => {
  const { snapshot, bypassed } = maintenance.passOf(request);
  const page = {
    user: userOf(request),
    locale: request.acceptsLanguages('en', 'fr', 'de') || 'en',
    bypassed,
  };
  const { pipe } = renderToPipeableStream(<App page={{ ...page, snapshot }} />, {
    bootstrapScriptContent: `window.page = ${JSON.stringify({ ...page, flagServer: FLAG_SERVER })}; page.snapshot = ${
      snapshot ? serializeSnapshot(snapshot) : 'undefined'
    }`,
    bootstrapModules: ['/assets/client.js'],
    onShellReady: () => pipe(response.type('html')),
  });
});

const server = app.listen(0, '127.0.0.1', () => process.send(server.address().port));
