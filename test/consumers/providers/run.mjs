// Reads the same flags through the real provider of each service, against small stand-ins of what their services send, and prints what
// was read. Usage: node run.mjs
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { JSDOM } from 'jsdom';
import { openFeatureSource } from 'react-maintenance-mode/openfeature';

// The providers and the SDK have to be one copy; some providers have no working ES module for Node.
const require = createRequire(import.meta.url);
const { InMemoryProvider, OpenFeature } = require('@openfeature/web-sdk');
const { ConfigCatWebProvider } = require('@openfeature/config-cat-web-provider');
const { FlagdWebProvider } = require('@openfeature/flagd-web-provider');
const { FlagsmithClientProvider } = require('@openfeature/flagsmith-client-provider');
const { GrowthbookClientProvider } = require('@openfeature/growthbook-client-provider');
const { LaunchDarklyClientProvider } = require('@openfeature/launchdarkly-client-provider');
const { OFREPWebProvider } = require('@openfeature/ofrep-web-provider');
const { UnleashWebProvider } = require('@openfeature/unleash-web-provider');

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const object = { mode: 'read-only', title: 'Moving' };
const json = JSON.stringify(object);
const values = { off: false, on: true, text: 'read-only', object };

const providers = {
  'in-memory': () =>
    new InMemoryProvider(
      Object.fromEntries(
        Object.entries(values).map(([flag, value]) => [
          flag,
          { variants: { value }, defaultVariant: 'value', disabled: false },
        ]),
      ),
    ),

  async OFREP() {
    const flags = Object.entries(values).map(([key, value]) => ({
      key,
      value,
      reason: 'STATIC',
      variant: 'v',
    }));
    return new OFREPWebProvider({ baseUrl: await serve(() => ({ flags })), cacheMode: 'disabled' });
  },

  async flagd() {
    const typed = { off: { boolValue: false }, on: { boolValue: true }, text: { stringValue: 'read-only' } };
    const flags = { ...typed, object: { objectValue: object } };
    const url = await serve(({ pathname }) =>
      pathname.endsWith('/ResolveAll') ? { flags } : providerReady(),
    );
    return new FlagdWebProvider({ host: '127.0.0.1', port: Number(new URL(url).port), tls: false });
  },

  async Unleash() {
    const toggle = (name, enabled, payload) => ({
      name,
      enabled,
      impressionData: false,
      variant: {
        name: payload ? 'v' : 'disabled',
        enabled: Boolean(payload),
        feature_enabled: enabled,
        payload,
      },
    });
    const toggles = [
      toggle('off', false),
      toggle('on', true),
      toggle('text', true, { type: 'string', value: 'read-only' }),
      toggle('object', true, { type: 'json', value: json }),
      toggle('json-text', true, { type: 'json', value: '"read-only"' }),
      toggle('number', true, { type: 'number', value: '5' }),
    ];
    const url = `${await serve(() => ({ toggles }))}/api/frontend`;
    return new UnleashWebProvider({
      url,
      clientKey: 'key',
      appName: 'shop',
      refreshInterval: 0,
      disableMetrics: true,
    });
  },

  async Flagsmith() {
    const flag = (name, enabled, value = null) => ({
      id: 1,
      enabled,
      feature_state_value: value,
      feature: { id: 1, name, type: 'STANDARD' },
    });
    const flags = [
      flag('off', false, 'read-only'),
      flag('on', true),
      flag('text', true, 'read-only'),
      flag('object', true, json),
      flag('false', true, false),
    ];
    const url = await serve(({ pathname }) =>
      pathname.includes('identities') ? { flags, traits: [] } : flags,
    );
    return new FlagsmithClientProvider({ environmentID: 'env', api: `${url}/api/v1/`, fetch });
  },

  async GrowthBook() {
    const features = Object.fromEntries(
      Object.entries({ ...values, null: null }).map(([flag, defaultValue]) => [flag, { defaultValue }]),
    );
    const apiHost = await serve(() => ({ status: 200, features, dateUpdated: '2026-01-01T00:00:00Z' }));
    return new GrowthbookClientProvider({ apiHost, clientKey: 'key' }, { streaming: false });
  },

  async ConfigCat() {
    const f = {
      off: { t: 0, v: { b: false }, i: 'v' },
      on: { t: 0, v: { b: true }, i: 'v' },
      text: { t: 1, v: { s: 'read-only' }, i: 'v' },
      object: { t: 1, v: { s: json }, i: 'v' },
    };
    const baseUrl = await serve(() => ({ p: { u: 'http://127.0.0.1', r: 0, s: 'c2FsdA==' }, f }));
    const key = '0123456789012345678901';
    return ConfigCatWebProvider.create(`configcat-sdk-1/${key}/${key}`, {
      baseUrl,
      logger: { ...silent, log() {} },
    });
  },

  LaunchDarkly: () =>
    inBrowser(
      () =>
        new LaunchDarklyClientProvider('env', {
          bootstrap: values,
          sendEvents: false,
          fetchGoals: false,
          diagnosticOptOut: true,
          logger: silent,
        }),
    ),
};

OpenFeature.setLogger(silent);
const results = {};
for (const [name, make] of Object.entries(providers)) results[name] = await read(name, await make());
console.log(`RESULTS ${JSON.stringify(results)}`);
process.exit(0);

async function read(domain, provider) {
  await OpenFeature.setProviderAndWait(domain, provider, { targetingKey: 'bob' });
  const source = openFeatureSource(OpenFeature.getClient(domain));
  const end = source.subscribe([], () => {});
  const flags = ['off', 'on', 'text', 'object', 'json-text', 'number', 'false', 'null', 'absent'];
  const found = flags.map((flag) => [flag, source.get(flag)]);
  const { state } = source.status();
  end();
  return { ...Object.fromEntries(found), state, user: source.user() };
}

/** What answers each request with JSON, or with the bytes that it is given and no end. */
async function serve(answerTo) {
  const server = createServer((request, response) => {
    request.resume();
    const answer = answerTo(new URL(request.url, 'http://127.0.0.1'));
    const isStream = Buffer.isBuffer(answer);
    response.writeHead(200, { 'content-type': isStream ? 'application/connect+json' : 'application/json' });
    if (isStream) response.write(answer);
    else response.end(JSON.stringify(answer));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}`;
}

/** One message of a Connect stream: a flag byte, its length, and JSON. */
function providerReady() {
  const message = Buffer.from(JSON.stringify({ type: 'provider_ready' }));
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** LaunchDarkly's SDK wants a window from its first moment on. */
function inBrowser(make) {
  const { window } = new JSDOM('', { url: 'http://127.0.0.1/' });
  Object.assign(globalThis, { window, document: window.document });
  return make();
}
