import { act, cleanup, render, screen } from '@testing-library/react';
import { defineFeatures, MaintenanceBanner, MaintenanceGate } from 'react-maintenance-mode';
import { createTestSource, MaintenanceTestProvider } from 'react-maintenance-mode/testing';
import { afterEach, describe, expect, it } from 'vitest';

const features = defineFeatures({
  search: { flag: 'search-maintenance', label: 'Search' },
  comments: { flag: 'comments-enabled', label: 'Comments', maintenanceWhen: 'off', mode: 'read-only' },
});

afterEach(cleanup);

const shop = (
  <>
    <MaintenanceGate feature="search" fallback="No searching.">
      <input aria-label="Search" />
    </MaintenanceGate>
    <MaintenanceGate feature="comments" requires="write" fallback="No commenting.">
      <input aria-label="Comment" />
    </MaintenanceGate>
  </>
);

describe('MaintenanceTestProvider', () => {
  it('puts features into maintenance, and follows its prop', () => {
    const view = render(
      <MaintenanceTestProvider features={features} maintenance={{ search: 'down' }}>
        {shop}
      </MaintenanceTestProvider>,
    );
    expect(screen.getByText('No searching.')).toBeTruthy();
    expect(screen.getByLabelText('Comment')).toBeTruthy();

    view.rerender(
      <MaintenanceTestProvider features={features} maintenance={{ comments: true }}>
        {shop}
      </MaintenanceTestProvider>,
    );

    expect(screen.getByLabelText('Search')).toBeTruthy();
    expect(screen.getByText('No commenting.')).toBeTruthy();
  });

  it('has nothing in maintenance by default', () => {
    render(<MaintenanceTestProvider>{shop}</MaintenanceTestProvider>);

    expect(screen.queryByText(/^No /)).toBeNull();
  });

  it('shows times in UTC, and keeps dismissals to itself', () => {
    const banner = (
      <MaintenanceTestProvider
        features={features}
        maintenance={{ search: { endsAt: '2026-11-23T15:30:00Z' } }}
        now={() => Date.parse('2026-11-23T15:00:00Z')}
      >
        <MaintenanceBanner />
      </MaintenanceTestProvider>
    );
    const view = render(banner);
    expect(screen.getByText(/3:30 PM UTC/)).toBeTruthy();
    act(() => screen.getByRole('button', { name: 'Dismiss' }).click());
    expect(screen.queryByText(/3:30 PM UTC/)).toBeNull();
    view.unmount();

    render(banner);

    expect(screen.getByText(/3:30 PM UTC/)).toBeTruthy();
  });
});

describe('createTestSource', () => {
  it('acts as the operator, and counts the listeners', () => {
    const source = createTestSource(features);
    const view = render(
      <MaintenanceTestProvider source={source} features={features}>
        {shop}
      </MaintenanceTestProvider>,
    );

    act(() => source.start('search', { mode: 'down' }));
    expect(screen.getByText('No searching.')).toBeTruthy();
    act(() => source.start('comments'));
    expect(screen.getByText('No commenting.')).toBeTruthy();
    act(() => {
      source.end('search');
      source.end('comments');
    });
    expect(screen.queryByText(/^No /)).toBeNull();

    expect(source.listenerCount()).toBeGreaterThan(0);
    view.unmount();
    return expect.poll(() => source.listenerCount()).toBe(0);
  });

  it('throws for an unknown feature', () => {
    const source = createTestSource<string>(features);

    expect(() => source.start('serach')).toThrow(
      /There is no feature "serach"\. Defined are: search, comments\./,
    );
  });
});
