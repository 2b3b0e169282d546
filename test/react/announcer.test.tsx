import { StrictMode, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { act, cleanup, render } from '@testing-library/react';
import {
  defineFeatures,
  MaintenanceBanner,
  MaintenanceGate,
  MaintenanceProvider,
  useMaintenance,
  type MaintenanceProviderProps,
} from 'react-maintenance-mode';
import { memorySource, type MemorySource } from 'react-maintenance-mode/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const now = Date.parse('2026-11-23T14:20:00Z');
const features = defineFeatures({
  site: { flag: 'site', label: 'Shop', scope: 'site' },
  search: { flag: 'search', label: 'Search' },
  comments: { flag: 'comments', label: 'Comments', plural: true },
  uploads: { flag: 'uploads', label: 'Uploads', plural: true },
  reviews: { flag: 'reviews', label: 'Reviews', plural: true },
  payments: { flag: 'payments', label: 'Payments', plural: true },
  checkout: { flag: 'checkout', label: 'Checkout', dependsOn: ['payments'] },
});

beforeEach(() => {
  vi.useFakeTimers({ now });
});
afterEach(() => {
  cleanup();
  setHidden(false);
  vi.useRealTimers();
});

function setHidden(hidden: boolean): void {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(hidden);
  document.dispatchEvent(new Event('visibilitychange'));
}

interface Heard {
  readonly source: MemorySource;
  /** What the region said so far, in order. */
  readonly said: string[];
  readonly rerender: (props: Partial<MaintenanceProviderProps>) => void;
  set(flags: Record<string, unknown>): void;
}

/** Renders below a provider and listens to its live region, a mutation at a time. */
function listen(
  children: ReactNode,
  props: Partial<MaintenanceProviderProps> = {},
  source = memorySource(),
): Heard {
  const wrap = (more: Partial<MaintenanceProviderProps>) => (
    <StrictMode>
      <MaintenanceProvider {...{ source, features }} timeZone="UTC" locale="en-GB" {...props} {...more}>
        {more.children ?? children}
      </MaintenanceProvider>
    </StrictMode>
  );
  const { container, rerender } = render(wrap({}));
  const region = container.querySelector('[role=status]');
  if (!region) throw new Error('There is no live region.');
  const said: string[] = [];
  const observer = new MutationObserver((records) => {
    for (const { addedNodes } of records) for (const node of addedNodes) said.push(node.textContent ?? '');
  });
  observer.observe(region, { childList: true, subtree: true, characterData: true });
  return {
    source,
    said,
    rerender: (more) => rerender(wrap(more)),
    set(flags) {
      act(() => {
        for (const [flag, value] of Object.entries(flags)) source.set(flag, value);
      });
    },
  };
}

const passTime = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

const gates = (
  <>
    {Object.keys(features).map((feature) => (
      <MaintenanceGate key={feature} feature={feature} />
    ))}
  </>
);

it('is an empty polite live region in the HTML of the server, and visually hidden after hydration', () => {
  const page = (
    <MaintenanceProvider source={memorySource({ search: true })}>
      <MaintenanceGate feature="search" />
    </MaintenanceProvider>
  );
  const html = renderToString(page);

  const host = document.createElement('div');
  host.innerHTML = html;
  const regions = host.querySelectorAll<HTMLElement>('[aria-live], [role=status], [role=alert], output');
  expect(regions).toHaveLength(1);
  const region = regions[0];
  expect(region?.getAttribute('role')).toBe('status');
  expect(region?.getAttribute('aria-live')).toBe('polite');
  expect(region?.getAttribute('aria-atomic')).toBe('true');
  expect(region?.textContent).toBe('');
  // A strict content security policy forbids style attributes.
  expect(html).not.toContain('style=');

  const { container } = render(page);
  expect(container.querySelector<HTMLElement>('[role=status]')?.style.position).toBe('absolute');
});

it('announces that a feature closed, until when, and that it is back', async () => {
  const { said, set } = listen(gates);

  set({ search: { endsAt: '2026-11-23T15:30:00Z' } });
  expect(said).toEqual([]);
  await passTime(500);
  expect(said).toEqual(['Search is unavailable until 15:30 UTC.']);

  set({ search: false });
  await passTime(500);
  expect(said.slice(1)).toEqual(['Search is available again.']);
});

it('does not announce features that were closed at page load', async () => {
  const { said } = listen(gates, {}, memorySource({ search: true }));

  await passTime(60_000);

  expect(said).toEqual([]);
});

it('counts the first answer as part of the page load', async () => {
  const { said, source, set } = listen(gates, {}, memorySource({}, { state: 'pending' }));

  source.set('search', true);
  act(() => source.setStatus({ state: 'ready' }));
  await passTime(1000);
  expect(said).toEqual([]);

  set({ search: false });
  await passTime(500);
  expect(said).toEqual(['Search is available again.']);
});

it('announces changes after the wait for the first answer timed out', async () => {
  const { said, set } = listen(gates, {}, memorySource({}, { state: 'pending' }));
  await passTime(2500);

  set({ search: true });
  await passTime(500);

  expect(said).toEqual(['Search is unavailable.']);
});

it('names three features and counts the others', async () => {
  const { said, set } = listen(gates);

  set({ search: true, comments: true, uploads: true, reviews: true, payments: true });
  await passTime(500);

  expect(said).toEqual(['Search, Comments, Uploads and 2 more are unavailable.']);
});

it('joins different changes in one announcement', async () => {
  const { said, set } = listen(gates, {}, memorySource({ reviews: true }));

  set({ search: true, comments: 'read-only', reviews: false, uploads: { endsAt: now + 60_000 } });
  await passTime(500);

  expect(said).toEqual([
    'Search is unavailable. Uploads are unavailable until 14:21 UTC. Comments can be read, but not changed. Reviews are available again.',
  ]);
});

it('omits the end time if features that closed together end at different times', async () => {
  const { said, set } = listen(gates);

  set({ search: { endsAt: now + 60_000 }, comments: { endsAt: now + 120_000 } });
  await passTime(500);

  expect(said).toEqual(['Search and Comments are unavailable.']);
});

it('does not announce anything while other clients reopen first', async () => {
  // This client reopens in the middle of the others.
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const { said, set } = listen(gates, {}, memorySource({ search: { reopenOverSeconds: 3600 } }));

  set({ search: false });
  await passTime(1_800_000);
  expect(said).toEqual([]);
  await passTime(500);

  expect(said).toEqual(['Search is available again.']);
});

it('names the cause instead of the features that depend on it', async () => {
  const { said, set } = listen(gates);

  set({ site: true });
  await passTime(500);

  expect(said).toEqual(['Shop is unavailable.']);
});

it('names a feature on screen if its cause is not on screen', async () => {
  const { said, set } = listen(<MaintenanceGate feature="checkout" />);

  set({ payments: true });
  await passTime(500);

  expect(said).toEqual(['Checkout is unavailable.']);
});

it('uses the title that the operator wrote, and its punctuation', async () => {
  const { said, set } = listen(gates);

  set({ search: { title: 'We move the index!' }, comments: { title: 'Comments rest' } });
  await passTime(500);

  expect(said).toEqual(['We move the index! Comments rest.']);
});

it('announces each phase once: upcoming, under way, taking longer, over', async () => {
  const { said, set } = listen(gates);
  const minute = 60_000;

  set({ search: { startsAt: now + 2 * minute, endsAt: now + 4 * minute } });
  await passTime(500);
  await passTime(2 * minute);
  await passTime(2 * minute);
  set({ search: false });
  await passTime(500);

  expect(said).toEqual([
    'Search will be unavailable from 14:22 UTC.',
    'Search is unavailable until 14:24 UTC.',
    'Search is unavailable. This is taking longer than planned. We will tell you here when it is over.',
    'Search is available again.',
  ]);
});

it('announces nothing again for the same state, a new render, a lost connection or an equal value', async () => {
  const { said, set, source, rerender } = listen(gates);
  set({ search: { id: 'w', title: 'Search rests' } });
  await passTime(500);
  expect(said).toHaveLength(1);

  set({ search: { id: 'w', title: 'Search rests', message: 'For a while.' } });
  act(() => source.setStatus({ state: 'stale', since: now }));
  act(() => source.setStatus({ state: 'ready' }));
  rerender({ messages: {} });
  await passTime(1000);

  expect(said).toHaveLength(1);
});

it('does not announce a change that was reverted before the announcement', async () => {
  const { said, set } = listen(gates);

  set({ search: true });
  await passTime(100);
  set({ search: false });
  await passTime(1000);

  expect(said).toEqual([]);
});

it('waits while the tab is hidden, and then announces the present state', async () => {
  const { said, set } = listen(gates);

  set({ search: true });
  setHidden(true);
  await passTime(1000);
  set({ search: 'read-only', comments: true });
  await passTime(1000);
  set({ comments: false });
  await passTime(60_000);
  expect(said).toEqual([]);

  setHidden(false);
  await passTime(500);
  expect(said).toEqual(['Search can be read, but not changed.']);
});

it('announces by default the features with a gate or a hook on screen, and all features if there is a banner', async () => {
  const { said, set, rerender } = listen(<MaintenanceGate feature="comments" />);
  set({ search: true });
  await passTime(500);
  expect(said).toEqual([]);

  rerender({ children: <SearchHook /> });
  set({ search: false, comments: true });
  await passTime(500);
  expect(said).toEqual(['Search is available again.']);

  rerender({ children: <MaintenanceBanner /> });
  set({ uploads: true });
  await passTime(500);
  expect(said.slice(1)).toEqual(['Uploads are unavailable.']);
});

function SearchHook() {
  return useMaintenance('search').mode;
}

it('announces all features, or none, if that is set', async () => {
  const uploads = <MaintenanceGate feature="uploads" />;
  const { said, set, rerender } = listen(uploads, { announcements: 'all' }, memorySource({ comments: true }));
  set({ search: true });
  await passTime(500);
  expect(said).toEqual(['Search is unavailable.']);

  rerender({ announcements: 'off' });
  set({ search: false });
  await passTime(500);
  expect(said).toHaveLength(1);
});

it('is created with the first gate, banner or page, and stays when that unmounts', async () => {
  const { said, set, rerender } = listen(<SearchHook />);
  set({ search: true });
  await passTime(500);
  expect(said).toEqual([]);

  rerender({
    children: (
      <>
        <SearchHook />
        <MaintenanceGate feature="comments" />
      </>
    ),
  });
  await passTime(500);
  // The state before is not announced.
  expect(said).toEqual([]);
  rerender({ children: <SearchHook /> });
  set({ search: false });
  await passTime(500);

  expect(said).toEqual(['Search is available again.']);
});

it('leaves no timer and no listener behind when the provider unmounts', async () => {
  const source = memorySource();
  const { set } = listen(gates, {}, source);
  set({ search: true });
  const removed = vi.spyOn(document, 'removeEventListener');
  const added = vi.spyOn(document, 'addEventListener');

  cleanup();
  await passTime(0);

  expect(vi.getTimerCount()).toBe(0);
  expect(added).not.toHaveBeenCalled();
  expect(removed.mock.calls.filter(([type]) => type === 'visibilitychange').length).toBeGreaterThanOrEqual(2);
});

it('does not announce an undefined feature whose first gate mounts closed', async () => {
  const source = memorySource({ other: true });
  const { said, set, rerender } = listen(null, { features: undefined }, source);

  rerender({ children: <MaintenanceGate feature="other" />, features: undefined });
  await passTime(500);
  set({ search: true });
  await passTime(500);
  expect(said).toEqual([]);

  set({ other: false });
  await passTime(500);
  expect(said).toEqual(['other is available again.']);
});

it('uses the messages and the language of the provider, and clears the text after a while', async () => {
  const { said, set } = listen(gates, { messages: { down: '{features} ruht' }, locale: 'de' });
  set({ search: true });

  await passTime(500);
  expect(said).toEqual(['Search ruht.']);
  expect(document.querySelector('[role=status]')?.textContent).toBe('Search ruht.');

  await passTime(10_000);
  expect(document.querySelector('[role=status]')?.textContent).toBe('');
});

describe('an announcement in another language than the page (WCAG 3.1.2)', () => {
  const parts = () =>
    [...(document.querySelector('[role=status]')?.childNodes ?? [])].map((node) =>
      node instanceof HTMLElement ? [node.lang, node.dir, node.textContent] : node.textContent,
    );

  it('has its language and direction if the texts of the page language are missing', async () => {
    const { set } = listen(gates, { locale: 'nl' });

    set({ search: { endsAt: now + 70 * 60_000 }, reviews: 'read-only' });
    await passTime(1000);

    expect(parts()).toEqual([
      ['en', 'ltr', 'Search is unavailable until 3:30 PM UTC.'],
      ' ',
      ['en', 'ltr', 'Reviews can be read, but not changed.'],
    ]);
  });

  it('has the language and direction of a title that the operator wrote', async () => {
    const { set } = listen(gates);

    set({ search: { title: { he: 'החיפוש בתחזוקה' } }, reviews: true });
    await passTime(1000);

    expect(parts()).toEqual([['he', 'rtl', 'החיפוש בתחזוקה.'], ' Reviews are unavailable.']);
  });
});
