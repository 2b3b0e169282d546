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
const timeOf = (instant: string) =>
  new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(new Date(instant));
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

/** The panel has a shadow root, which `screen` does not look into. */
function corner() {
  const root = document.querySelector('[data-maintenance-devtools]')?.shadowRoot;
  if (!root) throw new Error('There are no devtools on the page.');
  // Queries need no more of an element than what a shadow root has.
  return within(root as unknown as HTMLElement);
}
const toggle = () => corner().getByRole('button', { name: /^Maintenance/ });

function open(flags: Record<string, unknown> = {}, given: Features | null = features) {
  const source = memorySource(flags);
  const devtools = createDevtools(given ?? undefined);
  render(<Page source={source} devtools={devtools} given={given ?? undefined} />);
  fireEvent.click(toggle());
  return { source };
}

const item = (name: string): HTMLElement => corner().getByRole('listitem', { name });

/** What the panel says of a feature, by its own words. */
function fieldsOf(name: string): Record<string, string> {
  const terms = within(item(name)).getAllByRole('term');
  const values = within(item(name)).getAllByRole('definition');
  return Object.fromEntries(
    terms.map(({ textContent }, index) => [textContent, values[index]?.textContent ?? '']),
  );
}
const row = (name: string) => [fieldsOf(name)['Flag value'], fieldsOf(name)['State']];
const put = (label: string, value: string) =>
  fireEvent.change(corner().getByRole('combobox', { name: `Override ${label}` }), { target: { value } });
const clock = () => corner().getByRole<HTMLInputElement>('slider', { name: 'Clock' });
const moveClock = (minutes: number) => fireEvent.change(clock(), { target: { value: minutes } });

describe('the panel', () => {
  it('shows every feature with the value of its flag, its state, cause and window', () => {
    open({
      'search-maintenance': { mode: 'read-only', endsAt: '2026-11-23T15:30:00Z' },
      'payments-maintenance': true,
    });

    expect(fieldsOf('Search')).toMatchObject({
      'Flag value': '{"mode":"read-only","endsAt":"2026-11-23T15:30:00Z"}',
      State: 'active, read-only',
      Cause: 'its own flag',
      Window: `now to ${timeOf('2026-11-23T15:30:00Z')}`,
    });
    expect(fieldsOf('Comments')).toMatchObject({ 'Flag value': 'unknown', State: 'open', Window: '–' });
    expect(fieldsOf('Payments')).toMatchObject({ 'Flag value': 'true', State: 'active, down' });
    expect(fieldsOf('Checkout')).toMatchObject({
      'Flag value': 'unknown',
      State: 'active, down',
      Cause: 'payments',
    });
    expect(corner().getByText('ready')).toBeTruthy();
  });

  it('follows the flag service', () => {
    const { source } = open();

    act(() => {
      source.set('search-maintenance', 'down');
      source.setStatus({ state: 'failed', error: new Error('offline') });
    });

    expect(row('Search')).toEqual(['"down"', 'active, down']);
    expect(corner().getByText('failed (offline)')).toBeTruthy();
  });

  it('has the flags that were asked for, where no features are defined', async () => {
    open({ search: true }, null);
    await act(() => Promise.resolve());

    expect(row('search')).toEqual(['true', 'active, down']);
  });

  it('is closed at first, and opens and closes by its button', () => {
    open();
    expect(corner().getByRole('region', { name: 'Maintenance devtools' })).toBeTruthy();

    fireEvent.click(corner().getByRole('button', { name: 'Maintenance', expanded: true }));

    expect(corner().queryByRole('region', { name: 'Maintenance devtools' })).toBeNull();
  });
});

describe('the shortcut', () => {
  const press = (more: object = {}) =>
    fireEvent.keyDown(document.body, { code: 'KeyM', altKey: true, shiftKey: true, ...more });

  it('opens the panel and moves the focus there, and back when it closes', () => {
    render(<Page source={memorySource()} devtools={createDevtools(features)} given={features} />);
    screen.getByLabelText('Search').focus();

    press();
    act(() => void vi.runOnlyPendingTimers());
    const panel = corner().getByRole('region', { name: 'Maintenance devtools' });
    expect(panel.ownerDocument.activeElement?.shadowRoot?.activeElement).toBe(panel);

    press();
    expect(corner().queryByRole('region')).toBeNull();
    expect(document.activeElement).toBe(screen.getByLabelText('Search'));
  });

  it.each([{ ctrlKey: true }, { metaKey: true }, { altKey: false }, { shiftKey: false }, { code: 'KeyN' }])(
    'is nothing else: %o',
    (more) => {
      render(<Page source={memorySource()} devtools={createDevtools(features)} given={features} />);

      press(more);

      expect(corner().queryByRole('region')).toBeNull();
    },
  );
});

