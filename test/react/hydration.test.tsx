import { act, cleanup, render } from '@testing-library/react';
import { StrictMode, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import {
  defineFeatures,
  MaintenanceBanner,
  MaintenanceGate,
  MaintenanceProvider,
  takeSnapshot,
  useMaintenance,
  useSourceStatus,
} from 'react-maintenance-mode';
import { memorySource, type FlagSource } from 'react-maintenance-mode/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const noon = Date.UTC(2026, 10, 23, 12);
const minute = 60_000;
const features = defineFeatures({ search: { flag: 'search-maintenance', label: 'Search' } });

beforeEach(() => {
  vi.useFakeTimers({ now: noon });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

/** Renders in the browser what the server sent; returns what React had to complain about. */
function hydrate(html: string, app: ReactNode): { container: HTMLElement; complaints: unknown[] } {
  const container = document.createElement('div');
  container.innerHTML = html;
  document.body.append(container);
  const complaints: unknown[] = [];
  render(app, { container, hydrate: true, onRecoverableError: (error) => complaints.push(error) });
  return { container, complaints };
}

describe('hydration with a snapshot', () => {
  const log: string[] = [];
  const Reader = (): ReactNode => {
    const { mode } = useMaintenance('search');
    log.push(mode);
    return <i>{mode}</i>;
  };
  const banners: number[] = [];
  const Affected = (): ReactNode => {
    banners.push(useMaintenance().length);
    return null;
  };
  const app = (value: unknown, source?: FlagSource) => (
    <MaintenanceProvider
      source={source}
      features={features}
      snapshot={takeSnapshot({ features, flags: { 'search-maintenance': value } })}
    >
      <Reader />
      <Affected />
    </MaintenanceProvider>
  );

  afterEach(() => {
    log.length = 0;
  });

  it('takes one render if the source has no newer value', () => {
    const html = renderToString(app(true));
    for (const list of [log, banners]) list.length = 0;

    const { complaints } = hydrate(html, app(true, memorySource({ 'search-maintenance': true })));

    expect(log).toEqual(['down']);
    expect(banners).toEqual([1]);
    expect(complaints).toEqual([]);
  });

  it('renders the HTML of the server first, and updates once if the source has a newer value', () => {
    const html = renderToString(app(true));
    log.length = 0;

    const { container, complaints } = hydrate(html, app(true, memorySource({ 'search-maintenance': false })));

    expect(log).toEqual(['down', 'none']);
    expect(container.textContent).toBe('none');
    expect(complaints).toEqual([]);
  });

  it('keeps the snapshot while the source has no values, and updates once when it has', () => {
    const source = memorySource({}, { state: 'pending' });
    const html = renderToString(app('read-only'));
    log.length = 0;

    const { complaints } = hydrate(html, app('read-only', source));
    expect(log).toEqual(['read-only']);

    act(() => {
      source.set('search-maintenance', false);
      source.setStatus({ state: 'ready' });
    });
    expect(log).toEqual(['read-only', 'none']);
    expect(complaints).toEqual([]);
  });

  it('renders each component once if there is nothing to show', () => {
    const statuses: string[] = [];
    const Status = (): ReactNode => {
      statuses.push(useSourceStatus().state);
      return null;
    };
    const page = (
      <MaintenanceProvider features={features}>
        <Reader />
        <Affected />
        <Status />
      </MaintenanceProvider>
    );
    const html = renderToString(page);
    for (const list of [log, banners, statuses]) list.length = 0;

    hydrate(html, page);

    expect([log, banners, statuses]).toEqual([['none'], [0], ['pending']]);
  });

  it('renders the HTML of the server without a snapshot, too', () => {
    const source = memorySource({ 'search-maintenance': true });
    const bare = (from?: FlagSource) => (
      <MaintenanceProvider source={from} features={features}>
        <Reader />
      </MaintenanceProvider>
    );
    const html = renderToString(bare());
    log.length = 0;

    const { complaints } = hydrate(html, bare(source));

    expect(log).toEqual(['none', 'down']);
    expect(complaints).toEqual([]);
  });
});

describe('the HTML of the server', () => {
  const phases = {
    none: false,
    scheduled: { startsAt: noon + 10 * minute, endsAt: noon + 20 * minute, announceFrom: noon - minute },
    active: {
      startsAt: noon - minute,
      endsAt: noon + 20 * minute,
      link: { href: '/status', text: 'Status' },
    },
    overdue: { startsAt: noon - 10 * minute, endsAt: noon - minute },
    recovering: {
      startsAt: noon - 10 * minute,
      endsAt: noon - minute,
      endsAutomatically: true,
      reopenOverSeconds: 600,
    },
  };

  const Page = ({ value, now }: { value: unknown; now: number }): ReactNode => (
    <StrictMode>
      <MaintenanceProvider
        features={features}
        snapshot={takeSnapshot({ features, flags: { 'search-maintenance': value }, now: noon })}
        now={() => now}
      >
        <MaintenanceBanner />
        <Phase />
        <MaintenanceGate feature="search">
          <input aria-label="Search" />
        </MaintenanceGate>
      </MaintenanceProvider>
    </StrictMode>
  );
  const Phase = (): ReactNode => (
    <p>
      {useMaintenance('search').phase} {useSourceStatus().state}
    </p>
  );

  it.each(Object.entries(phases))('in phase %s equals the first render in the browser', (phase, value) => {
    const html = renderToString(<Page value={value} now={noon} />);
    expect(html).toContain(`<p>${phase}<!-- --> <!-- -->pending</p>`);

    // The browser is later, and its clock is wrong.
    const { complaints } = hydrate(html, <Page value={value} now={noon + 7000} />);

    expect(complaints).toEqual([]);
  });

  it.each(Object.entries(phases))(
    'in phase %s does not depend on the locale and time zone of the server',
    (_, value) => {
      vi.stubEnv('TZ', 'Asia/Tokyo');
      const html = renderToString(<Page value={value} now={noon} />);
      vi.stubEnv('TZ', 'America/New_York');

      const { complaints } = hydrate(html, <Page value={value} now={noon} />);
      vi.unstubAllEnvs();

      expect(complaints).toEqual([]);
    },
  );
});
