import { createMaintenanceStore } from 'react-maintenance-mode/core';
import { describe, expect, it, vi } from 'vitest';
import '../failOnConsole.js';
import { createControlledSource } from './createControlledSource.js';

describe('a feature that nobody defined', () => {
  it('is the flag with the same name', () => {
    const store = createMaintenanceStore({ source: createControlledSource({ search: 'read-only' }) });

    expect(store.get('search')).toMatchObject({ feature: 'search', mode: 'read-only' });
    expect(store.labelOf('search')).toBe('search');
    expect(store.get('constructor').phase).toBe('none');
  });

  it('loses no change between its first render and its subscription', () => {
    const source = createControlledSource();
    const store = createMaintenanceStore({ source });
    store.start();
    expect(store.get('search').phase).toBe('none');
    source.set('search', true);

    store.subscribe('search', () => {});

    expect(store.get('search').mode).toBe('down');
    source.set('search', 'degraded');
    expect(store.get('search').mode).toBe('degraded');
  });

  it('is subscribed to once for any number of gates', () => {
    const source = createControlledSource();
    const store = createMaintenanceStore({ source });
    store.start();

    store.subscribe('search', () => {});
    store.subscribe('search', () => {});

    expect(source.listenerCount()).toBe(3);
  });

  it('joins the affected features when it is first read, and their listeners are called', () => {
    const source = createControlledSource({ search: true });
    const store = createMaintenanceStore({ source });
    store.start();
    const listener = vi.fn();
    store.subscribeAffected(listener);
    const before = store.getAffected();
    expect(before).toEqual([]);

    store.get('comments');
    expect(store.getAffected()).toBe(before);
    store.get('search');
    store.subscribe('search', () => {});

    expect(store.getAffected()).toEqual([store.get('search')]);
    expect(listener).toHaveBeenCalledTimes(1);
  });
});
