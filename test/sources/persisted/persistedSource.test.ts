import {
  createMaintenanceStore,
  memorySource,
  takeSnapshot,
  type MemorySource,
} from 'react-maintenance-mode/core';
import { pollingSource } from 'react-maintenance-mode/http';
import { persistedSource, type PersistedSourceOptions } from 'react-maintenance-mode/persisted';
import { memoryStorage } from 'react-maintenance-mode/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const noon = Date.parse('2026-11-23T12:00:00Z');
const minute = 60_000;
const flags = ['search', 'comments'];

beforeEach(() => void vi.useFakeTimers({ now: noon }));
afterEach(() => void vi.useRealTimers());

/** A visit of a user, whose flag service has not answered yet. */
function visit(
  storage: PersistedSourceOptions['storage'],
  user: PersistedSourceOptions['user'] = 'bob',
  service: MemorySource = memorySource({}, { state: 'pending' }),
) {
  const source = persistedSource(service, { user, storage });
  const onChange = vi.fn<(flag?: string) => void>();
  const onStatus = vi.fn<() => void>();
  const leave = [source.subscribe(flags, onChange), source.subscribeStatus?.(onStatus)];
  return {
    service,
    source,
    onChange,
    onStatus,
    answer(values: Record<string, unknown>) {
      for (const [flag, value] of Object.entries(values)) service.set(flag, value);
      service.setStatus({ state: 'ready' });
    },
    end: () => leave.forEach((each) => each?.()),
  };
}

/** A visit during which the flag service answered. */
async function visitWith(values: Record<string, unknown>, user = 'bob') {
  const storage = memoryStorage();
  const { answer, end } = visit(storage, user);
  answer(values);
  end();
  await Promise.resolve();
  return storage;
}

describe('before the first answer', () => {
  it('uses the flags of the last visit, and is stale since then', async () => {
    const storage = await visitWith({ search: { mode: 'down', title: 'Moving' }, comments: false });
    vi.setSystemTime(noon + minute);

    const { source } = visit(storage);

    expect(source.get('search')).toEqual({ mode: 'down', title: 'Moving' });
    expect(source.get('comments')).toBe(false);
    expect(source.status?.()).toEqual({ state: 'stale', since: noon });
    expect(source.get('search')).toBe(source.get('search'));
    expect(source.status?.()).toBe(source.status?.());
  });

  it('uses them if the service fails, too', async () => {
    const error = new Error('offline');
    const { source, service } = visit(await visitWith({ search: true }));

    service.setStatus({ state: 'failed', error });

    expect(source.get('search')).toBe(true);
    expect(source.status?.()).toEqual({ state: 'stale', since: noon, error });
  });

  it.each([
    ['for another user', { search: true }, 'alice', 'pending'],
    ['of a flag that the last visit did not know', { comments: true }, 'bob', 'stale'],
  ])('uses no stored flags %s', async (_, values, user, state) => {
    const storage = await visitWith(values, user);

    const { source } = visit(storage);

    expect(source.get('search')).toBeUndefined();
    expect(source.status?.().state).toBe(state);
  });

  it('uses no flags that are older than an hour', async () => {
    const storage = await visitWith({ search: true });

    vi.setSystemTime(noon + 60 * minute);
    expect(visit(storage).source.get('search')).toBe(true);
    vi.setSystemTime(noon + 60 * minute + 1);
    expect(visit(storage).source.get('search')).toBeUndefined();
  });

  it('uses no flags from the future', async () => {
    const storage = await visitWith({ search: true });
    vi.setSystemTime(noon - 1);

    expect(visit(storage).source.get('search')).toBeUndefined();
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"user":"bob"}',
    '{"user":"bob","at":"x","flags":{}}',
    '{"user":"bob","at":1}',
  ])('ignores a value of other code in the storage: %s', (text) => {
    const storage = memoryStorage();
    storage.setItem('react-maintenance-mode:flags', text);

    const { source } = visit(storage);

    expect(source.get('search')).toBeUndefined();
    expect(source.status?.()).toEqual({ state: 'pending' });
  });
});

