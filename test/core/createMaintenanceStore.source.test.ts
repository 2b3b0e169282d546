import {
  createMaintenanceStore,
  defineFeatures,
  takeSnapshot,
  type FlagSource,
  type MaintenanceError,
} from 'react-maintenance-mode/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import '../failOnConsole.js';
import { createControlledSource } from './createControlledSource.js';

const features = defineFeatures({
  search: { flag: 'search-m' },
  payments: { flag: 'payments-m', mode: 'read-only', failure: 'closed' },
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('before the first answer', () => {
  it('features are open; those with failure: closed close after two seconds', () => {
    const source = createControlledSource({}, { state: 'pending' });
    const store = createMaintenanceStore({ features, source });
    store.start();

    vi.advanceTimersByTime(1999);
    expect(store.get('payments').phase).toBe('none');
    vi.advanceTimersByTime(1);
    expect(store.get('payments')).toMatchObject({ phase: 'active', mode: 'read-only', cause: 'payments' });
    expect(store.get('search').phase).toBe('none');

    source.setStatus({ state: 'ready' });
    expect(store.get('payments').phase).toBe('none');
  });

  it('a source that failed closes those features at once', () => {
    const source = createControlledSource({}, { state: 'pending' });
    const store = createMaintenanceStore({ features, source });
    store.start();

    source.setStatus({ state: 'failed' });

    expect(store.get('payments').mode).toBe('read-only');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('a missing source closes those features after the same time', () => {
    const store = createMaintenanceStore({ features, pendingTimeoutMs: 500 });
    store.start();

    vi.advanceTimersByTime(500);

    expect(store.get('payments').mode).toBe('read-only');
    expect(store.getStatus()).toEqual({ state: 'pending' });
  });

  it('a value that the source already has counts', () => {
    const source = createControlledSource({ 'search-m': 'degraded' }, { state: 'pending' });

    expect(createMaintenanceStore({ features, source }).get('search').mode).toBe('degraded');
  });

  it('pending: hold reserves places until the answer or the end of the time, and never again', () => {
    const source = createControlledSource({}, { state: 'pending' });
    const store = createMaintenanceStore({ features, source, pending: 'hold' });
    const listener = vi.fn();
    store.subscribeStatus(listener);
    store.start();
    expect(store.isHolding()).toBe(true);

    vi.advanceTimersByTime(2000);
    expect(store.isHolding()).toBe(false);
    expect(listener).toHaveBeenCalledTimes(1);

    store.start(createControlledSource({}, { state: 'pending' }));
    expect(store.isHolding()).toBe(false);
  });

  it('places are not held for a second source that is slower than the first', () => {
    const store = createMaintenanceStore({ features, source: createControlledSource(), pending: 'hold' });
    store.start();
    expect(store.isHolding()).toBe(false);

    store.start(createControlledSource({}, { state: 'pending' }));

    expect(store.isHolding()).toBe(false);
  });

  it('places are not held with a snapshot, nor by default', () => {
    const snapshot = takeSnapshot({ flags: {}, features });

    expect(createMaintenanceStore({ features, snapshot, pending: 'hold' }).isHolding()).toBe(false);
    expect(createMaintenanceStore({ features }).isHolding()).toBe(false);
  });

  it('the snapshot counts until the source has a value for a flag', () => {
    const snapshot = takeSnapshot({ flags: { 'search-m': true, 'payments-m': false }, features });
    const source = createControlledSource({}, { state: 'pending' });
    const store = createMaintenanceStore({ features, source, snapshot });
    store.start();

    vi.advanceTimersByTime(60_000);
    source.setStatus({ state: 'failed' });
    expect(store.get('search').mode).toBe('down');
    expect(store.get('payments').phase).toBe('none');

    source.setStatus({ state: 'ready' });
    expect(store.get('search').phase).toBe('none');
  });
});

describe('the first render', () => {
  it('is what the server read, at its instant and in its language, also if the source has other values now', () => {
    const now = Date.now() - 60_000;
    const flags = {
      'search-m': { title: { en: 'Closed', fr: 'Fermé' }, endsAt: now + 1000, endsAutomatically: true },
    };
    const source = createControlledSource({ 'payments-m': true });
    const store = createMaintenanceStore({
      features,
      source,
      snapshot: takeSnapshot({ flags, features, now }),
    });
    store.setLocale('fr');

    expect(store.getInitial('search')).toMatchObject({ phase: 'active', notice: { title: 'Closed' } });
    expect(store.getInitial('search')).toBe(store.getInitial('search'));
    expect(store.getInitial('payments').phase).toBe('none');
    expect(store.getInitialAffected()).toEqual([store.getInitial('search')]);
    expect(store.getInitialAffected()).toBe(store.getInitialAffected());
    expect(store.get('search').phase).toBe('none');
    expect(store.get('payments').phase).toBe('active');
  });

  it('is no maintenance without a snapshot', () => {
    const store = createMaintenanceStore({ features, source: createControlledSource({ 'search-m': true }) });

    expect(store.getInitial('search').phase).toBe('none');
    expect(store.getInitialAffected()).toEqual([]);
  });

  it('lists all features that the server read if none are defined, in any order of reading', () => {
    const snapshot = takeSnapshot({ flags: { search: true, comments: 'degraded' } });
    const store = createMaintenanceStore({ snapshot });
    store.get('other');

    expect(store.getInitialAffected().map(({ feature }) => feature)).toEqual(['search', 'comments']);
    expect(store.getAffected().map(({ feature }) => feature)).toEqual(['search', 'comments']);
  });
});

describe('a source', () => {
  it('is read again at the start, so that no change since the first read is lost', () => {
    const source = createControlledSource();
    const store = createMaintenanceStore({ features, source });
    source.set('search-m', true);
    const listener = vi.fn();
    store.subscribe('search', listener);

    store.start();

    expect(store.get('search').mode).toBe('down');
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('can report that any flag may have changed', () => {
    const source = createControlledSource();
    const store = createMaintenanceStore({ features, source });
    store.start();
    source.setSilently('search-m', true);
    source.setSilently('payments-m', true);

    source.emit();

    expect(store.getAffected()).toHaveLength(2);
  });

  it('that lost its connection keeps the last state, and has a separate status', () => {
    const source = createControlledSource({ 'search-m': true });
    const store = createMaintenanceStore({ features, source });
    store.start();
    const onSearch = vi.fn();
    const onStatus = vi.fn();
    store.subscribe('search', onSearch);
    store.subscribeStatus(onStatus);

    source.setSilently('search-m', undefined);
    source.setStatus({ state: 'stale', since: 5 });
    source.setStatus({ state: 'stale', since: 5 });

    expect(store.get('search').mode).toBe('down');
    expect(store.getStatus()).toEqual({ state: 'stale', since: 5 });
    expect(onStatus).toHaveBeenCalledTimes(1);
    expect(onSearch).not.toHaveBeenCalled();
  });

  it('that is ready and does not know a flag means no maintenance', () => {
    const source = createControlledSource({ 'payments-m': true });
    const store = createMaintenanceStore({ features, source });
    store.start();

    source.set('payments-m', undefined);

    expect(store.get('payments').phase).toBe('none');
  });

  it('counts as ready without a status', () => {
    const source: FlagSource = { get: () => true, subscribe: () => () => {} };

    expect(createMaintenanceStore({ features, source }).getStatus()).toEqual({ state: 'ready' });
  });

  it('can come late and be replaced: the old source is unsubscribed and ignored', () => {
    const store = createMaintenanceStore({ features });
    const first = createControlledSource({ 'search-m': true });
    const second = createControlledSource({ 'search-m': 'degraded' });
    store.start();
    store.start(first);
    expect(store.get('search').mode).toBe('down');

    store.start(second);
    first.set('search-m', 'read-only');

    expect(store.get('search').mode).toBe('degraded');
    expect([first.listenerCount(), second.listenerCount()]).toEqual([0, 2]);
  });

  it('that is set again is neither read nor subscribed to again', () => {
    const source = createControlledSource();
    const store = createMaintenanceStore({ features, source });
    store.start();
    source.takeReads();

    store.start(source);
    store.start();

    expect(source.takeReads()).toEqual([]);
    expect(source.listenerCount()).toBe(2);
  });

  it('that calls back after it was unsubscribed is ignored', async () => {
    let tell = (_flag?: string) => {};
    let told: unknown = false;
    const source: FlagSource = {
      get: () => told,
      subscribe(_flags, onChange) {
        tell = onChange;
        return () => {};
      },
    };
    const store = createMaintenanceStore({ features, source });
    store.start()();
    await Promise.resolve();

    told = { startsAt: Date.now() + 1000 };
    tell('search-m');

    expect(store.get('search').phase).toBe('none');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that throws is reported once per cause, and changes nothing', () => {
    const source = createControlledSource({ 'search-m': true });
    const errors: MaintenanceError[] = [];
    const store = createMaintenanceStore({ features, source, onError: (error) => errors.push(error) });
    store.start();

    source.setBroken(true);
    source.emit();
    source.emit();

    expect(store.get('search').mode).toBe('down');
    expect(errors.map(({ code, message, problem, cause }) => ({ code, message, problem, cause }))).toEqual([
      {
        code: 'source-failed',
        message:
          '[react-maintenance-mode] The flag source threw while reading flag "search-m": the client is closed. ' +
          'The last state holds. See node_modules/react-maintenance-mode/ERRORS.md#source-failed',
        problem: { flag: 'search-m' },
        cause: new Error('the client is closed'),
      },
    ]);
  });

  it('that throws from the start leaves features open, or closes those with failure: closed', () => {
    const source = createControlledSource();
    source.setBroken(true);

    const store = createMaintenanceStore({ features, source, onError: () => {} });

    expect(store.get('search').phase).toBe('none');
    expect(store.get('payments').phase).toBe('active');
  });

  it('can throw anything anywhere', async () => {
    const fail = (): never => {
      // What is thrown is not always an error.
      throw Symbol('away');
    };
    const onError = vi.fn();
    const sources: FlagSource[] = [
      { get: fail, subscribe: fail, status: fail, subscribeStatus: fail },
      { get: () => true, subscribe: () => fail },
      // A client in the place of a source.
      {} as FlagSource,
    ];
    for (const source of sources) {
      const store = createMaintenanceStore({ features, source, onError });
      const stop = store.start();
      store.refresh();
      stop();
      await Promise.resolve();
    }

    const codes = onError.mock.calls.map(([{ code }]) => code);
    expect(new Set(codes)).toEqual(new Set(['source-failed']));
    expect(codes.length).toBeGreaterThan(5);
  });

  it('that throws does not break the page, even if onError throws too', () => {
    const source = createControlledSource();
    source.setBroken(true);
    const onError = () => {
      throw new Error('the monitor is away');
    };

    expect(() => createMaintenanceStore({ features, source, onError }).start()).not.toThrow();
  });

  it('is reported on the console if there is no onError', () => {
    const consoleError = vi.spyOn(console, 'error').mockImplementation(() => {});

    createMaintenanceStore({ features, source: createControlledSource({ 'search-m': 5 }) });

    expect(consoleError).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'invalid-flag-value' }),
    );
  });

  it('with an invalid value is reported once per value', () => {
    const source = createControlledSource({ 'search-m': 5 });
    const onError = vi.fn();
    const store = createMaintenanceStore({ features, source, onError });
    store.start();

    source.emit();
    expect(onError).toHaveBeenCalledTimes(1);
    source.set('search-m', 6);
    expect(onError).toHaveBeenCalledTimes(2);
  });
});
