import { createMaintenanceStore, defineFeatures, takeSnapshot } from 'react-maintenance-mode/core';
import { afterEach, describe, expect, it, vi } from 'vitest';

const noon = Date.UTC(2026, 10, 23, 12);
const features = defineFeatures({
  search: { flag: 'search-m', mode: 'degraded' },
  comments: { flag: 'comments-m' },
  checkout: { flag: 'checkout-enabled', maintenanceWhen: 'off' },
});

afterEach(() => vi.restoreAllMocks());

describe('takeSnapshot', () => {
  it('contains the windows of the features in maintenance, as JSON', () => {
    const flags = { 'search-m': true, 'comments-m': false, 'checkout-enabled': false, other: true };

    const snapshot = takeSnapshot({ flags, features, now: noon });

    expect(snapshot).toEqual({
      now: noon,
      windows: {
        search: { id: 'search-m', mode: 'degraded' },
        checkout: { id: 'checkout-enabled', mode: 'down' },
      },
    });
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
  });

  it('does not read the clock in a build without maintenance, because prerendering forbids it', () => {
    vi.spyOn(Date, 'now').mockImplementation(() => {
      throw new Error('used Date.now() while prerendering');
    });

    const snapshot = takeSnapshot({ flags: { 'search-m': false }, features, static: true });
    const store = createMaintenanceStore({ features, snapshot, now: () => noon });

    expect(snapshot.windows).toEqual({});
    expect(store.getInitial('search').mode).toBe('none');
    expect(store.now()).toBe(noon);
  });

  it('treats each flag as a feature if none are defined', () => {
    expect(takeSnapshot({ flags: { search: 'read-only', comments: false }, now: noon }).windows).toEqual({
      search: { id: 'search', mode: 'read-only' },
    });
  });

  it('reports invalid values', () => {
    const onError = vi.fn();

    takeSnapshot({ flags: { 'search-m': { endsAt: 'soon' } }, features, now: noon, onError });

    expect(onError).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        code: 'invalid-flag-value',
        problem: expect.objectContaining({ path: 'endsAt' }),
      }),
    );
  });

  it('does not treat properties of every object as flags', () => {
    const inherited = defineFeatures({
      constructor: { flag: 'constructor' },
      toString: { flag: 'toString' },
    });

    const snapshot = takeSnapshot({ flags: {}, features: inherited, now: noon });
    const store = createMaintenanceStore({ features: inherited, snapshot });

    expect(snapshot.windows).toEqual({});
    expect(store.get('constructor').phase).toBe('none');
    expect(store.getInitial('toString').phase).toBe('none');
  });
});