describe('the first answer', () => {
  it('replaces the stored flags, and is reported', async () => {
    const { source, answer, onChange, onStatus } = visit(await visitWith({ search: true, comments: true }));

    answer({ search: false });

    expect(source.get('search')).toBe(false);
    // The service does not know it any more.
    expect(source.get('comments')).toBeUndefined();
    expect(source.status?.()).toEqual({ state: 'ready' });
    expect(onChange).toHaveBeenLastCalledWith();
    expect(onStatus).toHaveBeenCalledTimes(1);
  });

  it('is stored, with later changes', async () => {
    const storage = memoryStorage();
    const { answer, service } = visit(storage);
    answer({ search: true, comments: false });

    service.set('search', false);
    service.set('comments', 'read-only');
    await Promise.resolve();

    const { source } = visit(storage);
    expect([source.get('search'), source.get('comments')]).toEqual([false, 'read-only']);
  });

  it('is written once, however many flags changed', async () => {
    const storage = memoryStorage();
    const setItem = vi.spyOn(storage, 'setItem');
    const { answer, service } = visit(storage);

    answer({ search: true, comments: true });
    service.set('search', false);
    await Promise.resolve();

    expect(setItem).toHaveBeenCalledTimes(1);
  });

  it('is not undone if the connection is lost afterwards', async () => {
    const storage = await visitWith({ search: true });
    const { source, answer, service } = visit(storage);
    answer({ search: undefined });

    service.setStatus({ state: 'stale', since: noon });

    expect(source.get('search')).toBeUndefined();
    expect(source.status?.()).toEqual({ state: 'stale', since: noon });
  });
});

it('is stored for the user who is signed in if another user signs in meanwhile', async () => {
  const storage = memoryStorage();
  let user = 'bob';
  const { answer, service } = visit(storage, () => user);
  answer({ search: true });
  user = 'alice';
  service.set('search', 'read-only');
  await Promise.resolve();

  expect(visit(storage, 'bob').source.get('search')).toBeUndefined();
  expect(visit(storage, 'alice').source.get('search')).toBe('read-only');
});

describe('when the source names its user', () => {
  /** A source like LaunchDarkly's, which is told of another person by the app, at its own time. */
  function identified() {
    const service = memorySource({ search: true }, { state: 'ready' });
    service.setUser('user:alice', { search: 'down' });
    return service;
  }

  it('writes nothing for the next user until the source names that user', async () => {
    const storage = memoryStorage();
    let user = 'alice';
    const service = identified();
    visit(storage, () => user, service);
    await Promise.resolve();
    expect(visit(storage, 'alice').source.get('search')).toBe('down');

    user = 'bob';
    service.set('search', 'read-only');
    await Promise.resolve();
    expect(visit(storage, 'bob').source.get('search')).toBeUndefined();
    service.setUser('user:bob', { search: 'degraded' });
    await Promise.resolve();

    expect(visit(storage, 'bob').source.get('search')).toBe('degraded');
  });

  it('writes no flags of another user for the previous one', async () => {
    const storage = memoryStorage();
    const service = identified();
    visit(storage, 'alice', service);
    await Promise.resolve();

    service.setUser('user:bob', { search: 'read-only' });
    await Promise.resolve();

    expect(visit(storage, 'alice').source.get('search')).toBe('down');
  });

  it('is another user for the store if one of the two changes', () => {
    let user = 'alice';
    const service = identified();
    const { source } = visit(memoryStorage(), () => user, service);
    const users = [source.user?.()];

    user = 'bob';
    users.push(source.user?.());
    service.setUser('user:bob');
    users.push(source.user?.(), source.user?.());

    expect(new Set(users).size).toBe(3);
    expect(users[3]).toBe(users[2]);
  });
});