describe('an override', () => {
  it('holds instead of the flag, until it is removed', () => {
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

  it('is visible as such, also while the panel is closed', () => {
    open();
    expect(within(item('Search')).queryByText('Override', { selector: '.badge' })).toBeNull();

    put('Search', 'down');
    expect(within(item('Search')).getByText('Override', { selector: '.badge' })).toBeTruthy();
    put('Payments', 'none');
    fireEvent.click(toggle());

    expect(toggle().textContent).toBe('Maintenance2 overrides');
  });

  it('is gone after a reset, with what the clock was moved by', () => {
    open();
    put('Search', 'down');
    moveClock(30);
    expect(toggle().textContent).toBe('Maintenance1 override, clock moved');

    fireEvent.click(corner().getByRole('button', { name: 'Reset' }));

    expect(row('Search')).toEqual(['unknown', 'open']);
    expect(clock().value).toBe('0');
    expect(toggle().textContent).toBe('Maintenance');
  });
});

describe('the timeline', () => {
  it('moves the clock from before a window to after it', () => {
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

  it('reaches from before the first window to after the last one, and keeps its bounds while the clock moves', () => {
    open({
      'search-maintenance': { startsAt: '2026-11-23T10:00:00Z', endsAt: '2026-11-23T13:00:00Z' },
      'payments-maintenance': {
        startsAt: '2026-11-24T12:00:00Z',
        endsAt: '2026-11-24T14:00:00Z',
        endsAutomatically: true,
      },
    });
    const bounds = () => [Number(clock().min), Number(clock().max)];
    const before = bounds();
    expect(before[0]).toBeLessThan(-120);
    expect(before[1]).toBeGreaterThan(26 * 60);

    moveClock(26 * 60 + 30);
    expect(row('Payments')[1]).toBe('open');
    expect(bounds()).toEqual(before);
    expect(clock().getAttribute('aria-valuetext')).toContain('(1 d 2 h 30 min later)');
  });
});

describe('the announcements', () => {
  it('are kept in the order in which they were made, the last one first', async () => {
    const { source } = open();
    expect(corner().getByText(/^Nothing was announced yet/)).toBeTruthy();

    await act(async () => {
      source.set('search-maintenance', true);
      await vi.advanceTimersByTimeAsync(1000);
    });
    await act(async () => {
      source.set('search-maintenance', false);
      await vi.advanceTimersByTimeAsync(1000);
    });

    const made = within(corner().getByRole('list', { name: 'Announcements' })).getAllByRole('listitem');
    expect(made.map(({ textContent }) => textContent.replace(/^\S+ /, ''))).toEqual([
      'Search is available again.',
      'Search is unavailable.',
    ]);
  });
});

describe('"Copy as JSON"', () => {
  afterEach(() => void Reflect.deleteProperty(navigator, 'clipboard'));
  const give = (writeText: (text: string) => Promise<void>) =>
    Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });
  const copyIt = () =>
    act(async () => {
      fireEvent.click(corner().getByRole('button', { name: 'Copy as JSON' }));
      await Promise.resolve();
    });

  it('copies what the panel shows', async () => {
    const writeText = vi.fn(() => Promise.resolve());
    give(writeText);
    open({ 'search-maintenance': 'degraded' });
    put('Payments', 'down');

    await copyIt();

    expect(corner().getByText('Copied')).toBeTruthy();
    expect(JSON.parse(String(writeText.mock.calls.at(0)?.at(0)))).toMatchObject({
      time: '2026-11-23T12:00:00.000Z',
      clockMovedByMinutes: 0,
      source: 'ready',
      features: [
        {
          feature: 'search',
          flag: 'search-maintenance',
          flagValue: { value: 'degraded' },
          override: null,
          state: { mode: 'degraded', phase: 'active' },
        },
        { feature: 'comments', state: null },
        { feature: 'payments', override: 'down', state: { mode: 'down' } },
        { feature: 'checkout', state: { cause: 'payments' } },
      ],
      announcements: [],
    });
  });

  it('shows the JSON where the page is not allowed to copy', async () => {
    give(() => Promise.reject(new Error('Not allowed.')));
    open();

    await copyIt();

    const shown = corner().getByRole<HTMLTextAreaElement>('textbox', { name: 'State as JSON' }).value;
    expect(JSON.parse(shown)).toMatchObject({ source: 'ready' });
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
  expect(document.querySelector('[data-maintenance-devtools]')).toBeNull();
});

it('works in production for whoever imports it from /devtools/production', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  vi.resetModules();
  const { createDevtools: create } = await import('react-maintenance-mode/devtools/production');
  vi.unstubAllEnvs();
  vi.resetModules();

  render(<Page source={memorySource()} devtools={create(features)} given={features} />);

  expect(toggle()).toBeTruthy();
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

  fireEvent.click(toggle());

  expect(row('Search')[0]).toBe('threw: offline');
});
