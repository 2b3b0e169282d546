import { createMaintenanceStore, defineFeatures, memorySource } from 'react-maintenance-mode/core';
import { createTestSource } from 'react-maintenance-mode/testing';
import { describe, expect, it, vi } from 'vitest';
import '../failOnConsole.js';
import { createControlledSource } from './createControlledSource.js';

const features = defineFeatures({
  site: { flag: 'site-m', label: 'Shop', scope: 'site' },
  search: { flag: 'search-m', label: 'Search' },
  comments: { flag: 'comments-m', label: 'Comments', mode: 'read-only' },
  payments: { flag: 'payments-m', label: 'Payments' },
  checkout: { flag: 'checkout-m', label: 'Checkout', dependsOn: ['payments'] },
});

describe('the state of a feature', () => {
  it('is plain JSON with what works, the cause and the notice', () => {
    const store = createMaintenanceStore({
      features,
      source: memorySource({ 'comments-m': { title: 'Moving' } }),
    });

    expect(store.get('comments')).toEqual({
      feature: 'comments',
      mode: 'read-only',
      phase: 'active',
      canRead: true,
      canWrite: false,
      cause: 'comments',
      notice: { title: 'Moving' },
      windowId: 'comments-m',
    });
    expect(store.get('search')).toEqual({
      feature: 'search',
      mode: 'none',
      phase: 'none',
      canRead: true,
      canWrite: true,
      cause: 'search',
      notice: null,
      windowId: '',
    });
  });

  it.each([
    ['degraded', true, true],
    ['read-only', true, false],
    ['down', false, false],
  ] as const)('lets people read and write in the mode %s: %s, %s', (mode, canRead, canWrite) => {
    const store = createMaintenanceStore({ features, source: memorySource({ 'search-m': mode }) });

    expect(store.get('search')).toMatchObject({ mode, canRead, canWrite });
  });

  it('is the state of a dependency if that is worse', () => {
    const source = memorySource({ 'checkout-m': 'degraded', 'payments-m': 'down' });
    const store = createMaintenanceStore({ features, source });

    expect(store.get('checkout')).toMatchObject({ mode: 'down', cause: 'payments', windowId: 'payments-m' });
    expect(store.get('payments')).toMatchObject({ mode: 'down', cause: 'payments' });
  });

  it('is its own if a dependency is equally bad', () => {
    const source = memorySource({ 'checkout-m': 'down', 'payments-m': 'down', 'site-m': 'down' });
    const store = createMaintenanceStore({ features, source });

    expect(store.get('checkout').cause).toBe('checkout');
    expect(store.get('search').cause).toBe('site');
  });

  it('is the same object until something in it changes', () => {
    const source = memorySource({ 'search-m': { message: 'Back soon', mode: 'down' } });
    const store = createMaintenanceStore({ features, source });
    store.start();
    const before = store.get('search');

    source.set('search-m', { mode: 'down', message: 'Back soon', reopenOverSeconds: 5 });
    source.setStatus({ state: 'stale' });
    source.set('comments-m', true);
    store.refresh();
    expect(store.get('search')).toBe(before);

    source.set('search-m', { mode: 'down', message: 'Back later' });
    expect(store.get('search')).not.toBe(before);
  });

  it('is read from a source before the start, and follows the source from the start on', () => {
    const source = createTestSource(features, { search: 'read-only' });
    const store = createMaintenanceStore({ features });

    store.prime(source);
    expect(store.get('search').mode).toBe('read-only');
    expect(source.listenerCount()).toBe(0);

    source.end('search');
    store.start(source);
    expect(store.get('search').mode).toBe('none');
  });

  it('is passed only to listeners of that feature', () => {
    const source = memorySource();
    const store = createMaintenanceStore({ features, source });
    store.start();
    const calls: string[] = [];
    for (const key of ['site', 'search', 'checkout', 'payments'] as const) {
      store.subscribe(key, () => calls.push(key));
    }

    source.set('payments-m', true);
    expect(calls.splice(0).sort()).toEqual(['checkout', 'payments']);
    source.set('payments-m', 'down');
    expect(calls).toEqual([]);
    source.set('site-m', 'degraded');
    expect(calls.splice(0).sort()).toEqual(['search', 'site']);
  });

  it('is computed from one reading of one flag when one flag of ten thousand changes', () => {
    const many = defineFeatures(
      Object.fromEntries(
        Array.from({ length: 10_000 }, (_, index) => [`f${index}`, { flag: `flag-${index}` }]),
      ),
    );
    const source = createControlledSource();
    const store = createMaintenanceStore({ features: many, source });
    let calls = 0;
    for (const key of Object.keys(many)) store.subscribe(key, () => (calls += 1));
    expect(source.takeReads()).toHaveLength(10_000);
    store.start();
    expect(source.takeReads()).toHaveLength(10_000);

    source.set('flag-7', true);

    expect(source.takeReads()).toEqual(['flag-7']);
    expect(calls).toBe(1);
    expect(store.getAffected().map(({ feature }) => feature)).toEqual(['f7']);
  });
});

