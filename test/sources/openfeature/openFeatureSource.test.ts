import {
  FlagNotFoundError,
  GeneralError,
  InMemoryProvider,
  OpenFeature,
  OpenFeatureError,
  ParseError,
  ProviderEvents,
  TypeMismatchError,
  type Provider,
} from '@openfeature/web-sdk';
import { createMaintenanceStore, type FlagSource } from 'react-maintenance-mode/core';
import { openFeatureSource } from 'react-maintenance-mode/openfeature';
import { afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';

const search = 'search-maintenance';
const mismatch = new TypeMismatchError();
const noJson = new ParseError();
const fault = new GeneralError('no such question');

beforeAll(() => void OpenFeature.setLogger({ debug() {}, info() {}, warn() {}, error() {} }));
afterEach(() => OpenFeature.clearProviders());

describe('openFeatureSource', () => {
  it('reads booleans, texts and objects, whatever type the provider requires', async () => {
    await OpenFeature.setProviderAndWait(
      new InMemoryProvider({
        a: flag(true),
        b: flag('read-only'),
        c: flag({ mode: 'degraded', title: 'Slow' }),
      }),
    );
    const source = openFeatureSource(OpenFeature.getClient());

    expect(['a', 'b', 'c'].map(source.get)).toEqual([true, 'read-only', { mode: 'degraded', title: 'Slow' }]);
    expect(source.status?.()).toEqual({ state: 'ready' });
  });

  it('reads a provider that is set later and has no initialize', async () => {
    const source = openFeatureSource(OpenFeature.getClient());
    let seen: unknown;
    const leave = source.subscribe([search], () => (seen = source.get(search)));

    await OpenFeature.setProviderAndWait(new InMemoryProvider({ [search]: flag(true) }));

    expect(seen).toBe(true);
    leave();
  });

  it.each<[what: string, answers: Answers, read: unknown]>([
    ['off, whatever it carries', { boolean: false, object: { mode: 'down' }, string: 'down' }, false],
    ['on, with nothing', { boolean: true }, true],
    ['on, with a text', { boolean: true, object: mismatch, string: 'read-only' }, 'read-only'],
    [
      'on, with a text that is refused as JSON',
      { boolean: true, object: noJson, string: 'read-only' },
      'read-only',
    ],
    [
      'on, with an object',
      { boolean: true, object: { mode: 'degraded' }, string: mismatch },
      { mode: 'degraded' },
    ],
    [
      'on, with a variant that has a payload',
      { boolean: true, object: { mode: 'degraded' }, string: 'variant-b' },
      { mode: 'degraded' },
    ],
    [
      'on, with the JSON text of an object',
      { boolean: true, object: '{"mode":"down"}', string: mismatch },
      { mode: 'down' },
    ],
    [
      'on, with the JSON text of a text',
      { boolean: true, object: '"read-only"', string: mismatch },
      'read-only',
    ],
    ['on, with a list of words', { boolean: true, object: 'a,b', string: mismatch }, 'a,b'],
    ['on, with "off"', { boolean: true, object: mismatch, string: 'off' }, 'off'],
    ['on, with true', { boolean: true, object: mismatch, string: 'true' }, true],
    ['on, with false', { boolean: true, object: mismatch, string: 'false' }, false],
    ['on, with a number', { boolean: true, object: mismatch, string: mismatch }, true],
    ['on, where nothing else can be asked for', { boolean: true, object: fault, string: fault }, true],
    [
      'no boolean but an empty object and a text',
      { boolean: mismatch, object: {}, string: 'read-only' },
      'read-only',
    ],
    ['no boolean but an empty object', { boolean: mismatch, object: {}, string: mismatch }, {}],
    ['no boolean but null', { boolean: mismatch, object: null, string: mismatch }, null],
    ['no boolean and no JSON but a text', { boolean: noJson, object: noJson, string: 'on' }, 'on'],
  ])(
    'reads what a toggle says by its value, not only by whether it is enabled: %s',
    async (_what, answers, read) => {
      await OpenFeature.setProviderAndWait(answeringProvider(answers));
      const source = openFeatureSource(OpenFeature.getClient());

      expect(source.get(search)).toEqual(read);
    },
  );

  it('asks a flag with one type for that type only, until the provider is replaced', async () => {
    const provider = new InMemoryProvider({ [search]: flag('down') });
    await OpenFeature.setProviderAndWait(provider);
    const client = OpenFeature.getClient();
    const asked = [
      vi.spyOn(client, 'getBooleanDetails'),
      vi.spyOn(client, 'getObjectDetails'),
      vi.spyOn(client, 'getStringDetails'),
    ];
    const counts = () => asked.map(({ mock }) => mock.calls.length);
    const source = openFeatureSource(client);
    onTestFinished(source.subscribe([search], () => {}));

    source.get(search);
    expect(counts()).toEqual([1, 1, 1]);
    await provider.putConfiguration({ [search]: flag('read-only') });
    expect(source.get(search)).toBe('read-only');
    expect(counts()).toEqual([1, 1, 2]);
    await OpenFeature.setProviderAndWait(
      answeringProvider({ boolean: true, object: { mode: 'down' }, string: 'b' }),
    );

    expect(source.get(search)).toEqual({ mode: 'down' });
  });

  it('reports the error of the provider if it answers to no type', async () => {
    await OpenFeature.setProviderAndWait(answeringProvider({ boolean: fault, object: true, string: 'down' }));
    const source = openFeatureSource(OpenFeature.getClient());
    listen(source);

    expect(() => source.get(search)).toThrow(
      'OpenFeature says GENERAL of flag "search-maintenance": no such question',
    );
    await OpenFeature.setProviderAndWait(
      answeringProvider({ boolean: mismatch, object: mismatch, string: mismatch }),
    );
    expect(() => source.get(search)).toThrow(
      '"search-maintenance" is neither a boolean nor an object nor a string',
    );
  });

  it('reads a flag that the provider does not have as no maintenance', async () => {
    await OpenFeature.setProviderAndWait(new InMemoryProvider({}));
    const onError = vi.fn();

    const store = createMaintenanceStore({ source: openFeatureSource(OpenFeature.getClient()), onError });

    expect(store.get(search).mode).toBe('none');
    expect(onError).not.toHaveBeenCalled();
  });

  it('follows a flag from off to a window and back, and reports its key', async () => {
    const provider = new InMemoryProvider({ [search]: flag(false) });
    await OpenFeature.setProviderAndWait(provider);
    const source = openFeatureSource(OpenFeature.getClient());
    const onChange = listen(source);
    const read = [source.get(search)];

    for (const value of [{ mode: 'down' }, 'off']) {
      await provider.putConfiguration({ [search]: flag(value) });
      read.push(source.get(search));
    }

    expect(read).toEqual([false, { mode: 'down' }, 'off']);
    expect(onChange.mock.calls).toEqual([[search], [search]]);
  });

  it('evaluates a flag once per change, however often it is read', async () => {
    const provider = new InMemoryProvider({ [search]: flag(false), other: flag(false) });
    await OpenFeature.setProviderAndWait(provider);
    const evaluate = vi.spyOn(provider, 'resolveBooleanEvaluation');
    const source = openFeatureSource(OpenFeature.getClient());
    const read = () => [1, 2, 3].map(() => source.get(search));

    onTestFinished(source.subscribe([search], read));
    read();
    read();
    expect(evaluate).toHaveBeenCalledTimes(1);
    await provider.putConfiguration({ [search]: flag(true), other: flag(false) });

    expect(read()).toEqual([true, true, true]);
    expect(evaluate).toHaveBeenCalledTimes(2);
  });

  it('is pending until the provider has answered, and then reports it', async () => {
    const starting = startingProvider();
    OpenFeature.setProvider(starting.provider);
    const source = openFeatureSource(OpenFeature.getClient());
    const onStatus = vi.fn(() => source.status?.().state);
    source.subscribeStatus?.(onStatus);

    expect(source.status?.()).toEqual({ state: 'pending' });
    expect(source.get(search)).toBeUndefined();
    starting.start();

    await vi.waitFor(() => expect(source.get(search)).toBe(true));
    expect(onStatus.mock.results.map(({ value }) => value)).toEqual(['ready']);
  });

  it('is pending while the app has set no provider, even if it has set a context', async () => {
    const source = openFeatureSource(OpenFeature.getClient());
    listen(source);

    await OpenFeature.setContext({ targetingKey: 'alice' });
    expect(source.status?.()).toEqual({ state: 'pending' });
    expect(source.get(search)).toBeUndefined();
    await OpenFeature.setProviderAndWait(new InMemoryProvider({ [search]: flag(true) }));

    expect(source.status?.()).toEqual({ state: 'ready' });
    expect(source.get(search)).toBe(true);
  });

  it('has failed if the provider could not start, and recovers with it', async () => {
    const starting = startingProvider();
    OpenFeature.setProvider(starting.provider);
    const source = openFeatureSource(OpenFeature.getClient());
    listen(source);

    starting.fail(new Error('no network'));
    await vi.waitFor(() => expect(source.status?.()).toEqual({ state: 'failed', error: 'no network' }));
    expect(source.get(search)).toBeUndefined();
    starting.provider.events.emit(ProviderEvents.Ready);

    expect(source.status?.()).toEqual({ state: 'ready' });
    expect(source.get(search)).toBe(true);
  });

  it('is stale while the provider is disconnected, and keeps the known flags', async () => {
    const provider = new InMemoryProvider({ [search]: flag(true) });
    await OpenFeature.setProviderAndWait(provider);
    const source = openFeatureSource(OpenFeature.getClient());
    const onChange = listen(source);
    expect(source.get(search)).toBe(true);

    provider.events.emit(ProviderEvents.Stale);

    expect(source.status?.()).toEqual({ state: 'stale', since: expect.any(Number) });
    expect(source.get(search)).toBe(true);
    provider.events.emit(ProviderEvents.Ready);
    expect(source.status?.()).toEqual({ state: 'ready' });
    expect(onChange).toHaveBeenCalledWith(undefined);
  });

  it('is ready again when new flags arrive, even if the provider does not report it', async () => {
    const provider = new InMemoryProvider({ [search]: flag(true) });
    await OpenFeature.setProviderAndWait(provider);
    const source = openFeatureSource(OpenFeature.getClient());
    listen(source);

    provider.events.emit(ProviderEvents.Stale);
    await provider.putConfiguration({ [search]: flag(false) });
    expect(source.get(search)).toBe(false);
    expect(source.status?.()).toEqual({ state: 'ready' });
    provider.events.emit(ProviderEvents.Error);

    expect(source.status?.()).toEqual({ state: 'stale', since: expect.any(Number) });
  });

  it('follows another user, and another provider', async () => {
    const provider = new InMemoryProvider({
      [search]: {
        ...flag(false),
        contextEvaluator: ({ targetingKey }) => (targetingKey === 'bob' ? 'on' : 'off'),
        variants: { on: true, off: false },
      },
    });
    await OpenFeature.setProviderAndWait(provider, { targetingKey: 'alice' });
    const source = openFeatureSource(OpenFeature.getClient());
    listen(source);
    expect(source.get(search)).toBe(false);

    await OpenFeature.setContext({ targetingKey: 'bob' });
    expect(source.get(search)).toBe(true);
    await OpenFeature.setProviderAndWait(new InMemoryProvider({ [search]: flag('degraded') }));

    expect(source.get(search)).toBe('degraded');
  });

  it('reports a flag that cannot be read, and the store keeps the last state', async () => {
    const provider = new InMemoryProvider({ [search]: flag(true) });
    await OpenFeature.setProviderAndWait(provider);
    const onError = vi.fn();
    const store = createMaintenanceStore({ source: openFeatureSource(OpenFeature.getClient()), onError });
    store.get(search);
    store.subscribe(search, () => {});
    onTestFinished(store.start());

    await provider.putConfiguration({ [search]: { ...flag(true), defaultVariant: 'missing' } });

    expect(store.get(search).mode).toBe('down');
    expect(onError).toHaveBeenCalledTimes(1);
    expect(onError.mock.calls[0]?.[0].message).toMatch(/"search-maintenance".*OpenFeature says/);
  });

  it.each<[when: string, report: (emit: () => void) => void]>([
    ['at once', (emit) => emit()],
    ['a moment later', queueMicrotask],
  ])('asks once for flags of which the provider reports an error %s', async (_when, report) => {
    const provider = new InMemoryProvider({ [search]: flag(true) });
    const resolve = vi.spyOn(provider, 'resolveBooleanEvaluation');
    // As ConfigCat's provider.
    resolve.mockImplementation((key) => {
      if (key === search) return { value: true };
      report(() => provider.events.emit(ProviderEvents.Error, { message: `no flag ${key}` }));
      throw key === 'missing' ? new FlagNotFoundError() : fault;
    });
    await OpenFeature.setProviderAndWait(provider);
    const store = createMaintenanceStore({
      source: openFeatureSource(OpenFeature.getClient()),
      onError: () => {},
    });
    onTestFinished(store.start());
    for (const feature of ['missing', 'broken', search]) store.subscribe(feature, () => {});
    await settle();
    resolve.mockClear();

    provider.events.emit(ProviderEvents.Error, { message: 'no network' });
    await settle();

    expect(resolve.mock.calls.filter(([key]) => key !== search)).toEqual([]);
    expect(['missing', 'broken', search].map((feature) => store.get(feature).mode)).toEqual([
      'none',
      'none',
      'down',
    ]);
  });

  it('stays ready if the provider reports an error whenever it is asked for a flag by another type', async () => {
    const provider = new InMemoryProvider({ [search]: flag('read-only') });
    // As ConfigCat's provider.
    vi.spyOn(provider, 'resolveBooleanEvaluation').mockImplementation(() => {
      provider.events.emit(ProviderEvents.Error, { message: 'the flag is a text' });
      throw mismatch;
    });
    // A domain of its own: whoever else asks this provider makes it fail.
    await OpenFeature.setProviderAndWait('typed', provider);
    const source = openFeatureSource(OpenFeature.getClient('typed'));
    listen(source);

    expect(source.get(search)).toBe('read-only');
    await settle();

    expect(source.status?.().state).toBe('ready');
    provider.events.emit(ProviderEvents.Error, { message: 'no network' });
    expect(source.status?.().state).toBe('stale');
  });

  it('removes all handlers', async () => {
    await OpenFeature.setProviderAndWait(new InMemoryProvider({}));
    const client = OpenFeature.getClient('alone');
    const source = openFeatureSource(client);

    const ends = [source.subscribe([search], () => {}), source.subscribeStatus?.(() => {})];
    expect(handlersOf(client)).toBe(6);
    for (const end of ends) end?.();

    expect(handlersOf(client)).toBe(0);
  });
});

type Answers = Partial<Record<'boolean' | 'object' | 'string', unknown>>;

/** A provider that answers each question as told, with the default where it is told nothing. */
function answeringProvider(answers: Answers): Provider {
  // The provider wants types, and takes any.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const answer = (type: keyof Answers, otherwise: unknown): any => {
    if (!(type in answers)) return { value: otherwise };
    const told = answers[type];
    if (told instanceof OpenFeatureError) throw told;
    return { value: told };
  };
  return {
    metadata: { name: 'toggles' },
    resolveBooleanEvaluation: (_flag, otherwise) => answer('boolean', otherwise),
    resolveObjectEvaluation: (_flag, otherwise) => answer('object', otherwise),
    resolveStringEvaluation: (_flag, otherwise) => answer('string', otherwise),
    resolveNumberEvaluation: (_flag, value) => ({ value }),
  };
}

function flag(value: unknown) {
  // The provider wants one of four types, and takes any.
  return { variants: { value: value as boolean }, defaultVariant: 'value', disabled: false };
}

/** Listens as a store does; what the SDK tells because the provider is ready already does not count. */
function listen(source: FlagSource) {
  const onChange = vi.fn();
  onTestFinished(source.subscribe([search], onChange));
  onChange.mockClear();
  return onChange;
}

/** A provider that starts, or fails to, when it is told. */
function startingProvider() {
  let start!: () => void;
  let fail!: (error: Error) => void;
  const provider = new InMemoryProvider({ [search]: flag(true) });
  const started = new Promise<void>((resolve, reject) => {
    start = resolve;
    fail = reject;
  });
  const starting: Provider = Object.assign(provider, { initialize: () => started });
  return { provider: Object.assign(provider, starting), start, fail };
}

function handlersOf(client: ReturnType<typeof OpenFeature.getClient>): number {
  return Object.values(ProviderEvents).reduce((sum, event) => sum + client.getHandlers(event).length, 0);
}

/** Waits until the SDK has called all handlers. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}
