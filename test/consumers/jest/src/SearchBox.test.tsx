import { act, render, screen } from '@testing-library/react';
import { createTestSource, MaintenanceTestProvider } from 'react-maintenance-mode/testing';
import { SearchBox } from './SearchBox';

afterEach(() => document.body.replaceChildren());

it('says that search is down', () => {
  render(
    <MaintenanceTestProvider maintenance={{ search: 'down' }}>
      <SearchBox />
    </MaintenanceTestProvider>,
  );

  expect(screen.queryByRole('searchbox')).toBeNull();
  expect(document.body.textContent).toContain('unavailable');
});

it('keeps what was half typed', () => {
  const source = createTestSource();
  render(
    <MaintenanceTestProvider source={source}>
      <SearchBox />
    </MaintenanceTestProvider>,
  );
  const box = screen.getByRole<HTMLInputElement>('searchbox');
  box.value = 'half typ';

  act(() => source.start('search'));
  expect(screen.queryByRole('searchbox')).toBeNull();
  act(() => source.end('search'));

  expect(screen.getByRole<HTMLInputElement>('searchbox').value).toBe('half typ');
});
