// Measures requests per second with and without the middleware, in one run. Needs a build. Usage: npm run bench:server
// The two servers of a pair share a process, as in an app that has one middleware. They take short turns, because the speed of a shared
// machine changes every second. The result of a process is the median of the ratios of its turns. The result of a pair is the median of
// several processes, with the lowest and the highest. Consecutive requests have different addresses, as in an app. Pairs without a bar are
// controls. One control compares a server with itself. Another one measures what a promise costs, because a middleware whose flags come by
// promise needs one. Refusals have no bar either: each is written for its request, and compared with a server that sends prepared bytes.
// BENCH_ONLY selects pairs by name: BENCH_ONLY=refused npm run bench:server
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { loadavg } from 'node:os';
import { defineFeatures } from 'react-maintenance-mode/core';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';
import { failOnError } from './failOnError.mjs';

const processes = Number(process.env.BENCH_PROCESSES || 3);
const turns = Number(process.env.BENCH_TURNS || 200);
const turnMs = Number(process.env.BENCH_TURN_MS || 20);
const connections = 32;

const features = defineFeatures({
  site: { flag: 'site-maintenance', label: 'Shop', scope: 'site' },
  search: { flag: 'search-maintenance', label: 'Search' },
  comments: { flag: 'comments-maintenance', label: 'Comments', mode: 'read-only' },
  payments: { flag: 'payments-maintenance', label: 'Payments' },
  checkout: { flag: 'checkout-maintenance', label: 'Checkout', dependsOn: ['payments'] },
});
const routes = { '/api/search/*': 'search', '/comments/*': 'comments', '/checkout/*': 'checkout' };
const nothing = Object.fromEntries(Object.values(features).map(({ flag }) => [flag, false]));
const searchDown = { ...nothing, 'search-maintenance': { endsAt: Date.now() + 600_000 } };
const options = { features, routes, failure: 'open', onError: failOnError };

const hello = (_request, response) => response.end('hello');
/** An answer with the size and work of a small API: 50 records from memory. */
const records = Array.from({ length: 50 }, (_, id) => ({
  id,
  name: `Shoe ${id}`,
  price: id * 3,
  tags: ['a', 'b'],
}));
const api = (_request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(records));
};

if (process.argv[2] === 'serve') await serve();
else await main();

async function serve() {
  const readNothing = async () => nothing;
  const passSync = maintenanceMiddleware({ ...options, readFlags: () => nothing });
  const passAsync = maintenanceMiddleware({ ...options, readFlags: readNothing });
  const refuseSync = maintenanceMiddleware({ ...options, readFlags: () => searchDown });
  const refuseAsync = maintenanceMiddleware({ ...options, readFlags: async () => searchDown });
  const sameBytes = {};
  const before = (middleware, handler) => (request, response) =>
    middleware(request, response, () => handler(request, response));
  // The same bytes from a handler that reads only what it needs to choose them.
  const sendSame = (request, response) => {
    const { status, headers, body } = sameBytes[request.headers.accept === 'text/html' ? 'page' : 'problem'];
    response.writeHead(status, headers);
    response.end(body);
  };
  const afterPromise = (handler) => async (request, response) => {
    await readNothing();
    handler(request, response);
  };
  const servers = {
    hello,
    'hello again': (request, response) => hello(request, response),
    'hello, after a promise': afterPromise(hello),
    'hello, flags at once': before(passSync, hello),
    'hello, flags by promise': before(passAsync, hello),
    api,
    'api, after a promise': afterPromise(api),
    'api, flags at once': before(passSync, api),
    'api, flags by promise': before(passAsync, api),
    'refused, flags at once': before(refuseSync, hello),
    'refused, flags by promise': before(refuseAsync, hello),
    'same bytes': sendSame,
    'same bytes, after a promise': afterPromise(sendSame),
  };
  const ports = {};
  for (const [name, handler] of Object.entries(servers)) {
    const server = createServer({ keepAliveTimeout: 60_000 }, handler);
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    ports[name] = server.address().port;
  }
  for (const [form, accept] of [
    ['problem', 'application/json'],
    ['page', 'text/html'],
  ]) {
    const answer = await fetch(`http://127.0.0.1:${ports['refused, flags at once']}/api/search/words`, {
      headers: { accept },
    });
    const { connection: _, 'keep-alive': __, date: ___, ...headers } = Object.fromEntries(answer.headers);
    sameBytes[form] = { status: answer.status, headers, body: await answer.text() };
  }
  process.on('message', () => process.send(process.cpuUsage()));
  process.send(ports);
}

