// Flips one flag of 1,000 and of 10,000: our hook beside LaunchDarkly's own hooks, on its real clients, in one run.
// A flip is an event of the stream; it ends when the reader's text has changed. Usage: npm run build && npm run bench:react
import { installBrowser, streams } from './browserWithStreams.mjs';
import { failOnError } from './failOnError.mjs';

process.env.NODE_ENV = 'production';
const WARM_UP = 10;
const FLIPS = 50;

installBrowser();
// Import these after the globals that they use while loading.
const { createElement: h, memo } = await import('react');
const { createRoot } = await import('react-dom/client');
const { flushSync } = await import('react-dom');
const version3 = await import('launchdarkly-react-client-sdk');
const version4 = await import('@launchdarkly/react-sdk');
const { defineFeatures, MaintenanceProvider, useMaintenance } = await import('react-maintenance-mode');
const { launchDarklySource } = await import('react-maintenance-mode/launchdarkly/source');

const user = { kind: 'user', key: 'bob' };
const url = 'http://flags.invalid';
const ignore = () => undefined;
const quiet = {
  sendEvents: false,
  fetchGoals: false,
  diagnosticOptOut: true,
  logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
};

for (const count of [1_000, 10_000]) {
  const keys = Array.from({ length: count }, (_, index) => `flag-${index}`);
  const cases = [];
  for (const make of [hooksOfVersion4, hooksOfVersion3, oursOnVersion4, oursOnVersion3]) {
    cases.push(await startCase(make, keys));
  }
  await flipAll(cases, keys);
  report(count, cases);
  for (const { end } of cases) await end();
}
process.exit(0);

function hooksOfVersion4(name, keys, seen) {
  const client = clientOfVersion4(name, keys);
  const Provider = version4.createLDReactProviderWithClient(client);
  const Reader = memo(function Reader({ flag }) {
    seen.renders += 1;
    return h('i', null, String(version4.useBoolVariation(flag, false)));
  });
  return { client, evaluate: 'boolVariation', app: h(Provider, null, readers(Reader, keys)) };
}

function hooksOfVersion3(name, keys, seen) {
  const client = clientOfVersion3(name, keys);
  const Reader = memo(function Reader({ flag }) {
    seen.renders += 1;
    // By default the SDK turns keys into camel case.
    return h('i', null, String(version3.useFlags()[flag.replace('-', '')]));
  });
  const props = { clientSideID: name, ldClient: client, options: { bootstrap: bootstrap(keys) } };
  return { client, evaluate: 'variation', app: h(version3.LDProvider, props, readers(Reader, keys)) };
}

function oursOnVersion4(name, keys, seen) {
  return ours(clientOfVersion4(name, keys), keys, seen);
}

function oursOnVersion3(name, keys, seen) {
  return ours(clientOfVersion3(name, keys), keys, seen);
}

function ours(client, keys, seen) {
  const features = defineFeatures(Object.fromEntries(keys.map((key) => [key, { flag: key }])));
  const Reader = memo(function Reader({ flag }) {
    seen.renders += 1;
    return h('i', null, String(useMaintenance(flag).mode === 'down'));
  });
  const props = { source: launchDarklySource(client), features, onError: failOnError };
  return { client, evaluate: 'variation', app: h(MaintenanceProvider, props, readers(Reader, keys)) };
}

function readers(Reader, keys) {
  return keys.map((key) => h(Reader, { key, flag: key }));
}

function clientOfVersion4(name, keys) {
  const options = { ...quiet, baseUri: url, streamUri: url, eventsUri: url };
  const client = version4.createClient(name, user, options);
  void client.start({ bootstrap: bootstrap(keys) });
  return client;
}

function clientOfVersion3(name, keys) {
  const options = { ...quiet, baseUrl: url, streamUrl: url, eventsUrl: url, bootstrap: bootstrap(keys) };
  return version3.initialize(name, user, { ...options, sendEventsOnlyForVariation: true });
}

function bootstrap(keys) {
  const details = Object.fromEntries(keys.map((key) => [key, { variation: 0, version: 1 }]));
  return { ...Object.fromEntries(keys.map((key) => [key, false])), $flagsState: details, $valid: true };
}

async function startCase(make, keys) {
  const { name } = make;
  const seen = { renders: 0, evaluations: 0 };
  const { client, app, evaluate } = make(name, keys, seen);
  const original = client[evaluate];
  client[evaluate] = (...args) => {
    seen.evaluations += 1;
    return original(...args);
  };
  const container = document.body.appendChild(document.createElement('div'));
  const root = createRoot(container);
  flushSync(() => root.render(app));
  while (!streams.has(name)) await pause();
  await settled(seen);
  const mounted = { ...seen };
  return {
    name,
    seen,
    mounted,
    elements: container.querySelectorAll('i'),
    times: [],
    totals: { renders: 0, evaluations: 0 },
    end: async () => {
      root.unmount();
      container.remove();
      streams.delete(name);
      await client.close();
    },
  };
}

/** Flips the flag in each case in turn, so that other work of the machine affects all cases alike. */
async function flipAll(cases, keys) {
  for (let flip = 0; flip < WARM_UP + FLIPS; flip += 1) {
    for (const { name, seen, elements, times, totals } of cases) {
      const index = (flip * 37) % keys.length;
      const element = elements[index];
      seen.renders = 0;
      seen.evaluations = 0;
      const changed = nextChange(element);
      const started = performance.now();
      streams.get(name).emit('patch', { key: keys[index], version: flip + 2, variation: 1, value: true });
      await changed;
      const time = performance.now() - started;
      await settled(seen);
      if (element.textContent !== 'true') throw new Error(`${name} shows a wrong value`);
      if (flip < WARM_UP) continue;
      times.push(time);
      totals.renders += seen.renders;
      totals.evaluations += seen.evaluations;
    }
  }
}

function report(count, cases) {
  const [{ times: reference }] = cases;
  console.log(`\n${count} readers, one flag flips (medians of ${FLIPS}; then what mounting them took)`);
  console.log('                       ms  of v4 renders evaluations    mounting: renders evaluations');
  for (const { name, times, totals, mounted } of cases) {
    const columns = [
      [median(times).toFixed(2), 9],
      [(median(times) / median(reference)).toFixed(2), 7],
      [totals.renders / FLIPS, 8],
      [totals.evaluations / FLIPS, 12],
      [mounted.renders, 20],
      [mounted.evaluations, 12],
    ];
    console.log(name.padEnd(16) + columns.map(([value, width]) => String(value).padStart(width)).join(''));
  }
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function nextChange(element) {
  return new Promise((resolve) => {
    const observer = new window.MutationObserver(() => {
      observer.disconnect();
      resolve();
    });
    observer.observe(element, { childList: true, characterData: true, subtree: true });
  });
}

/** Waits until React has nothing left to render. */
async function settled(seen) {
  for (let calm = 0, before = -1; calm < 3;) {
    await pause();
    calm = seen.renders === before ? calm + 1 : 0;
    before = seen.renders;
  }
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
