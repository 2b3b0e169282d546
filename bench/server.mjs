// Requests per second with and without the middleware, side by side in one run. Usage: npm run bench:server (after a build)
// Servers run in a process of their own; a pair takes short turns, and the median of the turns' ratios counts. Requests per
// second of the server's own processor time are the steadier figure on a machine that does other work as well.
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { defineFeatures } from 'react-maintenance-mode/core';
import { maintenanceMiddleware } from 'react-maintenance-mode/server/node';

const turns = Number(process.env.BENCH_TURNS ?? 40);
const turnMs = Number(process.env.BENCH_TURN_MS ?? 300);
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
const options = { features, routes, failure: 'open' };

const hello = (_request, response) => response.end('hello');
/** An answer of the size and work of a small API: 50 records out of memory. */
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
  const passSync = maintenanceMiddleware({ ...options, readFlags: () => nothing });
  const passAsync = maintenanceMiddleware({ ...options, readFlags: async () => nothing });
  const refuse = maintenanceMiddleware({ ...options, readFlags: async () => searchDown });
  const sameBytes = {};
  const servers = {
    hello,
    'hello, flags at once': (request, response) =>
      passSync(request, response, () => hello(request, response)),
    'hello, flags by promise': (request, response) =>
      passAsync(request, response, () => hello(request, response)),
    api,
    'api, flags at once': (request, response) => passSync(request, response, () => api(request, response)),
    'api, flags by promise': (request, response) =>
      passAsync(request, response, () => api(request, response)),
    refused: (request, response) => refuse(request, response, () => response.end('passed')),
    // The same bytes from a handler that looks at nothing but what it needs to choose them.
    'same bytes': (request, response) => {
      const { status, headers, body } =
        sameBytes[request.headers.accept === 'text/html' ? 'page' : 'problem'];
      response.writeHead(status, headers);
      response.end(body);
    },
  };
  const ports = {};
  for (const [name, handler] of Object.entries(servers)) {
    const server = createServer(handler);
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    ports[name] = server.address().port;
  }
  for (const [form, accept] of [
    ['problem', 'application/json'],
    ['page', 'text/html'],
  ]) {
    const answer = await fetch(`http://127.0.0.1:${ports.refused}/api/search/words`, { headers: { accept } });
    const { connection: _, 'keep-alive': __, date: ___, ...headers } = Object.fromEntries(answer.headers);
    sameBytes[form] = { status: answer.status, headers, body: await answer.text() };
  }
  process.on('message', () => process.send(process.cpuUsage()));
  process.send(ports);
}

async function main() {
  const child = fork(new URL(import.meta.url), ['serve'], { stdio: 'inherit' });
  const ports = await new Promise((resolve) => child.once('message', resolve));
  const search = (accept) => ({ path: '/api/search/words', accept });
  const pairs = [
    [
      'a request that passes (bare "hello"), flags at once',
      'hello',
      'hello, flags at once',
      search('*/*'),
      0.98,
    ],
    [
      'a request that passes (bare "hello"), flags by promise',
      'hello',
      'hello, flags by promise',
      search('*/*'),
      0.98,
    ],
    ['a request that passes (small API), flags at once', 'api', 'api, flags at once', search('*/*'), 0.98],
    [
      'a request that passes (small API), flags by promise',
      'api',
      'api, flags by promise',
      search('*/*'),
      0.98,
    ],
    [
      'a request that is refused, as a problem document',
      'same bytes',
      'refused',
      search('application/json'),
      0.9,
    ],
    ['a request that is refused, as a page', 'same bytes', 'refused', search('text/html'), 0.9],
  ];
  console.log(
    `Node ${process.version}, ${connections} connections, ${turns} turns of ${turnMs} ms each way\n`,
  );
  const cpuSeconds = async () => {
    const told = new Promise((resolve) => child.once('message', resolve));
    child.send('cpu');
    const { user, system } = await told;
    return (user + system) / 1e6;
  };
  for (const [what, without, with_, request, bar] of pairs) {
    const names = [without, with_];
    const measure = async (name) => {
      const before = await cpuSeconds();
      const { answers, seconds } = await load(ports[name], request, turnMs);
      return { perSecond: answers / seconds, perCpuSecond: answers / ((await cpuSeconds()) - before) };
    };
    for (const name of names) await measure(name);
    const measured = [[], []];
    for (let turn = 0; turn < turns; turn += 1) {
      for (const which of turn % 2 ? [1, 0] : [0, 1]) measured[which].push(await measure(names[which]));
    }
    const ratioOf = (figure) =>
      median(measured[0].map((base, turn) => measured[1][turn][figure] / base[figure]));
    const rateOf = (which) => Math.round(median(measured[which].map(({ perSecond }) => perSecond)));
    const ratio = ratioOf('perSecond');
    console.log(
      what.padEnd(56),
      `${rateOf(0)} -> ${rateOf(1)} requests/s`.padStart(28),
      ` ratio ${ratio.toFixed(3)}, by processor time ${ratioOf('perCpuSecond').toFixed(3)}`,
      `(bar ${bar}: ${ratio >= bar ? 'met' : 'missed'})`,
    );
  }
  child.disconnect();
  child.kill();
}

/** Answers to connections that each ask again as soon as they have their answer. */
async function load(port, { path, accept }, durationMs) {
  const text = `GET ${path} HTTP/1.1\r\nhost: shop.example\r\naccept: ${accept}\r\naccept-language: en\r\n\r\n`;
  let answers = 0;
  let running = true;
  const start = performance.now();
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
            if (running) socket.write(text);
          });
        }),
    ),
  );
  for (const socket of sockets) socket.write(text);
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  running = false;
  const result = { answers, seconds: (performance.now() - start) / 1000 };
  for (const socket of sockets) socket.destroy();
  return result;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