async function main() {
  console.log(
    `Node ${process.version}, ${connections} connections, ${turns} turns of ${turnMs} ms each way in each of ${processes} processes, load ${loadavg()[0].toFixed(1)}\n`,
  );
  const problem = 'application/json';
  const page = 'text/html';
  for (const [what, without, with_, bar, accept = '*/*'] of [
    ['control: the same handler twice', 'hello', 'hello again'],
    ['control: after a promise', 'hello', 'hello, after a promise'],
    ['passes (bare "hello"), flags at once', 'hello', 'hello, flags at once', 0.95],
    ['passes (bare "hello"), flags by promise', 'hello', 'hello, flags by promise', 0.95],
    ['the same beside a promise', 'hello, after a promise', 'hello, flags by promise', 0.95],
    ['passes (small API), flags at once', 'api', 'api, flags at once', 0.95],
    ['passes (small API), flags by promise', 'api', 'api, flags by promise', 0.95],
    ['the same beside a promise', 'api, after a promise', 'api, flags by promise', 0.95],
    ['refused as a problem, flags at once', 'same bytes', 'refused, flags at once', undefined, problem],
    ['refused as a problem, flags by promise', 'same bytes', 'refused, flags by promise', undefined, problem],
    [
      'the same beside a promise',
      'same bytes, after a promise',
      'refused, flags by promise',
      undefined,
      problem,
    ],
    ['refused as a page, flags at once', 'same bytes', 'refused, flags at once', undefined, page],
    ['refused as a page, flags by promise', 'same bytes', 'refused, flags by promise', undefined, page],
    [
      'the same beside a promise',
      'same bytes, after a promise',
      'refused, flags by promise',
      undefined,
      page,
    ],
  ]) {
    if (!what.includes(process.env.BENCH_ONLY ?? '')) continue;
    const measured = [];
    for (let count = 0; count < processes; count += 1)
      measured.push(await comparePair(without, with_, accept, count % 2 === 1));
    const ratios = measured.map(({ ratio }) => ratio).sort((a, b) => a - b);
    const ratio = median(ratios);
    const rate = (which) => median(measured.map(({ rates }) => rates[which]));
    console.log(
      what.padEnd(40),
      `${rate(0)} -> ${rate(1)} requests/s`.padStart(28),
      ` ratio ${ratio.toFixed(3)} (${ratios[0].toFixed(3)} to ${ratios.at(-1).toFixed(3)}),`,
      `by processor time ${median(measured.map(({ processorRatio }) => processorRatio)).toFixed(3)}`,
      bar ? `; bar ${bar}: ${ratio >= bar ? 'met' : 'missed'}` : '',
    );
  }
}

/** With `turned`, the connections of the second server are opened first, so that no server always has the same place in memory. */
async function comparePair(without, with_, accept, turned) {
  const child = fork(new URL(import.meta.url), ['serve'], { stdio: 'inherit' });
  const hear = () => new Promise((resolve) => child.once('message', resolve));
  const ports = await hear();
  const processorSeconds = async () => {
    child.send('processor');
    const { user, system } = await hear();
    return (user + system) / 1e6;
  };
  const names = [without, with_];
  const clients = {};
  for (const name of turned ? names.toReversed() : names)
    clients[name] = await openConnections(ports[name], { path: '/api/search/words', accept });
  const measure = async (name) => {
    const before = await processorSeconds();
    const { answers, seconds } = await clients[name].run(turnMs);
    return {
      perSecond: answers / seconds,
      perProcessorSecond: answers / ((await processorSeconds()) - before),
    };
  };
  // Warm up until the compiler has optimized both.
  for (let turn = 0; turn < 15; turn += 1) for (const name of names) await measure(name);
  const measured = [[], []];
  for (let turn = 0; turn < turns; turn += 1) {
    for (const which of turn % 2 ? [1, 0] : [0, 1]) measured[which].push(await measure(names[which]));
  }
  for (const client of Object.values(clients)) client.close();
  child.disconnect();
  child.kill();
  const ratioOf = (figure) =>
    median(measured[0].map((base, turn) => measured[1][turn][figure] / base[figure]));
  return {
    rates: measured.map((turns) => Math.round(median(turns.map(({ perSecond }) => perSecond)))),
    ratio: ratioOf('perSecond'),
    processorRatio: ratioOf('perProcessorSecond'),
  };
}

/** Keeps connections busy for the length of a turn: each sends its next request as soon as it has an answer. */
async function openConnections(port, { path, accept }) {
  const texts = Array.from(
    { length: 100 },
    (_, id) =>
      `GET ${path}/${id}?page=${id} HTTP/1.1\r\nhost: shop.example\r\naccept: ${accept}\r\naccept-language: en\r\n\r\n`,
  );
  let sent = 0;
  const nextText = () => texts[(sent += 1) % texts.length];
  let answers = 0;
  let running = false;
  let waiting = 0;
  let finish = () => {};
  const sockets = await Promise.all(
    Array.from(
      { length: connections },
      () =>
        new Promise((resolve, reject) => {
          const socket = connect(port, '127.0.0.1', () => resolve(socket));
          let left = 0;
          socket.setNoDelay(true);
          socket.on('error', reject);
          socket.on('data', (chunk) => {
            if (left === 0) {
              const head = chunk.indexOf('\r\n\r\n');
              const length = /content-length: (\d+)/i.exec(chunk.toString('latin1', 0, head));
              left = head + 4 + Number(length?.[1] ?? 0);
            }
            left -= chunk.length;
            if (left > 0) return;
            left = 0;
            answers += 1;
            if (running) return socket.write(nextText());
            waiting -= 1;
            if (waiting === 0) finish();
          });
        }),
    ),
  );
  return {
    async run(durationMs) {
      answers = 0;
      running = true;
      waiting = sockets.length;
      const start = performance.now();
      const finished = new Promise((resolve) => (finish = resolve));
      for (const socket of sockets) socket.write(nextText());
      await new Promise((resolve) => setTimeout(resolve, durationMs));
      running = false;
      await finished;
      return { answers, seconds: (performance.now() - start) / 1000 };
    },
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
