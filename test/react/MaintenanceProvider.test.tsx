import { act, cleanup, render, screen } from '@testing-library/react';
import { useState, type ReactNode } from 'react';
import {
  defineFeatures,
  MaintenanceGate,
  MaintenanceProvider,
  useMaintenance,
  type MaintenanceError,
} from 'react-maintenance-mode';
import { createMaintenanceStore, memorySource, type FlagSource } from 'react-maintenance-mode/core';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { countingSource } from './countingSource.js';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function Reader({ feature = 'search' }: { feature?: string }): ReactNode {
  const { mode, notice } = useMaintenance(feature);
  return (
    <p data-testid="state">
      {mode}
      {notice?.message ? `, ${notice.message}` : ''}
    </p>
  );
}

const shown = () => screen.getByTestId('state').textContent;

describe('the source of a provider', () => {
  it('may be missing: everything is open', () => {
    render(
      <MaintenanceProvider>
        <Reader />
      </MaintenanceProvider>,
    );

    expect(shown()).toBe('none');
  });

  it('may come later', () => {
    const app = (source?: FlagSource) => (
      <MaintenanceProvider source={source}>
        <Reader />
      </MaintenanceProvider>
    );
    const { rerender } = render(app());

    rerender(app(memorySource({ search: true })));

    expect(shown()).toBe('down');
  });

  it('may be replaced: only the state of the new source counts, and the old one is unsubscribed', () => {
    const app = (source: FlagSource) => (
      <MaintenanceProvider source={source}>
        <Reader />
      </MaintenanceProvider>
    );
    const before = countingSource({ search: true });
    const { rerender } = render(app(before));
    expect(shown()).toBe('down');

    rerender(app(memorySource({ search: false })));
    expect(shown()).toBe('none');
    act(() => before.set('search', 'read-only'));

    expect(shown()).toBe('none');
    expect(before.live).toBe(0);
  });

  it.each<[string, Partial<FlagSource>]>([
    ['get', { get: () => fail() }],
    ['subscribe', { subscribe: () => fail() }],
    ['status', { status: () => fail() }],
    ['subscribeStatus', { subscribeStatus: () => fail() }],
  ])('may throw in %s: the page keeps working, and onError is called once', async (_, broken) => {
    const onError = vi.fn<(error: MaintenanceError) => void>();

    const { rerender } = render(
      <MaintenanceProvider source={{ ...memorySource(), ...broken }} onError={onError}>
        <Reader />
      </MaintenanceProvider>,
    );
    rerender(
      <MaintenanceProvider source={{ ...memorySource(), ...broken }} onError={onError}>
        <Reader />
      </MaintenanceProvider>,
    );
    await act(async () => {});

    expect(shown()).toBe('none');
    expect(onError).toHaveBeenCalledTimes(1);
    expect(onError.mock.calls[0]?.[0]).toMatchObject({ code: 'source-failed' });
    expect(onError.mock.calls[0]?.[0].message).toContain('no network');
  });
});

function fail(): never {
  throw new Error('no network');
}

describe('the store of a provider', () => {
  it('may be created by the app, and is shared', () => {
    const source = memorySource();
    const store = createMaintenanceStore({ source });
    render(
      <MaintenanceProvider store={store}>
        <Reader />
      </MaintenanceProvider>,
    );

    act(() => source.set('search', true));

    expect(shown()).toBe('down');
    expect(store.get('search').mode).toBe('down');
  });

  it('has the state of the source from the first render on', () => {
    const store = createMaintenanceStore();
    const source = memorySource({ search: true });
    const seen: string[] = [];
    const Search = () => {
      const { mode } = useMaintenance('search');
      seen.push(mode);
      return null;
    };

    render(
      <MaintenanceProvider store={store} source={source}>
        <Search />
      </MaintenanceProvider>,
    );

    expect(new Set(seen)).toEqual(new Set(['down']));
    act(() => source.set('search', false));
    expect(seen.at(-1)).toBe('none');
  });

  it('shows the state of the store that it is given', () => {
    const store = createMaintenanceStore({ source: memorySource({ search: true }) });
    render(
      <MaintenanceProvider store={store} features={defineFeatures({ comments: { flag: 'comments' } })}>
        <Reader />
      </MaintenanceProvider>,
    );

    expect(shown()).toBe('down');
  });

  it('stays subscribed while one of two providers is mounted', async () => {
    const source = countingSource();
    const store = createMaintenanceStore({ source });
    const app = (both: boolean) => (
      <>
        <MaintenanceProvider store={store}>
          <Reader />
        </MaintenanceProvider>
        {both ? <MaintenanceProvider store={store} /> : null}
      </>
    );
    const { rerender, unmount } = render(app(true));

    rerender(app(false));
    await act(async () => source.set('search', true));
    expect(shown()).toBe('down');
    expect(source.live).toBe(2);

    unmount();
    await Promise.resolve();
    expect(source.live).toBe(0);
  });
});

