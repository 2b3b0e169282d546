import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import {
  defineFeatures,
  MaintenanceBanner,
  MaintenanceProvider,
  takeSnapshot,
  type MaintenanceBannerProps,
  type MaintenanceProviderProps,
} from 'react-maintenance-mode';
import { memorySource, type MemorySource } from 'react-maintenance-mode/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const now = Date.parse('2026-11-23T14:20:00Z');
const features = defineFeatures({
  search: { flag: 'search', label: 'Search' },
  comments: { flag: 'comments', label: 'Comments', plural: true },
  uploads: { flag: 'uploads', label: 'Uploads', plural: true },
  checkout: { flag: 'checkout', label: 'Checkout', dependsOn: ['uploads'] },
});

beforeEach(() => {
  vi.useFakeTimers({ now });
  localStorage.clear();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function show(
  flags: Record<string, unknown> | undefined,
  banner: MaintenanceBannerProps = {},
  provider: Partial<MaintenanceProviderProps> = {},
  source: MemorySource = memorySource(flags),
) {
  const view = render(
    <MaintenanceProvider {...{ source, features }} timeZone="UTC" locale="en-GB" {...provider}>
      <MaintenanceBanner {...banner} />
      <h1>Shop</h1>
    </MaintenanceProvider>,
  );
  return {
    source,
    ...view,
    set(next: Record<string, unknown>) {
      act(() => {
        for (const [flag, value] of Object.entries(next)) source.set(flag, value);
      });
    },
  };
}

const title = () => screen.queryByRole('heading', { level: 2 })?.textContent ?? null;
const dismiss = () => fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));

it('renders nothing for people who are not affected', () => {
  const { container } = show({});

  expect(container.querySelector('[data-maintenance-banner]')).toBeNull();
});

it('is a landmark with its title as its name, and not a live region', () => {
  const { container } = show({ search: true });

  const banner = screen.getByRole('region', { name: 'Search is unavailable' });
  expect(banner.closest('[aria-live], [role=status], [role=alert]')).toBeNull();
  expect(container.querySelectorAll('[aria-live]')).toHaveLength(1);
});

it('shows the worst notice first, and the others on demand', () => {
  const { container } = show({ search: 'degraded', comments: true, uploads: 'read-only' });

  expect(title()).toBe('Comments are unavailable');
  const summary = container.querySelector('summary');
  expect(summary?.textContent).toBe('and 2 more notices');
  const others = [...container.querySelectorAll('details li [data-maintenance-title]')];
  expect(others.map(({ textContent }) => textContent)).toEqual([
    'Uploads can be read, but not changed',
    'Search is slower or less complete than usual',
  ]);
});

it('shows one notice for features that share a window, and none for those that depend on them', () => {
  const { container } = show({
    search: { id: 'move', endsAt: '2026-11-23T15:30:00Z' },
    uploads: { id: 'move', endsAt: '2026-11-23T15:30:00Z' },
  });

  expect(title()).toBe('Search and Uploads are unavailable until 15:30 UTC (in 70 minutes)');
  expect(container.querySelector('details')).toBeNull();
});

it('changes from upcoming to under way, taking longer and over as time passes', async () => {
  const { set, container } = show({ search: { startsAt: now + 60_000, endsAt: now + 120_000 } });
  const phase = () =>
    container.querySelector('[data-maintenance-banner]')?.getAttribute('data-maintenance-phase');
  const details = () => container.querySelector('[data-maintenance-details]')?.textContent;
  expect(title()).toBe('Search will be unavailable from 14:21 UTC (in 1 minute)');
  expect(details()).toBe('This will last until 14:22 UTC (in 2 minutes).');

  await act(() => vi.advanceTimersByTimeAsync(60_000));
  expect([phase(), title()]).toEqual(['active', 'Search is unavailable until 14:22 UTC (in 1 minute)']);

  await act(() => vi.advanceTimersByTimeAsync(60_000));
  expect([phase(), title()]).toEqual(['overdue', 'Search is unavailable']);
  expect(details()).toMatch(/^This is taking longer than planned\./);

  set({ search: false });
  expect([phase(), title()]).toEqual(['over', 'Search is available again']);
  await act(() => vi.advanceTimersByTimeAsync(3_600_000));
  expect(phase()).toBe('over');
});

