import { act, cleanup, render } from '@testing-library/react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import {
  MaintenanceBanner,
  MaintenanceGate,
  MaintenanceProvider,
  takeSnapshot,
} from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const now = Date.parse('2026-11-23T14:20:30Z');
const minute = 60_000;
const hour = 60 * minute;

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

function untilOf(endsAt: number, locale = 'en-GB', timeZone = 'UTC') {
  const { container } = render(
    <MaintenanceProvider source={memorySource({ Search: { endsAt } })} locale={locale} timeZone={timeZone}>
      <MaintenanceGate feature="Search" />
    </MaintenanceProvider>,
  );
  return () => container.querySelector('h3')?.textContent?.replace('Search is unavailable until ', '');
}

it('is a time element with the instant', () => {
  untilOf(Date.parse('2026-11-23T15:30:00Z'));

  expect(document.querySelector('time')?.getAttribute('datetime')).toBe('2026-11-23T15:30:00.000Z');
});

describe('the distance of a time', () => {
  it.each([
    [30_000, '14:21 UTC (in 1 minute)'],
    [70 * minute, '15:30 UTC (in 70 minutes)'],
    [2 * hour, '16:20 UTC (in 2 hours)'],
    [8 * hour, '22:20 UTC (in 8 hours)'],
    [11 * hour, 'Tuesday 24 November at 01:20 UTC (in 11 hours)'],
    [33 * hour, 'Tuesday 24 November at 23:20 UTC (tomorrow)'],
    [34 * hour, 'Wednesday 25 November at 00:20 UTC (in 2 days)'],
  ])('%d ms: %s', (distance, expected) => {
    expect(untilOf(now + distance)()).toBe(expected);
  });

  it.each([
    [91, '(in 1.5 hours)'],
    [119, '(in 2 hours)'],
    [149, '(in 2.5 hours)'],
    [20 * 1440, '(in 3 weeks)'],
    [90 * 1440, '(in 3 months)'],
    [366 * 1440, '(in 12 months)'],
    [1200 * 1440, '(in 3 years)'],
  ])('has a unit with a small number, and is nearly exact: %d minutes', (minutes, expected) => {
    expect(untilOf(now + minutes * minute)()).toContain(expected);
  });

  it('counts days in the time zone that is shown', () => {
    const until = untilOf(Date.parse('2026-11-24T15:30:00Z'), 'en-GB', 'Asia/Tokyo');

    expect(until()).toMatch(/^Wednesday 25 November at 00:30 (JST|GMT\+9) \(in 2 days\)$/);
  });

  it('updates at the start of each minute', async () => {
    const until = untilOf(now + 10 * minute);
    expect(until()).toBe('14:30 UTC (in 10 minutes)');

    await act(() => vi.advanceTimersByTimeAsync(29_999));
    expect(until()).toMatch('in 10 minutes');
    await act(() => vi.advanceTimersByTimeAsync(1));
    expect(until()).toMatch('in 9 minutes');
    await act(() => vi.advanceTimersByTimeAsync(minute));
    expect(until()).toMatch('in 8 minutes');
  });
});

describe('the date', () => {
  it('has a year unless it is the present year', () => {
    expect(untilOf(Date.parse('2026-12-31T12:00:00Z'))()).toMatch(/^Thursday 31 December at 12:00 UTC/);
    cleanup();
    expect(untilOf(Date.parse('2027-11-24T12:00:00Z'))()).toMatch(
      /^Wednesday, 24 November 2027 at 12:00 UTC/,
    );
  });

  it('has a year if the present year is unknown', () => {
    const flags = { a: { endsAt: Date.parse('2027-11-24T12:00:00Z') } };

    const html = renderToString(
      <MaintenanceProvider snapshot={takeSnapshot({ flags, now })} locale="en-GB">
        <MaintenanceGate feature="a" />
      </MaintenanceProvider>,
    );

    expect(html).toContain('>Wednesday, 24 November 2027 at 12:00 UTC</time>');
  });
});

describe('on a clock of twelve hours', () => {
  it.each([
    ['2026-11-24T00:00:00Z', 'en-US', 'midnight UTC (in 10 hours)'],
    ['2026-11-25T00:00:00Z', 'en-US', 'midnight UTC at the start of Wednesday, November 25 (in 2 days)'],
    ['2026-11-25T12:00:00Z', 'en-US', 'Wednesday, November 25 at noon UTC (in 2 days)'],
    ['2026-11-25T00:30:00Z', 'en-US', 'Wednesday, November 25 at 12:30 AM UTC (in 2 days)'],
    ['2026-11-25T00:00:00Z', 'en-GB', 'Wednesday 25 November at 00:00 UTC (in 2 days)'],
  ])('midnight and noon are written as words: %s in %s', (instant, locale, expected) => {
    expect(untilOf(Date.parse(instant), locale)()).toBe(expected);
  });
});