describe('the callbacks of a provider', () => {
  it('are those of the latest render', async () => {
    const source = memorySource();
    const changes: string[] = [];
    const errors: string[] = [];
    const app = (render: string) => (
      <MaintenanceProvider
        source={source}
        onChange={({ feature, from, to }) => changes.push(`${render}: ${feature} ${from.mode} ${to.mode}`)}
        onError={({ code }) => errors.push(`${render}: ${code}`)}
      >
        <Reader />
      </MaintenanceProvider>
    );
    const { rerender } = render(app('first'));

    rerender(app('second'));
    await act(async () => source.set('search', 'nonsense'));

    expect(changes).toEqual(['second: search none down']);
    expect(errors).toEqual(['second: invalid-flag-value']);
  });

  it('may set state, although a flag is first read while React renders', async () => {
    const App = (): ReactNode => {
      const [error, setError] = useState('');
      return (
        <>
          <p>{error}</p>
          <MaintenanceProvider source={memorySourceOfNonsense} onError={({ code }) => setError(code)}>
            <Reader />
          </MaintenanceProvider>
        </>
      );
    };

    render(<App />);

    expect(await screen.findByText('invalid-flag-value')).toBeTruthy();
  });

  it('are optional: without them, errors go to the console', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});

    render(
      <MaintenanceProvider source={memorySourceOfNonsense}>
        <Reader />
      </MaintenanceProvider>,
    );
    await act(async () => {});

    expect(error.mock.calls).toHaveLength(1);
    expect(String(error.mock.calls[0]?.[0])).toContain('"nonsense"');
  });
});

const memorySourceOfNonsense = memorySource({ search: 'nonsense' });

describe('the language of a provider', () => {
  it('may change while the page is open', () => {
    const source = memorySource({ search: { message: { en: 'Back soon.', fr: 'De retour bientôt.' } } });
    const app = (locale: string) => (
      <MaintenanceProvider source={source} locale={locale}>
        <Reader />
      </MaintenanceProvider>
    );
    const { rerender } = render(app('en'));
    expect(shown()).toBe('down, Back soon.');

    rerender(app('fr'));

    expect(shown()).toBe('down, De retour bientôt.');
  });
});

describe('a provider that holds places', () => {
  const gate = () =>
    document.querySelector('[data-maintenance-gate]')?.getAttribute('data-maintenance-state');
  const app = (source?: FlagSource) => (
    <MaintenanceProvider source={source} pending="hold" pendingTimeoutMs={500}>
      <MaintenanceGate feature="search">content</MaintenanceGate>
    </MaintenanceProvider>
  );

  it('opens after the time limit, and never holds the place again', () => {
    vi.useFakeTimers();
    render(app());
    expect([gate(), screen.queryByText('content')]).toEqual(['pending', null]);

    act(() => vi.advanceTimersByTime(499));
    expect(gate()).toBe('pending');
    act(() => vi.advanceTimersByTime(1));

    expect(gate()).toBe('open');
    expect(screen.getByText('content')).toBeTruthy();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('opens with the first answer', () => {
    vi.useFakeTimers();
    const source = memorySource({}, { state: 'pending' });
    render(app(source));
    expect(gate()).toBe('pending');

    act(() => source.setStatus({ state: 'ready' }));

    expect(gate()).toBe('open');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not hold the place if the source is ready', () => {
    render(app(memorySource()));

    expect(gate()).toBe('open');
  });
});