it('shows ended maintenance last, until there is a new notice', () => {
  const { set, container } = show({ search: true, comments: 'degraded' });

  set({ search: false });
  expect(title()).toBe('Comments are slower or less complete than usual');
  expect(container.querySelector('li')?.textContent).toBe('Search is available again');

  set({ comments: false });
  expect(title()).toBe('Search is available again');

  set({ uploads: true });
  expect(title()).toBe('Uploads are unavailable');
  expect(container.querySelector('li')).toBeNull();
});

it('lets people dismiss the notice that maintenance is over', () => {
  const { set } = show({ search: true });
  set({ search: false });

  dismiss();

  expect(title()).toBeNull();
});

it('does not show a canceled maintenance as over', () => {
  const { set } = show({ search: { startsAt: now + 60_000 } });

  set({ search: false });

  expect(title()).toBeNull();
});

describe('filter', () => {
  it('can show only upcoming and ended maintenance', () => {
    const { set } = show(
      { search: true, comments: { startsAt: '2026-11-23T15:00:00Z' } },
      { filter: ({ mode }) => mode === 'none' },
    );
    expect(title()).toBe('Comments will be unavailable from 15:00 UTC (in 40 minutes)');

    set({ search: false, comments: false });
    expect(title()).toBe('Search is available again');
  });

  it('selects features by their state', () => {
    show({ search: true, comments: 'read-only' }, { filter: ({ canRead }) => canRead });

    expect(title()).toBe('Comments can be read, but not changed');
    expect(screen.queryByText(/more/)).toBeNull();
  });
});

