import { act, cleanup, render, screen } from '@testing-library/react';
import { defineFeatures, MaintenanceGate, MaintenanceProvider } from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';
import { afterEach, describe, expect, it } from 'vitest';

afterEach(cleanup);

// In an open page that edited modules are put into, the provider renders again, with its state and the new features.
describe('Fast Refresh', () => {
  const source = memorySource({ 'search-maintenance': true });
  const page = (features: Parameters<typeof MaintenanceProvider>[0]['features'], feature: string) => (
    <MaintenanceProvider source={source} features={features}>
      <MaintenanceGate feature={feature}>
        <p>Open</p>
      </MaintenanceGate>
    </MaintenanceProvider>
  );
  const before = defineFeatures({ search: { flag: 'search-maintenance', label: 'Search' } });

  it('uses a feature that was added', () => {
    const after = defineFeatures({
      ...definitions,
      comments: { flag: 'comments-maintenance', label: 'Comments' },
    });
    const { rerender } = render(page(before, 'search'));

    rerender(page(after, 'comments'));
    expect(screen.getByText('Open')).toBeDefined();
    act(() => source.set('comments-maintenance', true));

    expect(screen.getByText(/Comments is unavailable/)).toBeDefined();
  });

  it('shows a label that was edited', () => {
    const { rerender } = render(page(before, 'search'));
    expect(screen.getByText(/^Search is unavailable/)).toBeDefined();

    rerender(page(defineFeatures({ search: { flag: 'search-maintenance', label: 'The search' } }), 'search'));

    expect(screen.getByText(/^The search is unavailable/)).toBeDefined();
  });
});

const definitions = { search: { flag: 'search-maintenance', label: 'Search' } } as const;