it('makes a source with forget ask for the present user, and stores the answer for that user', async () => {
  const storage = memoryStorage();
  let user = 'alice';
  const fetch = vi.fn(async () => Response.json({ search: user === 'alice' ? 'down' : 'degraded' }));
  const source = persistedSource(pollingSource('https://shop.example/flags', { fetch }), {
    user: () => user,
    storage,
  });
  source.subscribe(flags, () => undefined);
  source.subscribeStatus?.(() => undefined);
  await vi.advanceTimersByTimeAsync(0);
  expect(source.get('search')).toBe('down');

  user = 'bob';
  source.status?.();
  source.get('search');
  await vi.advanceTimersByTimeAsync(0);

  expect(fetch).toHaveBeenCalledTimes(2);
  expect(source.get('search')).toBe('degraded');
  expect(visit(storage, 'bob').source.get('search')).toBe('degraded');
  expect(visit(storage, 'alice').source.get('search')).toBeUndefined();
});

it('keeps apps of one origin with different storage keys separate', async () => {
  const storage = memoryStorage();
  const remember = (storageKey: string, value: unknown) => {
    const source = persistedSource(memorySource({ search: value }), { user: 'bob', storage, storageKey });
    source.subscribe(['search'], () => undefined);
  };

  remember('shop', 'down');
  remember('admin', 'read-only');
  await Promise.resolve();

  for (const [storageKey, value] of [
    ['shop', 'down'],
    ['admin', 'read-only'],
  ] as const) {
    const service = memorySource({}, { state: 'pending' });
    expect(persistedSource(service, { user: 'bob', storage, storageKey }).get('search')).toBe(value);
  }
});

it.each([
  ['throws', { getItem: fail, setItem: fail, removeItem: fail }],
  ['is missing, as on a server', undefined],
])('works without a storage that %s', (_, storage) => {
  const { source, answer } = visit(storage);
  expect(source.get('search')).toBeUndefined();

  answer({ search: true });

  expect(source.get('search')).toBe(true);
});

it('leaves no older flags in a storage that has no room for the new ones', async () => {
  const storage = await visitWith({ search: true });
  const length = storage.getItem('react-maintenance-mode:flags')?.length ?? 0;
  const setItem = storage.setItem.bind(storage);
  vi.spyOn(storage, 'setItem').mockImplementation((key, text) => {
    if (text.length > length) throw new DOMException('no room', 'QuotaExceededError');
    setItem(key, text);
  });

  const { answer } = visit(storage);
  answer({ search: false, comments: { mode: 'down', message: 'Comments are moving to another server.' } });
  await Promise.resolve();

  expect(visit(storage).source.get('search')).toBeUndefined();
});

it('listens to the source only while it has listeners', async () => {
  const storage = memoryStorage();
  const { service, end } = visit(storage);
  end();

  service.set('search', true);
  service.setStatus({ state: 'ready' });
  await Promise.resolve();

  expect(storage.getItem('react-maintenance-mode:flags')).toBeNull();
});

it('closes a feature from the first render of a visit', async () => {
  const storage = await visitWith({ search: 'down' });
  const service = memorySource({}, { state: 'pending' });
  const source = persistedSource(service, { user: 'bob', storage });

  const store = createMaintenanceStore({ source, pending: 'hold' });
  store.subscribe('search', () => undefined);
  const stop = store.start();

  expect(store.get('search').mode).toBe('down');
  expect(store.isHolding()).toBe(false);
  service.set('search', false);
  service.setStatus({ state: 'ready' });
  expect(store.get('search').mode).toBe('none');
  stop();
});

it.each([
  ['newer than what is remembered', noon + minute, 'read-only'],
  ['older', noon - minute, 'down'],
])('compares the stored flags with a snapshot that is %s', async (_, now, mode) => {
  const storage = await visitWith({ search: 'down' });
  vi.setSystemTime(noon + 2 * minute);
  const service = memorySource({}, { state: 'pending' });
  const source = persistedSource(service, { user: 'bob', storage });
  const snapshot = takeSnapshot({ flags: { search: 'read-only' }, now });

  const store = createMaintenanceStore({ source, snapshot });
  const stop = store.start();

  expect(store.get('search').mode).toBe(mode);
  service.set('search', 'degraded');
  service.setStatus({ state: 'ready' });
  expect(store.get('search').mode).toBe('degraded');
  stop();
});

function fail(): never {
  throw new Error('The storage is full.');
}
