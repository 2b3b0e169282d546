import {
  FlagNotFoundError,
  OpenFeature,
  OpenFeatureEventEmitter,
  ProviderEvents,
  TypeMismatchError,
  type EvaluationContext,
  type Provider,
} from '@openfeature/web-sdk';
import { createMaintenanceStore, defineFeatures, type FlagSource } from 'react-maintenance-mode/core';
import { openFeatureSource } from 'react-maintenance-mode/openfeature';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';

const features = defineFeatures({
  search: { flag: 'search-m' },
  payments: { flag: 'payments-m', failure: 'closed' },
});
const moving = { mode: 'down', title: 'We are moving your account, Alice', reopenOverSeconds: 600 };
const ofUsers: Record<string, Record<string, unknown>> = {
  alice: { 'search-m': moving, 'payments-m': false },
  bob: { 'search-m': false, 'payments-m': false },
  carol: { 'search-m': 'read-only', 'payments-m': false },
};

beforeAll(() => void OpenFeature.setLogger({ debug() {}, info() {}, warn() {}, error() {} }));
afterEach(async () => {
  await OpenFeature.clearProviders();
  await OpenFeature.clearContexts();
});

describe("a context with another person's targetingKey", () => {
  it('drops the flags of the previous user at once, and shows none until the provider has answered', async () => {
    const service = await startService({ targetingKey: 'alice' });
    const { store, source } = follow();
    expect(store.get('search').mode).toBe('down');

    const changed = OpenFeature.setContext({ targetingKey: 'bob' });
    expect(store.get('search')).toMatchObject({ mode: 'none', phase: 'none', notice: null });
    expect(source.status?.()).toEqual({ state: 'pending' });
    expect(source.get('search-m')).toBeUndefined();
    service.answer();
    await changed;

    expect(store.get('search')).toMatchObject({ mode: 'none', phase: 'none' });
    expect(source.status?.()).toEqual({ state: 'ready' });
    expect(store.getUserChanges()).toBe(1);
  });

  it('shows the flags of the next user, and forgets a refusal of the previous user', async () => {
    const service = await startService({ targetingKey: 'bob' });
    const { store } = follow();
    store.reportUnavailable('payments', { id: 'refused', mode: 'down' }, Date.now() + 3_600_000);

    const changed = OpenFeature.setContext({ targetingKey: 'carol' });
    expect(store.get('payments').mode).toBe('none');
    service.answer();
    await changed;

    expect(store.get('search').mode).toBe('read-only');
  });

  it.each([
    ['refuses', (service: Service) => service.fail(new Error('no network'))],
    [
      'tells of an error, and then that it is done',
      (service: Service) => service.answer(ProviderEvents.Error),
    ],
    [
      'tells that it is stale, and then that it is done',
      (service: Service) => service.answer(ProviderEvents.Stale),
    ],
  ])('shows no flags of the previous user if the provider %s', async (_what, end) => {
    const service = await startService({ targetingKey: 'alice' });
    const { store, source } = follow();

    const changed = OpenFeature.setContext({ targetingKey: 'bob' });
    end(service);
    await changed;

    expect(source.status?.()).toMatchObject({ state: 'failed' });
    expect(source.get('search-m')).toBeUndefined();
    expect(store.get('search')).toMatchObject({ mode: 'none', notice: null });
    // A feature that fails closed does.
    expect(store.get('payments').mode).toBe('down');

    service.load('bob');
    service.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: [] });

    expect(source.get('search-m')).toBe(false);
    expect(store.get('payments').mode).toBe('none');
  });

  it('waits for the last of several users', async () => {
    const service = await startService({ targetingKey: 'alice' });
    const { store, source } = follow();

    const changes = ['bob', 'carol'].map((targetingKey) => OpenFeature.setContext({ targetingKey }));
    service.answer();
    await changes[0];
    expect(source.status?.()).toEqual({ state: 'pending' });
    expect(store.get('search').mode).toBe('none');
    service.answer();
    await changes[1];

    expect(store.get('search').mode).toBe('read-only');
    expect(store.getUserChanges()).toBe(2);
  });

  it('does not mistake a change of flags or a recovery for the answer for another user', async () => {
    const service = await startService({ targetingKey: 'alice' });
    const { store } = follow();

    const changed = OpenFeature.setContext({ targetingKey: 'bob' });
    service.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: ['search-m'] });
    service.events.emit(ProviderEvents.ConfigurationChanged);
    service.events.emit(ProviderEvents.Ready);
    expect(store.get('search').mode).toBe('none');
    service.answer();
    await changed;

    expect(store.get('search').mode).toBe('none');
  });

  it('reports another user if the provider becomes stale before it asks', async () => {
    const service = await startService({ targetingKey: 'alice' }, ProviderEvents.Stale);
    const { store } = follow();

    const changed = OpenFeature.setContext({ targetingKey: 'carol' });
    expect(store.get('search').mode).toBe('none');
    service.answer();
    await changed;

    expect(store.get('search').mode).toBe('read-only');
  });

  it.each<[what: string, from: EvaluationContext, to: EvaluationContext]>([
    ['a sign-out', { targetingKey: 'alice' }, {}],
    ['a sign-in', {}, { targetingKey: 'alice' }],
    ['another key', { key: 'alice' }, { key: 'bob' }],
    ['another userId', { userId: 'alice' }, { userId: 'bob' }],
    ['another id', { id: 'alice' }, { id: 'bob' }],
  ])('is noticed with a provider that does not read contexts again: %s', async (_what, from, to) => {
    await OpenFeature.setProviderAndWait(
      providerOf((flag) => flag === 'search-m'),
      from,
    );
    const { store } = follow();

    await OpenFeature.setContext(to);

    expect(store.getUserChanges()).toBe(1);
    expect(store.get('search').mode).toBe('down');
  });

  it('is noticed with another provider, which fails', async () => {
    await startService({ targetingKey: 'alice' });
    const { store, source } = follow();
    const failing = {
      ...providerOf(() => undefined),
      initialize: () => Promise.reject(new Error('no network')),
    };

    await expect(OpenFeature.setProviderAndWait(failing, { targetingKey: 'bob' })).rejects.toThrow(
      'no network',
    );

    expect(source.status?.()).toMatchObject({ state: 'failed', error: 'no network' });
    expect(store.get('search')).toMatchObject({ mode: 'none', notice: null });
    expect(store.get('payments').mode).toBe('down');
  });

  it('is noticed in the context of a domain', async () => {
    await OpenFeature.setProviderAndWait(
      'shop',
      providerOf((flag) => (flag === 'search-m' ? moving : false)),
      { targetingKey: 'alice' },
    );
    const { store } = follow(openFeatureSource(OpenFeature.getClient('shop')));
    expect(store.get('search').mode).toBe('down');

    await OpenFeature.setContext({ targetingKey: 'carol' });
    expect(store.getUserChanges()).toBe(0);
    await OpenFeature.setContext('shop', { targetingKey: 'bob' });

    expect(store.getUserChanges()).toBe(1);
  });

  it('is noticed if it changed without listeners', async () => {
    const service = await startService({ targetingKey: 'alice' });
    const { store, stop } = follow();
    stop();
    await Promise.resolve();

    const changed = OpenFeature.setContext({ targetingKey: 'bob' });
    store.start();
    expect(store.get('search').mode).toBe('none');
    service.answer();
    await changed;

    expect(store.getUserChanges()).toBe(1);
    expect(store.get('search')).toMatchObject({ mode: 'none', phase: 'none' });
  });
});

