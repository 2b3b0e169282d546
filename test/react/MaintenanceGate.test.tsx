import { act, cleanup, render, screen } from '@testing-library/react';

import { MaintenanceGate, MaintenanceProvider } from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';
import { afterEach, describe, expect, it } from 'vitest';

afterEach(cleanup);

describe('MaintenanceGate', () => {
  it('closes and reopens with its flag, keeping what was typed', () => {
    const source = memorySource();
    render(
      <MaintenanceProvider source={source}>
        <MaintenanceGate feature="search" fallback={<p>Search is unavailable.</p>}>
          <input aria-label="query" />
        </MaintenanceGate>
      </MaintenanceProvider>,
    );
    const input = screen.getByLabelText<HTMLInputElement>('query');
    input.value = 'half ty';

    act(() => source.set('search', true));
    expect(screen.getByText('Search is unavailable.')).toBeTruthy();
    expect(screen.queryByRole('textbox')).toBeNull();

    act(() => source.set('search', false));
    expect(screen.queryByText('Search is unavailable.')).toBeNull();
    expect(screen.getByRole<HTMLInputElement>('textbox').value).toBe('half ty');
  });
});
