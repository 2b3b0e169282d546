// Measures what the middleware costs per request, in nanoseconds and without a server: in requests per second, the difference is hardly more
// than the noise. Usage: npm run build && npm run bench:middleware
// In a server it costs two or three times as much, because other work has used the processor's caches in the meantime.
import { setImmediate } from 'node:timers/promises';
import { defineFeatures } from 'react-maintenance-mode/core';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { failOnError } from './failOnError.mjs';

const rounds = 25;
const warmingUp = 5;
const batches = 40;
const batchSize = 500;

const features = defineFeatures({
  site: { flag: 'site-maintenance', label: 'Shop', scope: 'site' },
  search: { flag: 'search-maintenance', label: 'Search' },
  comments: { flag: 'comments-maintenance', label: 'Comments', plural: true, mode: 'read-only' },
  payments: { flag: 'payments-maintenance', label: 'Payments', plural: true },
  checkout: { flag: 'checkout-maintenance', label: 'Checkout', dependsOn: ['payments'] },
});
const routes = { '/api/search/*': 'search', '/comments/*': 'comments', '/checkout/*': 'checkout' };
const nothing = Object.fromEntries(Object.values(features).map(({ flag }) => [flag, false]));
const searchDown = { ...nothing, 'search-maintenance': { endsAt: Date.now() + 3_600_000 } };
const middleware = (readFlags) =>
  maintenanceMiddleware({ features, routes, failure: 'open', readFlags, onError: failOnError });

const passes = middleware(() => nothing);
const passesLater = middleware(async () => nothing);
const refuses = middleware(() => searchDown);
const readLater = async () => nothing;
const ignore = () => undefined;
const cases = {
  'control: nothing': (_request, _response, next) => next(),
  'passes, flags at once': passes,
  'refused, flags at once': refuses,
  'control: a promise': async (_request, _response, next) => {
    await readLater();
    next();
  },
  'passes, flags by promise': passesLater,
};

const costs = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const [name, handle] of Object.entries(cases)) {
    const cost = await measure(handle);
    if (round >= warmingUp) costs[name].push(cost);
  }
}
for (const [name, measured] of Object.entries(costs)) {
  const sorted = measured.sort((a, b) => a - b);
  console.log(
    name.padEnd(28),
    `${Math.round(sorted[sorted.length >> 1])} ns`.padStart(8),
    ` (at best ${Math.round(sorted[0])} ns)`,
  );
}

/** Requests are created beforehand, so that creating them is not measured. Each has strings of its own, as a parser creates them. */
async function measure(handle) {
  let nanoseconds = 0n;
  for (let batch = 0; batch < batches; batch += 1) {
    const requests = Array.from({ length: batchSize }, makeRequest);
    let left = batchSize;
    let finish;
    const finished = new Promise((resolve) => (finish = resolve));
    const answered = () => {
      left -= 1;
      if (left === 0) finish();
    };
    const responses = requests.map(() => makeResponse(answered));
    await setImmediate();
    const start = process.hrtime.bigint();
    for (const [index, request] of requests.entries()) handle(request, responses[index], answered);
    await finished;
    nanoseconds += process.hrtime.bigint() - start;
  }
  return Number(nanoseconds) / batches / batchSize;
}

/** The part of a response that a refusal uses. */
function makeResponse(end) {
  return {
    headersSent: false,
    destroyed: false,
    getHeader: ignore,
    getHeaderNames: () => [],
    setHeader: ignore,
    removeHeader: ignore,
    writeHead: ignore,
    end,
  };
}

function makeRequest() {
  const text = (value) => Buffer.from(value).latin1Slice();
  const headers = {
    host: text('shop.example'),
    accept: text('application/json'),
    'accept-language': text('en'),
  };
  return { method: 'GET', url: text('/api/search/words'), headers, socket: {} };
}