describe('a context with the same targetingKey', () => {
  it('is the same user, whatever other attributes it has: the known flags stay until the provider has answered', async () => {
    const service = await startService({ targetingKey: 'alice' });
    const { store, source } = follow();

    const changed = OpenFeature.setContext({ targetingKey: 'alice', plan: 'free' });
    expect(store.get('search').mode).toBe('down');
    expect(source.status?.()).toEqual({ state: 'ready' });
    ofUsers['alice'] = { ...ofUsers['alice'], 'search-m': 'degraded' };
    service.answer();
    await changed;
    ofUsers['alice'] = { ...ofUsers['alice'], 'search-m': moving };

    expect(store.get('search').mode).toBe('degraded');
    expect(store.getUserChanges()).toBe(0);
  });

  it('keeps the known flags if the provider fails', async () => {
    const service = await startService({ targetingKey: 'alice' });
    const { store, source } = follow();

    const changed = OpenFeature.setContext({ targetingKey: 'alice', plan: 'free' });
    service.fail(new Error('no network'));
    await changed;

    expect(source.status?.()).toMatchObject({ state: 'stale' });
    expect(store.get('search').mode).toBe('down');
    expect(store.getUserChanges()).toBe(0);
  });
});

type Service = Awaited<ReturnType<typeof startService>>;
type Trouble = ProviderEvents.Error | ProviderEvents.Stale;

/** A provider that has the flags of one person, and asks for those of another for as long as told. */
async function startService(context: EvaluationContext, atFirst?: Trouble) {
  const events = new OpenFeatureEventEmitter();
  const asked: { key: string; resolve(): void; reject(error: Error): void }[] = [];
  let flags = ofUsers[context.targetingKey ?? ''];
  const load = (key: string) => void (flags = ofUsers[key]);
  await OpenFeature.setProviderAndWait(
    {
      ...providerOf((flag) => flags?.[flag]),
      events,
      onContextChange(_before, { targetingKey: key = '' }) {
        if (atFirst) events.emit(atFirst);
        return new Promise<void>((resolve, reject) => asked.push({ key, resolve, reject }));
      },
    },
    context,
  );
  return {
    events,
    load,
    /** Has the flags of the next person that was asked for; or tells of trouble and is done without them. */
    answer(trouble?: Trouble) {
      const next = asked.shift();
      if (trouble) events.emit(trouble, { message: 'no network' });
      else if (next) load(next.key);
      next?.resolve();
    },
    fail: (error: Error) => asked.shift()?.reject(error),
  };
}

/** A provider with typed flags that does not care about contexts. */
function providerOf(valueOf: (flag: string) => unknown): Provider {
  // The provider wants types, and has what it has.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const resolve = (flag: string, otherwise: unknown): any => {
    const value = valueOf(flag);
    if (value === undefined) throw new FlagNotFoundError();
    if (typeof value !== typeof otherwise) throw new TypeMismatchError();
    return { value };
  };
  return {
    metadata: { name: 'service' },
    resolveBooleanEvaluation: resolve,
    resolveObjectEvaluation: resolve,
    resolveStringEvaluation: resolve,
    resolveNumberEvaluation: resolve,
  };
}

function follow(source: FlagSource = openFeatureSource(OpenFeature.getClient())) {
  const store = createMaintenanceStore({ features, source, jitter: 0.9, onError: () => {} });
  return { store, source, stop: store.start() };
}