describe('the affected features', () => {
  it('are those with active or announced maintenance: worst first, then by phase, then in the order of definition', () => {
    const source = memorySource({
      'checkout-m': 'degraded',
      'search-m': { mode: 'down', startsAt: Date.now() + 60_000 },
      'payments-m': { mode: 'degraded', endsAt: Date.now() - 60_000 },
      'comments-m': 'degraded',
    });
    const store = createMaintenanceStore({ features, source });

    const affected = store.getAffected();

    expect(affected.map(({ feature, phase }) => [feature, phase])).toEqual([
      ['payments', 'overdue'],
      ['checkout', 'overdue'],
      ['comments', 'active'],
      ['search', 'scheduled'],
    ]);
    expect(affected[0]).toBe(store.get('payments'));
  });

  it('are the same list until one of them changes', () => {
    const source = memorySource({ 'search-m': true });
    const store = createMaintenanceStore({ features, source });
    store.start();
    const listener = vi.fn();
    const leave = store.subscribeAffected(listener);
    const before = store.getAffected();

    source.set('search-m', 'down');
    source.setStatus({ state: 'stale' });
    expect(store.getAffected()).toBe(before);
    expect(listener).not.toHaveBeenCalled();

    source.set('site-m', true);
    expect(store.getAffected()).not.toBe(before);
    expect(listener).toHaveBeenCalledTimes(1);

    leave();
    source.set('site-m', false);
    expect(listener).toHaveBeenCalledTimes(1);
  });
});

describe('listeners', () => {
  it('all see the new states of all features, and the new list of affected features', () => {
    const source = memorySource();
    const store = createMaintenanceStore({ features, source });
    store.start();
    const seen: unknown[] = [];
    const look = () =>
      seen.push([store.get('payments').mode, store.get('checkout').mode, store.getAffected().length]);
    store.subscribe('payments', look);
    store.subscribe('checkout', look);
    store.subscribeAffected(look);

    source.set('payments-m', true);

    expect(seen).toEqual(Array(3).fill(['down', 'down', 2]));
  });

  it('that throw do not stop others, and are reported once', () => {
    const source = memorySource();
    const onError = vi.fn();
    const onChange = vi.fn(() => {
      throw new Error('analytics is away');
    });
    const store = createMaintenanceStore({ features, source, onError, onChange });
    store.start();
    const cause = new Error('no such element');
    store.subscribe('search', () => {
      throw cause;
    });
    const listener = vi.fn();
    store.subscribe('search', listener);
    store.subscribeAffected(listener);

    source.set('search-m', true);
    source.set('search-m', false);

    expect(listener).toHaveBeenCalledTimes(4);
    expect(onChange).toHaveBeenCalledTimes(2);
    expect(onError.mock.calls.map(([{ code, cause }]) => [code, cause])).toEqual([
      ['listener-failed', cause],
      ['listener-failed', expect.objectContaining({ message: 'analytics is away' })],
    ]);
  });

  it('are not called for changes before they subscribed or after they unsubscribed', () => {
    const source = memorySource();
    const store = createMaintenanceStore({ features, source });
    store.start();
    const late = vi.fn();
    const gone = vi.fn();
    let leave = () => {};
    store.subscribe('search', () => {
      leave();
      store.subscribe('search', late);
    });
    leave = store.subscribe('search', gone);

    source.set('search-m', true);

    expect(gone).not.toHaveBeenCalled();
    expect(late).not.toHaveBeenCalled();
  });

  it('can change a flag: all listeners get both changes in order', () => {
    const source = memorySource();
    const changes: string[] = [];
    const store = createMaintenanceStore({
      features,
      source,
      onChange: ({ feature, from, to }) => changes.push(`${feature}: ${from.mode} to ${to.mode}`),
    });
    store.start();
    let once = false;
    store.subscribe('search', () => {
      if (!once) source.set('search-m', 'degraded');
      once = true;
    });
    const second = vi.fn();
    store.subscribe('search', second);

    source.set('search-m', 'down');

    expect(changes).toEqual(['search: none to down', 'search: down to degraded']);
    expect(second).toHaveBeenCalledTimes(2);
    expect(store.get('search').mode).toBe('degraded');
  });

  it('can be the same function twice, and unsubscribe once', () => {
    const source = memorySource();
    const store = createMaintenanceStore({ features, source });
    store.start();
    const listener = vi.fn();
    const leave = store.subscribe('search', listener);
    store.subscribe('search', listener);

    source.set('search-m', true);
    leave();
    leave();
    source.set('search-m', false);

    expect(listener).toHaveBeenCalledTimes(3);
  });
});

