import { renderToString } from 'react-dom/server';
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import {
  defineFeatures,
  MaintenanceGate,
  MaintenanceProvider,
  type Features,
  type FlagSource,
} from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';
import { createDevtools, MaintenanceDevtools, type Devtools } from 'react-maintenance-mode/devtools';
import { createTestSource } from 'react-maintenance-mode/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const noon = Date.parse('2026-11-23T12:00:00Z');
const features = defineFeatures({
  search: { flag: 'search-maintenance', label: 'Search' },
  comments: { flag: 'comments-enabled', label: 'Comments', plural: true, maintenanceWhen: 'off' },
  payments: { flag: 'payments-maintenance', label: 'Payments', plural: true },
  checkout: { flag: 'checkout-maintenance', label: 'Checkout', dependsOn: ['payments'] },
});

beforeEach(() => void vi.useFakeTimers({ now: noon }));
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function Page({
  source,
  devtools,
  given,
}: {
  source: FlagSource;
  devtools: Devtools;
  given?: Features | undefined;
}) {
  return (
    <MaintenanceProvider source={devtools.wrap(source)} now={devtools.now} features={given} timeZone="UTC">
      <MaintenanceGate feature="search">
        <input aria-label="Search" />
      </MaintenanceGate>
      <MaintenanceDevtools devtools={devtools} />
    </MaintenanceProvider>
  );
}

function open(flags: Record<string, unknown> = {}, given: Features | null = features) {
  const source = memorySource(flags);
  const devtools = createDevtools(given ?? undefined);
  render(<Page source={source} devtools={devtools} given={given ?? undefined} />);
  fireEvent.click(screen.getByRole('button', { name: 'Maintenance' }));
  return { source };
}

const row = (name: string): string[] => {
  const found = screen.getByRole('rowheader', { name }).closest('tr');
  if (!found) throw new Error(`There is no row "${name}".`);
  return within(found)
    .getAllByRole('cell')
    .slice(0, 2)
    .map(({ textContent }) => textContent);
};
const put = (label: string, value: string) =>
  fireEvent.change(screen.getByRole('combobox', { name: `Put over ${label}` }), { target: { value } });
const moveClock = (minutes: number) =>
  fireEvent.change(screen.getByRole('slider', { name: 'Clock' }), { target: { value: minutes } });

describe('the panel', () => {
  it('shows every feature with what its flag says and what it is in', () => {
    open({
      'search-maintenance': { mode: 'read-only', endsAt: '2026-11-23T15:30:00Z' },
      'payments-maintenance': true,
    });

    expect(row('Search')).toEqual([
      '{"mode":"read-only","endsAt":"2026-11-23T15:30:00Z"}',
      'active, read-only',
    ]);
    expect(row('Comments')).toEqual(['unknown', 'open']);
    expect(row('Payments')).toEqual(['true', 'active, down']);
    expect(row('Checkout')).toEqual(['unknown', 'active, down, because of payments']);
    expect(screen.getByText('Flags: ready')).toBeTruthy();
  });

  it('follows the flag service', () => {
    const { source } = open();

    act(() => {
      source.set('search-maintenance', 'down');
      source.setStatus({ state: 'stale' });
    });

    expect(row('Search')).toEqual(['"down"', 'active, down']);
    expect(screen.getByText('Flags: stale')).toBeTruthy();
  });

  it('has the flags that were asked for, where no features are defined', async () => {
    open({ search: true }, null);
    await act(() => Promise.resolve());

    expect(row('search')).toEqual(['true', 'active, down']);
  });

  it('is closed at first, and opens and closes by its button', () => {
    open();
    expect(screen.getByRole('region', { name: 'Maintenance devtools' })).toBeTruthy();

    fireEvent.click(screen.getByRole('button', { name: 'Maintenance', expanded: true }));

    expect(screen.queryByRole('region', { name: 'Maintenance devtools' })).toBeNull();
  });
});

describe('what is put over a flag', () => {
  it('holds in its place, until it is taken away', () => {
    const { source } = open({ 'search-maintenance': true });

    put('Search', 'none');
    expect(screen.getByLabelText('Search')).toBeTruthy();
    expect(row('Search')).toEqual(['true', 'open']);

    put('Search', 'overdue');
    expect(row('Search')).toEqual(['true', 'overdue, down']);

    act(() => source.set('search-maintenance', 'degraded'));
    expect(row('Search')).toEqual(['"degraded"', 'overdue, down']);
    put('Search', '');
    expect(row('Search')).toEqual(['"degraded"', 'active, degraded']);
  });

  it('is the other way round for a flag that says that its feature is on', () => {
    open({ 'comments-enabled': false });
    expect(row('Comments')).toEqual(['false', 'active, down']);

    put('Comments', 'none');
    expect(row('Comments')).toEqual(['false', 'open']);
    put('Comments', 'read-only');
    expect(row('Comments')).toEqual(['false', 'active, read-only']);
  });

  it('is gone after a reset, with what the clock was moved by', () => {
    open();
    put('Search', 'down');
    moveClock(120);

    fireEvent.click(screen.getByRole('button', { name: 'Reset' }));

    expect(row('Search')).toEqual(['unknown', 'open']);
    expect(screen.getByRole<HTMLInputElement>('slider', { name: 'Clock' }).value).toBe('0');
  });
});

describe('the clock', () => {
  it('moves what is scheduled to where it is under way, and past its end', () => {
    open({ 'search-maintenance': { startsAt: '2026-11-23T14:00:00Z', endsAt: '2026-11-23T15:30:00Z' } });
    expect(row('Search')[1]).toBe('scheduled, down');

    moveClock(150);
    expect(row('Search')[1]).toBe('active, down');
    expect(screen.getByText(/until/).textContent).toContain('(in 60 minutes)');

    moveClock(180);
    expect(screen.getByText(/until/).textContent).toContain('(in 30 minutes)');
    moveClock(240);
    expect(row('Search')[1]).toBe('overdue, down');
    moveClock(0);
    expect(row('Search')[1]).toBe('scheduled, down');
  });
});

it('leaves nothing behind', async () => {
  const source = createTestSource(features);
  const devtools = createDevtools(features);
  const { unmount } = render(<Page {...{ source, devtools, given: features }} />);
  expect(source.listenerCount()).toBeGreaterThan(0);

  unmount();
  // A moment later, for a StrictMode that comes back.
  await Promise.resolve();

  expect(source.listenerCount()).toBe(0);
});

it('does nothing in production, also where a bundler ships it', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  vi.resetModules();
  const { createDevtools: create } = await import('react-maintenance-mode/devtools');
  vi.unstubAllEnvs();
  vi.resetModules();
  const source = memorySource();

  const devtools = create(features);
  render(<Page {...{ source, devtools, given: features }} />);

  expect(devtools.wrap(source)).toBe(source);
  expect(screen.queryByRole('button', { name: 'Maintenance' })).toBeNull();
});

it('is not in the HTML of a server', () => {
  const devtools = createDevtools(features);

  const html = renderToString(<Page source={memorySource()} {...{ devtools, given: features }} />);

  expect(html).toContain('Search');
  expect(html).not.toContain('data-maintenance-devtools');
});

it('shows what a source threw in the place of a value', () => {
  const source = {
    get: () => {
      throw new Error('offline');
    },
    subscribe: () => () => undefined,
  };
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const devtools = createDevtools(features);
  render(<Page {...{ source, devtools, given: features }} />);

  fireEvent.click(screen.getByRole('button', { name: 'Maintenance' }));

  expect(row('Search')[0]).toBe('threw: offline');
});