it('uses one timer for all times, and none while the tab is hidden', async () => {
  const source = memorySource({ a: { endsAt: now + hour } });
  const app = (gates: number) => (
    <MaintenanceProvider source={source}>
      {Array.from({ length: gates }, (_, index) => (
        <MaintenanceGate key={index} feature="a" />
      ))}
    </MaintenanceProvider>
  );
  const { rerender, container } = render(app(0));
  const others = vi.getTimerCount();

  rerender(app(20));
  const withGates = vi.getTimerCount();
  rerender(app(1));
  expect(vi.getTimerCount()).toBe(withGates);
  const shown = () => container.querySelector('h3')?.textContent;
  const before = shown();

  act(() => setHidden(true));
  expect(vi.getTimerCount()).toBe(withGates - 1);
  await act(() => vi.advanceTimersByTimeAsync(5 * minute));
  expect(shown()).toBe(before);

  act(() => setHidden(false));
  expect(shown()).toMatch(/in 55 minutes/);
  rerender(app(0));
  await act(() => vi.advanceTimersByTimeAsync(1000));
  // The timer of the store, for the end of the window.
  expect(vi.getTimerCount()).toBe(others + 1);
});

describe('hydration', () => {
  const zone = process.env.TZ;
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });
  const locales = 'en-US en-GB de fr es pt-BR ja zh-Hans ar-EG he hi th'.split(' ');
  const zones = ['America/New_York', 'Asia/Kolkata'];

  it.each(locales.flatMap((locale) => zones.map((zone) => [locale, zone] as const)))(
    'matches the server, and then shows the time of the viewer: %s in %s',
    async (locale, zone) => {
      const flags = {
        a: { endsAt: now + hour },
        b: { startsAt: now + 40 * hour, endsAt: now + 50 * hour },
        c: { mode: 'read-only', endsAt: now + 2 * hour },
        d: { mode: 'degraded', endsAt: now + 3 * hour },
      };
      const app = (
        <MaintenanceProvider
          snapshot={takeSnapshot({ flags, now })}
          source={memorySource(flags)}
          locale={locale}
        >
          <MaintenanceBanner />
          <MaintenanceGate feature="a" />
          <MaintenanceGate feature="b" />
          <MaintenanceGate feature="c" requires="write" />
          <MaintenanceGate feature="d" />
        </MaintenanceProvider>
      );
      process.env.TZ = 'Europe/Berlin';
      const host = document.createElement('div');
      host.innerHTML = renderToString(app);
      const served = host.querySelector('time')?.textContent;
      expect(served).not.toMatch(/[\u2009\u202f]/);

      process.env.TZ = zone;
      vi.setSystemTime(now + 3 * minute);
      const onRecoverableError = vi.fn();
      const root = await act(async () => hydrateRoot(host, app, { onRecoverableError }));

      expect(onRecoverableError).not.toHaveBeenCalled();
      const own = new Intl.DateTimeFormat(locale, {
        hour: 'numeric',
        minute: '2-digit',
        timeZoneName: 'short',
        timeZone: zone,
      });
      expect(host.querySelector('time')?.textContent).toBe(
        own.format(now + hour).replace(/[\u2009\u202f]/g, ' '),
      );
      expect(host.querySelector('time')?.textContent).not.toBe(served);
      act(() => root.unmount());
    },
  );

  it('would fail with a time in the format of the browser', async () => {
    const Naive = () => <time>{new Date(now).toLocaleTimeString('en-US')}</time>;
    process.env.TZ = 'Europe/Berlin';
    const host = document.createElement('div');
    host.innerHTML = renderToString(<Naive />);
    process.env.TZ = 'Asia/Kolkata';
    const onRecoverableError = vi.fn();
    // React 18 also logs it.
    vi.spyOn(console, 'error').mockImplementation(() => {});

    const root = await act(async () => hydrateRoot(host, <Naive />, { onRecoverableError }));

    expect(onRecoverableError).toHaveBeenCalled();
    act(() => root.unmount());
  });
});
