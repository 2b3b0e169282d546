import { init, type LDClient } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';
import { InMemoryProvider, OpenFeature, TypeMismatchError, type Provider } from '@openfeature/server-sdk';
import {
  createMaintenanceHandler,
  launchDarklyFlags,
  openFeatureFlags,
  type ReadFlags,
} from 'react-maintenance-mode/server';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { features, routes } from './shop.js';

const userOf = ({ headers }: Request) => headers.get('x-user') ?? 'nobody';

async function statusFor(readFlags: ReadFlags<Request>, user: string, onError = vi.fn()): Promise<number> {
  const handler = createMaintenanceHandler({
    features,
    readFlags,
    failure: 'closed',
    timeoutMs: 300,
    routes,
    onError,
  });
  const request = new Request('https://shop.example/search', { headers: { 'x-user': user } });
  return (await handler(request)).response?.status ?? 200;
}

describe('launchDarklyFlags', () => {
  let client: LDClient | undefined;
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const contextOf = (request: Request) => ({ kind: 'user', key: userOf(request) });

  afterEach(() => client?.close());

  it('reads the flags of the real SDK, for the user of the request', async () => {
    const data = new TestData();
    await data.update(
      data.flag('search-maintenance').booleanFlag().variationForUser('bob', true).fallthroughVariation(false),
    );
    client = init('sdk-key', { updateProcessor: data.getFactory(), sendEvents: false, logger: silent });
    const readFlags = launchDarklyFlags(client, contextOf);

    expect(await statusFor(readFlags, 'bob')).toBe(503);
    expect(await statusFor(readFlags, 'ann')).toBe(200);

    await data.update(data.flag('search-maintenance').booleanFlag().variationForAll(false));
    expect(await statusFor(readFlags, 'bob')).toBe(200);
  });

  it('reads objects and texts as the browser does', async () => {
    const data = new TestData();
    await data.update(data.flag('search-maintenance').valueForAll({ mode: 'down', id: 'reindex-7' }));
    await data.update(data.flag('comments-maintenance').valueForAll('read-only'));
    client = init('sdk-key', { updateProcessor: data.getFactory(), sendEvents: false, logger: silent });

    const flags = await launchDarklyFlags(client, contextOf)(new Request('https://shop.example/'), [
      'search-maintenance',
      'comments-maintenance',
      'site-maintenance',
    ]);

    expect(flags).toEqual({
      'search-maintenance': { mode: 'down', id: 'reindex-7' },
      'comments-maintenance': 'read-only',
      'site-maintenance': null,
    });
  });

  it.each([undefined, '', { bad: true }])(
    'counts a context with the key %j as flags that cannot be read',
    async (key) => {
      const onError = vi.fn();
      const data = new TestData();
      await data.update(data.flag('site-maintenance').booleanFlag().variationForAll(true));
      client = init('sdk-key', { updateProcessor: data.getFactory(), sendEvents: false, logger: silent });
      // What a session without a user gives.
      const readFlags = launchDarklyFlags(client, () => ({ kind: 'user', key }) as never);

      expect(await statusFor(readFlags, 'nobody', onError)).toBe(503);
      expect(onError.mock.calls[0]?.[0].message).toContain('USER_NOT_SPECIFIED');
      expect(onError.mock.calls[0]?.[0].message).toContain("key: 'anonymous'");
    },
  );

  it('cannot read flags if the client does not receive them', async () => {
    const onError = vi.fn();
    const never = () => ({ start() {}, stop() {}, close() {} });
    client = init('sdk-key', { updateProcessor: never, sendEvents: false, logger: silent });

    expect(await statusFor(launchDarklyFlags(client, contextOf), 'bob', onError)).toBe(503);
    expect(onError.mock.calls.map(([{ code }]) => code)).toEqual(['flags-failed']);
  });
});

describe('openFeatureFlags', () => {
  const contextOf = (request: Request) => ({ targetingKey: userOf(request) });
  const flags = {
    'search-maintenance': {
      variants: { on: true, off: false },
      defaultVariant: 'off',
      disabled: false,
      contextEvaluator: ({ targetingKey }: { targetingKey?: string }) =>
        targetingKey === 'bob' ? 'on' : 'off',
    },
    'comments-maintenance': { variants: { quiet: 'read-only' }, defaultVariant: 'quiet', disabled: false },
    'checkout-maintenance': {
      variants: { moving: { mode: 'down', id: 'move' } },
      defaultVariant: 'moving',
      disabled: false,
    },
  };

  afterEach(() => OpenFeature.close());

  async function clientOf(provider: Provider) {
    await OpenFeature.setProviderAndWait('shop', provider);
    return OpenFeature.getClient('shop');
  }

  it('reads the flags of the real SDK, for the user of the request', async () => {
    const readFlags = openFeatureFlags(await clientOf(new InMemoryProvider(flags)), contextOf);

    expect(await statusFor(readFlags, 'bob')).toBe(503);
    expect(await statusFor(readFlags, 'ann')).toBe(200);
  });

  it('finds the type of a flag, and then asks once', async () => {
    const client = await clientOf(new InMemoryProvider(flags));
    const readFlags = openFeatureFlags(client, contextOf);
    const keys = ['search-maintenance', 'comments-maintenance', 'checkout-maintenance', 'absent'];
    const read = () => readFlags(new Request('https://shop.example/'), keys);

    const first = await read();
    const asked = vi.spyOn(client, 'getBooleanDetails');
    const second = await read();

    expect(first).toEqual({
      'search-maintenance': false,
      'comments-maintenance': 'read-only',
      'checkout-maintenance': { mode: 'down', id: 'move' },
      absent: undefined,
    });
    expect(second).toEqual(first);
    expect(asked.mock.calls.map(([flag]) => flag)).toEqual(['search-maintenance', 'absent']);
  });

  it('reads the value of a toggle that is on, and asks again if the type differs for another user', async () => {
    const provider = new InMemoryProvider({});
    const payloads: Record<string, string> = { bob: 'read-only' };
    provider.resolveBooleanEvaluation = async () => ({ value: true });
    provider.resolveObjectEvaluation = async () => {
      throw new TypeMismatchError();
    };
    provider.resolveStringEvaluation = async (_flag, value, context) => ({
      value: payloads[context?.targetingKey ?? ''] ?? value,
    });
    const readFlags = openFeatureFlags(await clientOf(provider), contextOf);
    const read = (user: string) =>
      readFlags(new Request('https://shop.example/', { headers: { 'x-user': user } }), [
        'search-maintenance',
      ]);

    expect(await read('ann')).toEqual({ 'search-maintenance': true });
    expect(await read('bob')).toEqual({ 'search-maintenance': 'read-only' });
    expect(await read('ann')).toEqual({ 'search-maintenance': true });
  });

  it('cannot read flags without a provider', async () => {
    const onError = vi.fn();
    const readFlags = openFeatureFlags(OpenFeature.getClient('nobody set one'), contextOf);

    expect(await statusFor(readFlags, 'ann', onError)).toBe(503);
    expect(onError.mock.calls[0]?.[0].message).toContain('OpenFeature says');
  });

  it('cannot read flags if the provider fails', async () => {
    const onError = vi.fn();
    const broken = new InMemoryProvider(flags);
    vi.spyOn(broken, 'resolveBooleanEvaluation').mockRejectedValue(new Error('the service is down'));
    const readFlags = openFeatureFlags(await clientOf(broken), contextOf);

    expect(await statusFor(readFlags, 'ann', onError)).toBe(503);
    expect(onError.mock.calls[0]?.[0].message).toContain('the service is down');
  });
});
