import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import express from 'express';
import { flagStream } from 'react-maintenance-mode/server';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { features } from './features.js';
import { createTable } from './table.js';

const { PORT = '3000', OPERATOR_TOKEN = 'local', FLAGS = 'flags.json' } = process.env;
const table = createTable(
  FLAGS,
  Object.values(features).map(({ flag }) => flag),
);
/** In a real app: the user of the session. */
const userOf = (request) => String(request.query.user ?? 'ann');
const stream = flagStream({ readFlags: (user) => table.flagsOf(user) });

const app = express();

// The endpoint for operators, called by switch.js. It comes before the middleware: maintenance must not refuse the request that ends it.
app.use('/operator', express.json(), (request, response, next) => {
  if (request.get('authorization') === `Bearer ${OPERATOR_TOKEN}`) return next();
  response.status(401).json({ message: 'The token is not the one of OPERATOR_TOKEN.' });
});
app.get('/operator/flags', (_request, response) => response.json(table.rows()));
app.get('/operator/flags/:flag', (request, response) => {
  const row = table.row(request.params.flag);
  if (row) response.json(row);
  else response.status(404).json({ message: 'There is no such flag.' });
});
app.post('/operator/flags/:flag', (request, response) => {
  if (!table.row(request.params.flag))
    return response.status(404).json({ message: 'There is no such flag.' });
  response.json(table.change(request.params.flag, request.body));
  stream.changed();
});

// The stream for browsers. It also comes before the middleware, so that it works while the shop is in maintenance.
app.get('/flags/stream', (request, response) => stream.send(request, response, userOf(request)));

app.use(
  maintenanceMiddleware({
    features,
    routes: { '/api/search': 'search' },
    readFlags: (request) => table.flagsOf(userOf(request)),
    failure: 'open',
  }),
);
app.get('/api/search', (request, response) => {
  response.json([`Blue ${request.query.q}`, `Red ${request.query.q}`]);
});

const { outputFiles } = await build({
  entryPoints: ['app/main.jsx'],
  bundle: true,
  write: false,
  format: 'esm',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
});
app.get('/main.js', (_request, response) => {
  response.type('js').send(outputFiles[0].text);
});
app.get('/styles.css', (_request, response) => {
  response.sendFile(fileURLToPath(import.meta.resolve('react-maintenance-mode/styles.css')));
});
app.get('/', (_request, response) => {
  response.send(
    '<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/styles.css"><main id="root"></main><script type="module" src="/main.js"></script></html>',
  );
});

const server = app.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/?user=bob`);
});
process.once('SIGTERM', () => {
  stream.end();
  server.close();
});
