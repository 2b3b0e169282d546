import { createMaintenanceStore, defineFeatures, memorySource } from 'react-maintenance-mode/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import '../failOnConsole.js';

const minute = 60_000;
const day = 24 * 60 * minute;
const noon = Date.UTC(2026, 10, 23, 12);
const features = defineFeatures({ search: { flag: 'search-m' }, comments: { flag: 'comments-m' } });

beforeEach(() => {
  vi.useFakeTimers({ now: noon, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A started store with these values, and the phases that a listener of search saw, with their instants. */
function follow(values: Record<string, unknown>, jitter = 0.5) {
  const source = memorySource(values);
  const store = createMaintenanceStore({ features, source, jitter });
  const stop = store.start();
  const phases: [string, number][] = [];
  store.subscribe('search', () => phases.push([store.get('search').phase, Date.now() - noon]));
  return { source, store, stop, phases };
}

describe('a window', () => {
  it('becomes scheduled, active and overdue with a single timer', () => {
    const { store, phases } = follow({
      'search-m': { announceFrom: noon + 1000, startsAt: noon + 2 * minute, endsAt: noon + 3 * minute },
      'comments-m': { startsAt: noon + 5 * minute },
    });
    expect(store.get('search').phase).toBe('none');
    expect(vi.getTimerCount()).toBe(1);

    vi.advanceTimersByTime(4 * minute);

    expect(phases).toEqual([
      ['scheduled', 1000],
      ['active', 2 * minute],
      ['overdue', 3 * minute],
    ]);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(minute);
    expect(store.get('comments').phase).toBe('active');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has no mode while it is scheduled, but an upcoming mode', () => {
    const { store } = follow({
      'search-m': { mode: 'read-only', startsAt: noon + minute, endsAt: noon + day },
    });

    expect(store.get('search')).toMatchObject({
      mode: 'none',
      upcomingMode: 'read-only',
      canRead: true,
      canWrite: true,
      startsAt: noon + minute,
      endsAt: noon + day,
    });
    vi.advanceTimersByTime(minute);
    expect(store.get('search')).toMatchObject({ mode: 'read-only', canWrite: false });
    expect(store.get('search')).not.toHaveProperty('upcomingMode');
  });

  it('is overdue after its end, and over only when the flag changes', () => {
    const { source, store } = follow({ 'search-m': { endsAt: noon + minute } });

    vi.advanceTimersByTime(30 * day);
    expect(store.get('search')).toMatchObject({ phase: 'overdue', mode: 'down' });
    source.set('search-m', false);
    expect(store.get('search').phase).toBe('none');
  });

  it('is over at its end with endsAutomatically', () => {
    const { store, phases } = follow({ 'search-m': { endsAt: noon + minute, endsAutomatically: true } });

    vi.advanceTimersByTime(2 * minute);

    expect(phases).toEqual([['none', minute]]);
    expect(store.getAffected()).toEqual([]);
  });

  it('does not start early when it is months away, although timers overflow', () => {
    const { store, phases } = follow({ 'search-m': { startsAt: noon + 60 * day } });

    vi.advanceTimersByTime(60 * day - 1);
    expect(phases).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(store.get('search').phase).toBe('active');
  });

  it('is up to date in a tab that slept, when it reads the state', () => {
    const { store } = follow({ 'search-m': { startsAt: noon + minute, endsAt: noon + 2 * minute } });

    vi.setSystemTime(noon + day);
    store.refresh();

    expect(store.get('search').phase).toBe('overdue');
  });

  it('is up to date in a tab that slept, when anything else changes', () => {
    const { source, phases } = follow({ 'search-m': { startsAt: noon + minute } });

    vi.setSystemTime(noon + day);
    source.set('comments-m', true);

    expect(phases).toEqual([['active', day]]);
  });

  it('is at most a minute late when the clock was set', () => {
    const { store } = follow({ 'search-m': { startsAt: noon + 10 * day } });

    vi.setSystemTime(noon + 10 * day);
    vi.advanceTimersByTime(minute);

    expect(store.get('search').phase).toBe('active');
  });

  it('follows a clock that is set back', () => {
    const { source, store } = follow({ 'search-m': { startsAt: noon + minute, endsAt: noon + day } });
    vi.advanceTimersByTime(minute);
    expect(store.get('search').phase).toBe('active');

    vi.setSystemTime(noon - minute);
    source.set('comments-m', true);
    expect(store.get('search').phase).toBe('scheduled');
    vi.advanceTimersByTime(2 * minute);
    expect(store.get('search').phase).toBe('active');
  });
});

describe('a reopening', () => {
  it('keeps the feature closed for its share of the time when the flag turns off', () => {
    const { source, store, phases } = follow(
      { 'search-m': { reopenOverSeconds: 60, title: 'Moving' } },
      0.25,
    );
    vi.advanceTimersByTime(5000);

    source.set('search-m', false);

    expect(store.get('search')).toMatchObject({
      phase: 'recovering',
      mode: 'down',
      canRead: false,
      notice: { title: 'Moving' },
      windowId: 'search-m',
    });
    vi.advanceTimersByTime(minute);
    expect(phases).toEqual([
      ['recovering', 5000],
      ['none', 20_000],
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    [0, []],
    [1, [['recovering', minute]]],
  ])('of a window that ends automatically also takes the share %d of its time', (jitter, recovering) => {
    const { phases } = follow(
      { 'search-m': { endsAt: noon + minute, endsAutomatically: true, reopenOverSeconds: 30 } },
      jitter,
    );

    vi.advanceTimersByTime(2 * minute);

    expect(phases).toEqual([...recovering, ['none', minute + jitter * 30_000]]);
  });

  it('is not shortened when the flag turns off while the client already waits', () => {
    const { source, phases } = follow({
      'search-m': { endsAt: noon + minute, endsAutomatically: true, reopenOverSeconds: 60 },
    });
    vi.advanceTimersByTime(minute + 1000);

    source.set('search-m', false);
    vi.advanceTimersByTime(minute);

    expect(phases).toEqual([
      ['recovering', minute],
      ['none', minute + 30_000],
    ]);
  });

  it('also happens when the next maintenance is announced in the same flag', () => {
    const { source, store, phases } = follow({ 'search-m': { reopenOverSeconds: 60 } });

    source.set('search-m', { mode: 'degraded', startsAt: noon + day });

    vi.advanceTimersByTime(minute);
    expect(phases).toEqual([
      ['recovering', 0],
      ['scheduled', 30_000],
    ]);
    expect(store.get('search').upcomingMode).toBe('degraded');
  });

  it.each([
    ['nothing to recover from', { startsAt: noon + minute, reopenOverSeconds: 60 }],
    ['no time for it', { message: 'Back soon' }],
  ])('does not happen with %s', (_what, value) => {
    const { source, store } = follow({ 'search-m': value });

    source.set('search-m', false);

    expect(store.get('search').phase).toBe('none');
    // One that was set for what is gone may ring once for nothing.
    vi.advanceTimersByTime(minute);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives way to a new maintenance', () => {
    const { source, store } = follow({ 'search-m': { reopenOverSeconds: 60 } });
    source.set('search-m', false);

    source.set('search-m', 'degraded');

    expect(store.get('search')).toMatchObject({ phase: 'active', mode: 'degraded' });
    vi.advanceTimersByTime(minute);
    expect(store.get('search').phase).toBe('active');
  });

  it('does not last an hour longer when the clock is set back by an hour', () => {
    const { source, store } = follow({ 'search-m': { reopenOverSeconds: 60 } });
    source.set('search-m', false);

    vi.setSystemTime(noon - 60 * minute);
    store.refresh();
    expect(store.get('search').phase).toBe('none');
    vi.setSystemTime(noon + 1000);
    store.refresh();
    expect(store.get('search').phase).toBe('none');
  });

  it('is at a different time for each client', () => {
    const source = memorySource({ 'search-m': { reopenOverSeconds: 600 } });
    const stores = Array.from({ length: 50 }, () => createMaintenanceStore({ features, source }));
    for (const store of stores) store.start();
    const open = () => stores.filter((store) => store.get('search').phase === 'none').length;

    source.set('search-m', false);

    vi.advanceTimersByTime(5 * minute);
    // With fifty of them the chance of a failure is below one in ten million.
    expect(open()).toBeGreaterThan(5);
    expect(open()).toBeLessThan(45);
    vi.advanceTimersByTime(5 * minute);
    expect(open()).toBe(50);
  });
});

describe('after the last stop', () => {
  it('there is no timer and no listener, and nothing adds one', async () => {
    const { source, store, stop } = follow({ 'search-m': { startsAt: noon + minute } });
    const secondStop = store.start();
    stop();
    stop();
    await Promise.resolve();
    expect(vi.getTimerCount()).toBe(1);

    secondStop();
    await Promise.resolve();
    expect(vi.getTimerCount()).toBe(0);

    store.refresh();
    store.setLocale('fr');
    source.set('comments-m', { startsAt: noon + minute });
    expect(vi.getTimerCount()).toBe(0);
    expect(store.get('comments').phase).toBe('none');
  });

  it('another start continues from the present', async () => {
    const { source, store, stop } = follow({ 'search-m': { startsAt: noon + minute } });
    stop();
    await Promise.resolve();
    vi.advanceTimersByTime(2 * minute);
    source.set('comments-m', true);

    store.start();

    expect(store.get('search').phase).toBe('active');
    expect(store.get('comments').phase).toBe('active');
  });

  it('a stop and a start directly after it change nothing', async () => {
    const { source, store, stop } = follow({});
    const subscribe = vi.spyOn(source, 'subscribe');

    stop();
    store.start();
    await Promise.resolve();
    source.set('search-m', true);

    expect(subscribe).not.toHaveBeenCalled();
    expect(store.get('search').phase).toBe('active');
  });
});