describe('a dismissal', () => {
  const flag = { startsAt: now + 60_000, endsAt: now + 120_000 };

  it('lasts for one phase, and not for the next one', async () => {
    show({ search: flag });
    dismiss();
    expect(title()).toBeNull();

    await act(() => vi.advanceTimersByTimeAsync(60_000));

    expect(title()).toMatch(/^Search is unavailable/);
  });

  it('lasts for one window: the banner shows the next one', () => {
    const { set } = show({ search: true, comments: 'degraded' });

    dismiss();
    expect(title()).toBe('Comments are slower or less complete than usual');
    set({ search: { id: 'another' } });

    expect(title()).toBe('Search is unavailable');
  });

  it('ends when the mode gets worse', () => {
    const { set } = show({ search: 'degraded' });
    dismiss();

    set({ search: true });

    expect(title()).toBe('Search is unavailable');
  });

  it('lasts on the next page, in the storage that the app chooses', () => {
    const values = new Map<string, string>();
    const storage = {
      getItem: (key: string) => values.get(key) ?? null,
      setItem: (key: string, value: string) => void values.set(key, value),
      removeItem: (key: string) => void values.delete(key),
    };
    show({ search: flag }, {}, { storage });
    dismiss();
    cleanup();

    show({ search: flag }, {}, { storage });

    expect(title()).toBeNull();
    expect(values.size).toBe(1);
    expect(localStorage).toHaveLength(0);
  });

  it('is removed from the storage when its window is over', () => {
    const { set } = show({ search: true });
    dismiss();
    expect(localStorage).toHaveLength(1);

    set({ search: false });

    expect(localStorage).toHaveLength(0);
  });

  it('lasts on the next visit, if the first answer has the same window', () => {
    show({ search: true });
    dismiss();
    cleanup();
    const source = memorySource({}, { state: 'pending' });
    show(undefined, {}, {}, source);

    // The source reports both at once, so React has rendered nothing in between.
    act(() => {
      source.set('search', true);
      source.setStatus({ state: 'ready' });
    });

    expect(title()).toBeNull();
    expect(localStorage).toHaveLength(1);
  });

  it('is removed on the next visit, if the flags then have no such window', () => {
    show({ search: true });
    dismiss();
    cleanup();
    const source = memorySource({}, { state: 'pending' });

    show(undefined, {}, {}, source);
    expect(localStorage).toHaveLength(1);
    act(() => source.setStatus({ state: 'ready' }));

    expect(localStorage).toHaveLength(0);
  });

  it('lasts for a day if the window has no start', () => {
    show({ search: true });
    dismiss();
    cleanup();

    vi.setSystemTime(now + 23 * 3_600_000);
    show({ search: true });
    expect(title()).toBeNull();
    cleanup();

    vi.setSystemTime(now + 25 * 3_600_000);
    show({ search: true });
    expect(title()).toBe('Search is unavailable');
  });

  it('lasts for this page if the storage throws', () => {
    const refuse = () => {
      throw new Error('denied');
    };
    const storage = { getItem: refuse, setItem: refuse, removeItem: refuse };
    const { set } = show({ search: true }, {}, { storage });

    dismiss();
    expect(title()).toBeNull();
    set({ comments: true });

    expect(title()).toBe('Comments are unavailable');
  });

  it('is written as soon as the storage accepts it', () => {
    const setItem = vi.spyOn(Storage.prototype, 'setItem').mockImplementationOnce(() => {
      throw new Error('full');
    });
    const { set } = show({ search: true, comments: 'degraded' });
    dismiss();
    expect(localStorage).toHaveLength(0);

    dismiss();
    expect(setItem).toHaveBeenCalledTimes(2);
    localStorage.clear();
    set({ uploads: true });

    expect(title()).toBe('Search is unavailable');
  });

  it('is ignored if the storage contains something else', () => {
    localStorage.setItem('react-maintenance-mode.dismissed', '{"flag@1');

    show({ search: true });

    expect(title()).toBe('Search is unavailable');
  });

  it('is taken over from another tab', () => {
    show({ search: flag });

    act(() => {
      localStorage.setItem(
        'react-maintenance-mode.dismissed',
        JSON.stringify({ [`search@${flag.startsAt} scheduled down`]: now }),
      );
      window.dispatchEvent(new StorageEvent('storage'));
    });

    expect(title()).toBeNull();
  });

  it('hydrates without a mismatch, and hides the notice after that', async () => {
    show({ search: flag });
    dismiss();
    cleanup();
    const snapshot = takeSnapshot({ features, flags: { search: flag }, now });
    const app = (
      <MaintenanceProvider {...{ snapshot, features }} source={memorySource({ search: flag })}>
        <MaintenanceBanner />
      </MaintenanceProvider>
    );
    const host = document.createElement('div');
    host.innerHTML = renderToString(app);
    expect(host.textContent).toContain('Search will be unavailable');

    const onRecoverableError = vi.fn();
    const root = await act(async () => hydrateRoot(host, app, { onRecoverableError }));

    expect(onRecoverableError).not.toHaveBeenCalled();
    expect(host.textContent).toBe('');
    act(() => root.unmount());
  });
});

it('cannot be dismissed if it is not dismissible', () => {
  show({ search: true }, { dismissible: false });

  expect(screen.queryByRole('button', { name: 'Dismiss' })).toBeNull();
});

it('can have a name of its own, because a second banner on a page needs one', () => {
  show({ search: true }, { 'aria-label': 'At the end of the page' });

  expect(screen.getByRole('region', { name: 'At the end of the page' })).toBeTruthy();
});

it('renders an icon, an action and the link component of a router', () => {
  show(
    { search: { link: { href: '/status', text: 'Read more' } } },
    {
      headingLevel: 4,
      icon: <b>icon</b>,
      action: ({ mode }) => <button type="button">{mode}</button>,
      link: ({ href, text }) => <a href={`/app${href}`}>{text}</a>,
      className: 'mine',
    },
  );

  expect(screen.getByRole('heading', { level: 4 }).textContent).toBe('Search is unavailable');
  expect(screen.getByText('icon').closest('[aria-hidden=true]')).not.toBeNull();
  expect(screen.getByRole('button', { name: 'down' })).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Read more' }).getAttribute('href')).toBe('/app/status');
  expect(screen.getByRole('region').className).toBe('mine');
});

it("says the mode before an operator's title, for people who do not see colors", () => {
  show({ search: { title: 'We move house' } });

  expect(title()).toBe('Unavailable: We move house');
});
