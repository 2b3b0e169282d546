import { createMaintenanceStore, defineFeatures, takeSnapshot } from 'react-maintenance-mode/core';
import { describe, expect, it, vi } from 'vitest';

const noon = Date.UTC(2026, 10, 23, 12);
const features = defineFeatures({
  search: { flag: 'search-m', mode: 'degraded' },
  comments: { flag: 'comments-m' },
  checkout: { flag: 'checkout-enabled', maintenanceWhen: 'off' },
});

describe('takeSnapshot', () => {
  it('holds the windows of the features that are in maintenance, as JSON', () => {
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

  it('takes each flag for a feature where none are defined', () => {
    expect(takeSnapshot({ flags: { search: 'read-only', comments: false }, now: noon }).windows).toEqual({
      search: { id: 'search', mode: 'read-only' },
    });
  });

  it('tells of bad values', () => {
    const onError = vi.fn();

    takeSnapshot({ flags: { 'search-m': { endsAt: 'soon' } }, features, now: noon, onError });

    expect(onError).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        code: 'invalid-flag-value',
        problem: expect.objectContaining({ path: 'endsAt' }),
      }),
    );
  });

  it('takes nothing for a flag that objects have from the start', () => {
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