describe('onChange', () => {
  it('gets each change with the state before and after, but not the initial states', () => {
    const source = memorySource({ 'search-m': true });
    const onChange = vi.fn();
    const store = createMaintenanceStore({ features, source, onChange });
    const from = store.get('comments');
    store.start();

    source.set('comments-m', true);

    expect(onChange).toHaveBeenCalledExactlyOnceWith({
      feature: 'comments',
      from,
      to: store.get('comments'),
    });
  });
});

describe('another locale', () => {
  it('changes only the notices of features in maintenance', () => {
    const source = memorySource({ 'search-m': { title: { en: 'Closed', fr: 'Fermé' } }, 'comments-m': true });
    const store = createMaintenanceStore({ features, source, locale: 'en-GB' });
    const comments = store.get('comments');
    const listener = vi.fn();
    store.subscribe('search', listener);

    store.setLocale('fr-CA');
    store.setLocale('fr-CA');

    expect(store.get('search').notice).toEqual({ title: 'Fermé' });
    expect(store.get('comments')).toBe(comments);
    expect(listener).toHaveBeenCalledTimes(1);
  });
});

describe('an unknown feature', () => {
  it('throws with its name in development', () => {
    const store = createMaintenanceStore<string>({ features });

    expect(() => store.get('serach')).toThrow(
      expect.objectContaining({
        code: 'unknown-feature',
        message: expect.stringContaining(
          '"serach". Defined are: site, search, comments, payments, checkout.',
        ),
      }),
    );
    expect(() => store.subscribe('constructor', () => {})).toThrow('"constructor"');
  });

  it('is reported once in production, and never in maintenance, even if a flag has its name', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    vi.resetModules();
    const { createMaintenanceStore } = await import('react-maintenance-mode/core');
    vi.unstubAllEnvs();
    const source = createControlledSource({ 'search-m': true });
    const onError = vi.fn();
    const store = createMaintenanceStore<string>({ features, source, onError });
    store.start();
    const listener = vi.fn();

    // The key of a flag for that of its feature: a likely mistake.
    const state = store.get('search-m');
    store.subscribe('search-m', listener);
    source.set('search-m', false);
    source.set('search-m', true);

    expect(state).toMatchObject({ feature: 'search-m', phase: 'none' });
    expect(store.get('search-m')).toBe(state);
    expect(store.getInitial('search-m').phase).toBe('none');
    expect(store.labelOf('search-m')).toBe('search-m');
    expect(store.get('search').mode).toBe('down');
    expect(listener).not.toHaveBeenCalled();
    expect(onError.mock.calls.map(([{ code }]) => code)).toEqual(['unknown-feature']);
  });
});
