import {
  createMaintenanceStore,
  defineFeatures,
  memorySource,
  takeSnapshot,
  type MaintenanceChange,
} from 'react-maintenance-mode/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createControlledSource } from './createControlledSource.js';

const features = defineFeatures({
  search: { flag: 'search-m' },
  payments: { flag: 'payments-m', failure: 'closed' },
});
const noon = Date.parse('2026-11-23T12:00:00Z');
const moving = { title: 'We are moving your account, Alice', reopenOverSeconds: 600 };

beforeEach(() => void vi.useFakeTimers({ now: noon }));
afterEach(() => void vi.useRealTimers());

describe('when the source changes its user', () => {
  it('nothing of the previous user is left, and nothing recovers', () => {
    const source = memorySource({ 'search-m': moving });
    const store = createMaintenanceStore({ features, source, jitter: 0.9 });
    store.start();
    expect(store.get('search').mode).toBe('down');

    source.setUser('bob', { 'search-m': false });

    expect(store.get('search')).toMatchObject({ mode: 'none', phase: 'none', notice: null });
    expect(store.getAffected()).toEqual([]);
    expect(store.getUserChanges()).toBe(1);
  });

  it('a reopening of the previous user is over', () => {
    const source = memorySource({ 'search-m': moving });
    const store = createMaintenanceStore({ features, source, jitter: 0.9 });
    store.start();
    source.set('search-m', false);
    expect(store.get('search').phase).toBe('recovering');

    source.setUser('bob');

    expect(store.get('search').phase).toBe('none');
  });

  it('a refusal of an API for the previous user is forgotten, even if both have the same flags', () => {
    const source = memorySource({ 'search-m': false });
    const store = createMaintenanceStore({ features, source });
    store.start();
    store.reportUnavailable('search', { id: 'refused', mode: 'down' }, noon + 3_600_000);
    expect(store.get('search').mode).toBe('down');

    source.setUser('bob', { 'search-m': false });

    expect(store.get('search').mode).toBe('none');
  });

  it('the states of the next user follow in the same change', () => {
    const source = memorySource({ 'search-m': moving });
    const store = createMaintenanceStore({ features, source });
    const listener = vi.fn();
    store.start();
    store.subscribe('search', listener);

    source.setUser('bob', { 'search-m': { mode: 'read-only', title: 'Bob' } });

    expect(store.get('search')).toMatchObject({
      mode: 'read-only',
      phase: 'active',
      notice: { title: 'Bob' },
    });
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('it is noticed when only one flag was reported, and when none was while the store was stopped', async () => {
    let user = 'alice';
    const source = { ...createControlledSource({ 'search-m': moving }), user: () => user };
    const store = createMaintenanceStore({ features, source });
    const stop = store.start();
    stop();
    await Promise.resolve();

    user = 'bob';
    source.setSilently('search-m', false);
    store.start();
    expect(store.get('search').phase).toBe('none');
    store.reportUnavailable('search', { id: 'refused', mode: 'down' }, noon + 3_600_000);
    user = 'carol';
    source.emit('payments-m');

    expect(store.get('search').mode).toBe('none');
  });

  it('a source that does not know the user for a while, and then has the same user, changes nothing', () => {
    let user: string | undefined;
    const source = { ...createControlledSource({ 'search-m': true }), user: () => user };
    const store = createMaintenanceStore({ features, source });
    store.start();
    for (const next of ['alice', undefined, 'alice']) {
      user = next;
      source.emit();
    }

    expect(store.getUserChanges()).toBe(0);
    expect(store.get('search').mode).toBe('down');
  });

  it('onChange gets no end of a maintenance', () => {
    const changes: MaintenanceChange[] = [];
    const source = memorySource({ 'search-m': true });
    const store = createMaintenanceStore({ features, source, onChange: (change) => changes.push(change) });
    store.start();

    source.setUser('bob');
    source.set('search-m', true);

    expect(changes.map(({ to, userChanged }) => [to.mode, userChanged])).toEqual([
      ['none', true],
      ['down', undefined],
    ]);
  });

  it('a feature with failure: closed closes when no answer comes, and is open until then', () => {
    const source = memorySource({ 'payments-m': false });
    const store = createMaintenanceStore({ features, source });
    store.start();

    source.setUser('bob', {}, { state: 'pending' });
    expect(store.get('payments').mode).toBe('none');
    vi.advanceTimersByTime(2000);

    expect(store.get('payments').mode).toBe('down');
  });

  it('a source whose user() throws is reported, and changes nothing', () => {
    const onError = vi.fn();
    const source = {
      ...createControlledSource({ 'search-m': true }),
      user: () => {
        throw new Error('closed');
      },
    };
    const store = createMaintenanceStore({ features, source, onError });

    store.start();

    expect(store.get('search').mode).toBe('down');
    expect(onError.mock.calls.map(([error]) => error.code)).toEqual(['source-failed']);
  });
});

describe('another source', () => {
  it.each(['pending', 'failed'] as const)('shows nothing of the one before while it is %s', (state) => {
    const store = createMaintenanceStore({
      features,
      source: memorySource({ 'search-m': moving }),
      jitter: 1,
    });
    store.start();

    store.start(memorySource({}, { state }));

    expect(store.get('search')).toMatchObject({ phase: 'none', notice: null });
  });

  it('that has failed counts as a failure', () => {
    const store = createMaintenanceStore({ features, source: memorySource({ 'payments-m': false }) });
    store.start();

    store.start(memorySource({}, { state: 'failed' }));

    expect(store.get('payments').mode).toBe('down');
  });

  it('drops the snapshot of the previous source', () => {
    const snapshot = takeSnapshot({ features, flags: { 'search-m': moving } });
    const store = createMaintenanceStore({
      features,
      snapshot,
      source: memorySource({}, { state: 'pending' }),
    });
    store.start();
    expect(store.get('search').mode).toBe('down');

    store.start(memorySource({}, { state: 'pending' }));

    expect(store.get('search').mode).toBe('none');
  });

  it('is not another user after no source, nor if both sources have the same user', () => {
    const store = createMaintenanceStore({ features });
    store.reportUnavailable('search', { id: 'refused', mode: 'down' }, noon + 3_600_000);
    const of = (user: string) => ({ ...createControlledSource({}, { state: 'pending' }), user: () => user });

    store.start(of('alice'));
    store.start(of('alice'));
    expect(store.get('search').mode).toBe('down');
    store.start(of('bob'));

    expect(store.get('search').mode).toBe('none');
  });
});

describe('setUser', () => {
  it('drops what was known, and makes the source forget and ask again', () => {
    const source = { ...createControlledSource({ 'search-m': moving }), forget: vi.fn() };
    source.forget.mockImplementation(() => source.setSilently('search-m', false));
    const store = createMaintenanceStore({ features, source, user: 'alice' });
    store.start();
    store.reportUnavailable('payments', { id: 'refused', mode: 'down' }, noon + 3_600_000);

    store.setUser('alice');
    expect(store.get('payments').mode).toBe('down');
    store.setUser(undefined);

    expect(source.forget).toHaveBeenCalledTimes(1);
    expect(store.getAffected()).toEqual([]);
    expect(store.getUserChanges()).toBe(1);
  });

  it('changes nothing when it is called for the first time', () => {
    const store = createMaintenanceStore({ features, source: memorySource({ 'search-m': true }) });
    store.start();

    store.setUser('alice');

    expect(store.getUserChanges()).toBe(0);
    expect(store.get('search').mode).toBe('down');
  });

  it('lets another source keep what is known of the same user', () => {
    const store = createMaintenanceStore({
      features,
      user: 'alice',
      source: memorySource({ 'search-m': true }),
    });
    store.start();

    store.start(memorySource({}, { state: 'pending' }));

    expect(store.get('search').mode).toBe('down');
  });

  it('counts once with a source that reports the same change', () => {
    const source = { ...memorySource({ 'search-m': true }) };
    const store = createMaintenanceStore({
      features,
      user: 'alice',
      source: { ...source, forget: () => source.setUser('bob') },
    });
    store.start();

    store.setUser('bob');

    expect(store.getUserChanges()).toBe(1);
    expect(store.get('search').mode).toBe('none');
  });
});

describe('the argument of onChange', () => {
  const event = new Event('change');
  it.each([
    ['an event', event],
    ['a payload', { flags: ['search-m'] }],
    ['a list', ['search-m']],
    ['a flag that nobody listens for', 'other'],
    ['an empty text', ''],
    ['null', null],
    ['nothing', undefined],
  ])('means that any flag may have changed: %s', (_what, told) => {
    const values: Record<string, unknown> = {};
    let tell: (flag?: string) => void = () => {};
    const store = createMaintenanceStore({
      features,
      source: {
        get: (flag) => values[flag],
        subscribe(_flags, onChange) {
          tell = onChange;
          return () => {};
        },
      },
    });
    store.start();

    values['search-m'] = true;
    // What JavaScript, and an emitter's own types, let through.
    (tell as (told: unknown) => void)(told);

    expect(store.get('search').mode).toBe('down');
  });
});

describe("a visitor's clock", () => {
  const hour = 3_600_000;
  const window = { startsAt: noon + hour, endsAt: noon + 3 * hour, endsAutomatically: true };

  it.each([
    ['two hours ahead', 2 * hour, 'scheduled'],
    ['a day ahead', 24 * hour, 'scheduled'],
    ['two hours behind', -2 * hour, 'scheduled'],
  ])('is corrected by the snapshot: %s', (_what, wrong, phase) => {
    const flags = { 'search-m': window };
    const snapshot = takeSnapshot({ features, flags, now: noon });
    const store = createMaintenanceStore({
      features,
      snapshot,
      source: memorySource(flags),
      now: () => Date.now() + wrong,
    });
    store.start();
    expect(store.get('search').phase).toBe(phase);

    vi.advanceTimersByTime(hour);
    expect(store.get('search').phase).toBe('active');
    vi.advanceTimersByTime(2 * hour);

    expect(store.get('search').phase).toBe('none');
  });

  it('is not corrected for the time that a page takes to load, nor by a static snapshot', () => {
    const flags = { 'search-m': window };
    const taken = { features, flags, now: noon };
    const now = () => Date.now() + hour;

    const slow = createMaintenanceStore({ snapshot: takeSnapshot(taken), now: () => Date.now() + 60_000 });
    const built = createMaintenanceStore({
      features,
      snapshot: takeSnapshot({ ...taken, static: true }),
      now,
    });

    expect(slow.now()).toBe(noon + 60_000);
    expect(built.now()).toBe(noon + hour);
    expect(built.get('search').phase).toBe('active');
  });

  it('is corrected by the clock offset of the source', () => {
    let offset: number | undefined = -2 * hour;
    const source = { ...createControlledSource({ 'search-m': window }), clockOffset: () => offset };
    const store = createMaintenanceStore({ features, source, now: () => Date.now() + 2 * hour });
    store.start();
    expect(store.get('search').phase).toBe('scheduled');

    for (offset of [NaN, 1e21, -1e21]) {
      source.setStatus({ state: 'ready' });
      store.setServerTime(offset);
      expect(store.get('search').phase).toBe('scheduled');
    }
    offset = -hour;
    source.setStatus({ state: 'ready' });

    expect(store.get('search').phase).toBe('active');
  });
});
