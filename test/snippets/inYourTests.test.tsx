import { cleanup } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { features } from './features.js';
import { createMySource } from './ownSource.js';
import { SearchBox } from './SearchBox.js';

afterEach(cleanup);

// #region
import { act, render, screen } from '@testing-library/react';
import {
  createTestSource,
  flagSourceContract,
  MaintenanceTestProvider,
} from 'react-maintenance-mode/testing';

it('says that search is down', () => {
  render(
    <MaintenanceTestProvider maintenance={{ search: 'down' }}>
      <SearchBox />
    </MaintenanceTestProvider>,
  );
  expect(screen.queryByRole('searchbox')).toBeNull();
});

it('closes the search while it is open', () => {
  const source = createTestSource(features);
  render(
    <MaintenanceTestProvider source={source} features={features}>
      <SearchBox />
    </MaintenanceTestProvider>,
  );
  act(() => source.start('search', { endsAt: '2030-11-23T15:30:00Z' }));
  expect(screen.queryByRole('searchbox')).toBeNull();
});

// Does a source of your own do what the store relies on? For any runner that takes a title and a function.
for (const { title, check } of flagSourceContract(createMySource)) it(title, check);
// #endregion
