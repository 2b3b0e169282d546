// @vitest-environment node
import { renderToString } from 'react-dom/server';
import {
  MaintenanceBanner,
  MaintenanceGate,
  MaintenancePage,
  MaintenanceProvider,
  defineFeatures,
  takeSnapshot,
  useMaintenance,
  useSourceStatus,
} from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const features = defineFeatures({
  site: { flag: 'site-maintenance', label: 'Shop', scope: 'site' },
  search: { flag: 'search-maintenance', label: 'Search' },
  comments: { flag: 'comments-maintenance', label: 'Comments', mode: 'read-only', failure: 'closed' },
});
const flags = {
  'search-maintenance': {
    startsAt: '2026-11-23T14:00:00Z',
    endsAt: '2026-11-23T15:30:00Z',
    reopenOverSeconds: 60,
    endsAutomatically: true,
  },
  'comments-maintenance': { endsAt: '2026-11-23T15:30:00Z' },
  'site-maintenance': { startsAt: '2026-11-24T14:00:00Z', announceFrom: '2026-11-20T14:00:00Z' },
};
const snapshot = takeSnapshot({ features, flags, now: Date.parse('2026-11-23T14:20:00Z') });

/** The words in which a server that prerenders refuses what differs with each rendering. */
const forbidden = (name: string) => (): never => {
  throw new Error(`used ${name} while prerendering`);
};

beforeEach(() => {
  vi.spyOn(Math, 'random').mockImplementation(forbidden('Math.random()'));
  vi.spyOn(Date, 'now').mockImplementation(forbidden('Date.now()'));
  vi.spyOn(crypto, 'randomUUID').mockImplementation(forbidden('crypto.randomUUID()'));
});
afterEach(() => vi.restoreAllMocks());

it.each([
  ['nothing', {}],
  ['features', { features }],
  ['a snapshot', { features, snapshot }],
  ['a source that knows of maintenance', { features, source: memorySource(flags) }],
  ['a snapshot and a source', { features, snapshot, source: memorySource(flags) }],
  ['a held place', { features, pending: 'hold' as const }],
])('reads no clock and no random number while a server renders: %s', (_, props) => {
  const html = renderToString(
    <MaintenanceProvider {...props}>
      <MaintenanceBanner />
      <States />
      {(['replace', 'hide', 'disable', 'read-only', 'overlay'] as const).map((closed) => (
        <MaintenanceGate key={closed} feature="search" whenClosed={closed}>
          <input aria-label="Search" />
        </MaintenanceGate>
      ))}
      <MaintenancePage feature="site">The shop</MaintenancePage>
    </MaintenanceProvider>,
  );

  expect(html).toContain('data-maintenance-announcer');
});

function States(): React.JSX.Element {
  return (
    <p>{[useMaintenance('comments').mode, useMaintenance().length, useSourceStatus().state].join(' ')}</p>
  );
}
