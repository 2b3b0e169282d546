// What the middleware alone costs a request, in nanoseconds, without a server around it: the difference that requests per second
// show is smaller than their noise. Usage: npm run build && npm run bench:middleware
import { defineFeatures } from 'react-maintenance-mode/core';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';

const requests = 200_000;
const rounds = 7;

const features = defineFeatures({
  site: { flag: 'site-maintenance', label: 'Shop', scope: 'site' },
  search: { flag: 'search-maintenance', label: 'Search' },
  comments: { flag: 'comments-maintenance', label: 'Comments', plural: true, mode: 'read-only' },
});
const nothing = { 'site-maintenance': false, 'search-maintenance': false, 'comments-maintenance': false };
const searchDown = { ...nothing, 'search-maintenance': { endsAt: Date.now() + 600_000 } };
const options = { features, failure: 'open', routes: { '/api/search/*': 'search' } };
const middleware = (readFlags) => maintenanceMiddleware({ ...options, readFlags });

const passes = middleware(() => nothing);
const passesLater = middleware(async () => nothing);
const refuses = middleware(() => searchDown);
const readLater = async () => nothing;
const ignore = () => undefined;
const cases = {
  'a request alone': (request, done) => done(),
  'passes, flags at once': (request, done) => passes(request, {}, done),
  'refused, flags at once': (request, done) => refuses(request, answerTo(done), ignore),
  'control: after a promise': (request, done) => void readLater().then(done),
  'passes, flags by promise': (request, done) => passesLater(request, {}, done),
};

for (const [name, handle] of Object.entries(cases)) {
  const costs = [];
  for (let round = 0; round < rounds; round += 1) costs.push(await measure(handle));
  console.log(name.padEnd(28), `${Math.round(costs.sort((a, b) => a - b)[rounds >> 1])} ns`.padStart(10));
}

async function measure(handle) {
  const start = process.hrtime.bigint();
  for (let count = 0; count < requests; count += 1) {
    await new Promise((resolve) => handle(makeRequest(), resolve));
  }
  return Number(process.hrtime.bigint() - start) / requests;
}

function makeRequest() {
  const headers = { host: 'shop.example', accept: 'application/json', 'accept-language': 'en' };
  return { method: 'GET', url: '/api/search/words', headers, socket: {} };
}

function answerTo(done) {
  return { headersSent: false, destroyed: false, writeHead: ignore, end: done };
}
