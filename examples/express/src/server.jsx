import { init } from '@launchdarkly/node-server-sdk';
import express from 'express';
import { renderToPipeableStream } from 'react-dom/server';
import { launchDarklyFlags, serializeSnapshot } from 'react-maintenance-mode/server';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { App } from './App.jsx';
import { features, routes } from './features.js';

const { FLAG_SERVER: url, BYPASS_SECRET: secret, PORT = '3000' } = process.env;
// Stands for your sign-in: the cookie "user" says who it is.
const userOf = (request) => /(?:^|; )user=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? 'nobody';

// In production: init(process.env.LD_SDK_KEY).
const client = init('local', { baseUri: url, streamUri: url, eventsUri: url, diagnosticOptOut: true });
await client.waitForInitialization({ timeout: 10 });

const maintenance = maintenanceMiddleware({
  features,
  readFlags: launchDarklyFlags(client, (request) => ({ kind: 'user', key: userOf(request) })),
  failure: 'closed',
  routes,
  allow: { paths: ['/assets/*', '/sign-in'] },
  ...(secret && { bypass: { secrets: [secret] } }),
  refusal: { lookEverySeconds: 1 },
});

const app = express();
app.use('/assets', express.static('build/assets'));
app.use(maintenance);
app.get('/sign-in', (_request, response) =>
  response.send(
    '<link rel="icon" href="data:,"><form method="post"><h1>Sign in</h1><input name="user" value="bob"><button>Sign in</button></form>',
  ),
);
app.post('/sign-in', express.urlencoded(), (request, response) =>
  response.cookie('user', request.body.user).redirect('/'),
);
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
    bootstrapScriptContent: `window.page = ${JSON.stringify({ ...page, flagServer: url })}; page.snapshot = ${
      snapshot ? serializeSnapshot(snapshot) : 'undefined'
    }`,
    bootstrapModules: ['/assets/client.js'],
    onShellReady: () => pipe(response.type('html')),
  });
});

const server = app.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`Open http://127.0.0.1:${server.address().port}/sign-in`);
});
