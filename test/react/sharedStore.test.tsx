import { StrictMode } from 'react';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { renderToString } from 'react-dom/server';
import {
  defineFeatures,
  MaintenanceBanner,
  MaintenanceGate,
  MaintenanceProvider,
  type MaintenanceProviderProps,
} from 'react-maintenance-mode';
import { createMaintenanceStore, memorySource } from 'react-maintenance-mode/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function open(roots: readonly Partial<MaintenanceProviderProps>[]) {
  const source = memorySource();
  const store = createMaintenanceStore({ source });
  const rendered = roots.map((props, index) =>
    render(
      <StrictMode>
        <MaintenanceProvider store={store} source={source} {...props}>
          <MaintenanceGate feature={`feature-${index}`} />
        </MaintenanceProvider>
      </StrictMode>,
    ),
  );
  const regions = () => [...document.querySelectorAll('[role=status]')];
  return {
    rendered,
    regions,
    async set(flags: Record<string, unknown>) {
      act(() => {
        for (const [flag, value] of Object.entries(flags)) source.set(flag, value);
      });
      await act(() => vi.advanceTimersByTimeAsync(500));
      return regions().map(({ textContent }) => textContent);
    },
  };
}

it('announces everything that is on screen in any root once', async () => {
  const { regions, set } = open([{}, {}, {}]);

  expect(regions()).toHaveLength(1);
  expect(await set({ 'feature-0': true, 'feature-2': true })).toEqual([
    'feature-0 and feature-2 are unavailable.',
  ]);
});

it('keeps announcing when the root with the live region unmounts', async () => {
  const { rendered, regions, set } = open([{}, {}]);
  await set({ 'feature-1': true });

  act(() => rendered[0]?.unmount());

  expect(regions().map(({ textContent }) => textContent)).toEqual(['']);
  expect(await set({ 'feature-1': false })).toEqual(['feature-1 is available again.']);
});

it('announces with the settings of the root that announces the most', async () => {
  const { set } = open([{ announcements: 'off' }, {}]);

  expect(await set({ 'feature-0': true })).toEqual(['feature-0 is unavailable.']);
});

it('has an empty live region in the HTML of the server', () => {
  const html = renderToString(<MaintenanceProvider store={createMaintenanceStore()} />);

  expect(html).toMatch(/^<div role="status"[^>]*><\/div>$/);
});

it('shows the next user in a new root what the user before dismissed', () => {
  const source = memorySource({ search: true });
  source.setUser('ann', { search: true });
  const store = createMaintenanceStore({ source, features: defineFeatures({ search: { flag: 'search' } }) });
  const openRoot = () =>
    render(
      <MaintenanceProvider store={store} source={source}>
        <MaintenanceBanner />
      </MaintenanceProvider>,
    );
  const first = openRoot();
  fireEvent.click(first.getByRole('button', { name: 'Dismiss' }));
  first.unmount();
  const stop = store.start(source);
  act(() => vi.advanceTimersByTime(1));

  source.setUser('bob', { search: true });
  openRoot();

  expect(screen.getByRole('heading').textContent).toBe('search is unavailable');
  stop();
});
