import { act, cleanup, render } from '@testing-library/react';
import { StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import {
  createMaintenanceStore,
  memorySource,
  type MaintenanceStoreOptions,
} from 'react-maintenance-mode/core';
import {
  MaintenanceBanner,
  MaintenanceGate,
  MaintenanceProvider,
  takeSnapshot,
  type MaintenanceProviderProps,
} from 'react-maintenance-mode';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const now = Date.parse('2026-11-23T14:20:00Z');
const search = { endsAt: '2026-11-24T15:30:00Z', title: { en: 'Moving house', fr: 'Nous déménageons' } };

beforeEach(() => {
  vi.useFakeTimers({ now });
  localStorage.clear();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

// Without TypeScript, or from a profile, a setting may be any value.
const wrong = (settings: Record<string, unknown>) => settings as Partial<MaintenanceProviderProps>;

const bad: [string, unknown][] = [
  ['locale', 'en-US@posix'],
  ['locale', 'C'],
  ['locale', 'de_DE.UTF-8'],
  ['locale', 'pt_BR'],
  ['locale', ''],
  ['locale', 'i'],
  ['locale', null],
  ['locale', 7],
  ['locale', NaN],
  ['locale', ['en']],
  ['timeZone', 'Etc/Unknown'],
  ['timeZone', 'Mars/Olympus'],
  ['timeZone', ''],
  ['timeZone', null],
  ['timeZone', 60],
  ['timeZone', NaN],
  ['messages', null],
  ['messages', 'fr'],
  ['announcements', 'loud'],
  ['storage', null],
  ['storage', 'localStorage'],
  ['storage', { getItem: () => null }],
  ['now', 'today'],
  ['now', () => NaN],
  ['now', () => '2026-11-23'],
  // A text where its object belongs, and an error of an API.
  ['snapshot', '{"now":0,"windows":{}}'],
  ['snapshot', { error: 'forbidden' }],
  ['pending', 'wait'],
  ['pendingTimeoutMs', -1],
  ['pendingTimeoutMs', NaN],
  ['pendingTimeoutMs', 'long'],
];

describe.each(bad)('the setting %s = %o', (name, value) => {
  it('falls back to its default, and is reported once, at the first render', async () => {
    const source = memorySource();
    const onError = vi.fn();
    const app = (
      <StrictMode>
        <MaintenanceProvider {...wrong({ [name]: value })} source={source} onError={onError}>
          <MaintenanceBanner />
          <MaintenanceGate feature="search">App</MaintenanceGate>
        </MaintenanceProvider>
      </StrictMode>
    );

    const { container, rerender } = render(app);
    await act(() => vi.advanceTimersByTimeAsync(0));
    rerender(app);
    await act(() => vi.advanceTimersByTimeAsync(0));
    expect(onError.mock.calls.map(([error]) => [error.code, error.message])).toEqual([
      ['invalid-option', expect.stringContaining(`"${name}"`)],
    ]);
    act(() => source.set('search', search));
    await act(() => vi.advanceTimersByTimeAsync(500));
    expect(container.querySelector('h3 bdi')?.textContent).toBe('Moving house');
    act(() => source.set('search', { endsAt: search.endsAt }));
    expect(container.querySelector('h3')?.textContent).toMatch(/^search is unavailable until Tuesday/);
  });

  it('does not throw on a server', () => {
    const html = renderToString(
      <MaintenanceProvider {...wrong({ [name]: value })} snapshot={takeSnapshot({ flags: { search }, now })}>
        <MaintenanceGate feature="search" />
      </MaintenanceProvider>,
    );

    expect(html).toContain('Moving house');
  });
});

it.each([
  ['kept', 7],
  ['down', { one: '{features} rests' }],
  ['down', null],
])('reports a message that is not a text, and uses the English one: %s = %o', async (key, text) => {
  const source = memorySource({ search: true });
  const onError = vi.fn();

  const { container } = render(
    <MaintenanceProvider {...wrong({ messages: { [key]: text } })} source={source} onError={onError}>
      <MaintenanceGate feature="search" />
    </MaintenanceProvider>,
  );
  await act(() => vi.advanceTimersByTimeAsync(0));

  expect(container.querySelector('h3')?.textContent).toBe('search is unavailable');
  expect(onError.mock.calls.map(([error]) => error.message)).toEqual([
    expect.stringContaining(`"messages.${key}"`),
  ]);
});

it.each(['en', 'de-AT', 'zh-Hans', 'sr-Latn-RS', 'ar-EG-u-nu-latn', 'tlh'])(
  'accepts a valid language tag: %s',
  async (locale) => {
    const onError = vi.fn();

    render(
      <MaintenanceProvider locale={locale} source={memorySource({ search })} onError={onError}>
        <MaintenanceGate feature="search" />
      </MaintenanceProvider>,
    );
    await act(() => vi.advanceTimersByTimeAsync(0));

    expect(onError).not.toHaveBeenCalled();
  },
);

it('a store falls back to English, too, and reports it once', () => {
  const onError = vi.fn();
  const options = {
    locale: 'C',
    source: memorySource({ search }),
    onError,
  } satisfies MaintenanceStoreOptions;
  const store = createMaintenanceStore(options);
  store.setLocale('C');

  expect(store.get('search').notice?.title).toBe('Moving house');
  expect(onError).toHaveBeenCalledTimes(1);
});
