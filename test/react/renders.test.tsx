import { act, cleanup, render } from '@testing-library/react';
import { memo, type ReactNode } from 'react';
import {
  defineFeatures,
  MaintenanceGate,
  MaintenanceProvider,
  useMaintenance,
  useSourceStatus,
} from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { countingSource } from './countingSource.js';

afterEach(cleanup);

const count = 1000;
const keys = Array.from({ length: count }, (_, index) => `feature-${index}`);
const features = defineFeatures(Object.fromEntries(keys.map((key) => [key, { flag: `flag-${key}` }])));
const renders = new Map<string, number>();
const sum = () => [...renders.values()].reduce((total, each) => total + each, 0);

beforeEach(() => renders.clear());

const Reader = memo(function Reader({ feature }: { feature: string }): ReactNode {
  renders.set(feature, (renders.get(feature) ?? 0) + 1);
  return <i>{useMaintenance(feature).mode}</i>;
});
const readers = keys.map((key) => <Reader key={key} feature={key} />);

describe('of 1,000 readers of 1,000 flags', () => {
  it('each renders once at first, and reads its flag once in the render and once when it subscribes', () => {
    const source = countingSource();

    render(
      <MaintenanceProvider source={source} features={features}>
        {readers}
      </MaintenanceProvider>,
    );

    expect(sum()).toBe(count);
    expect(source.live).toBe(2);
  });

  it('one renders when its flag changes, after one read and one call of interpretFlag', () => {
    const source = countingSource();
    const { container } = render(
      <MaintenanceProvider source={source} features={features}>
        {readers}
      </MaintenanceProvider>,
    );
    renders.clear();
    source.reads.clear();
    let interpretations = 0;
    const value = {
      get mode() {
        interpretations += 1;
        return 'degraded';
      },
    };

    act(() => source.set('flag-feature-7', value));

    expect([...renders]).toEqual([['feature-7', 1]]);
    expect([...source.reads]).toEqual([['flag-feature-7', 1]]);
    expect(interpretations).toBe(1);
    expect(container.querySelectorAll('i')[7]?.textContent).toBe('degraded');
  });

  it('none renders when its flag gets an equal value', () => {
    const source = countingSource({ 'flag-feature-7': { mode: 'degraded', message: 'Slow.' } });
    render(
      <MaintenanceProvider source={source} features={features}>
        {readers}
      </MaintenanceProvider>,
    );
    renders.clear();

    act(() => source.set('flag-feature-7', { message: 'Slow.', mode: 'degraded' }));

    expect(sum()).toBe(0);
  });

  it('none renders when a flag of no feature changes', () => {
    const source = countingSource();
    render(
      <MaintenanceProvider source={source} features={features}>
        {readers}
      </MaintenanceProvider>,
    );
    renders.clear();
    source.reads.clear();

    act(() => source.set('unrelated', true));

    expect(sum()).toBe(0);
    expect(source.reads.size).toBe(0);
  });

  it('none renders when the source becomes ready, fails or reconnects', () => {
    const source = memorySource({}, { state: 'pending' });
    const statuses: string[] = [];
    const Status = (): ReactNode => {
      statuses.push(useSourceStatus().state);
      return null;
    };
    render(
      <MaintenanceProvider source={source} features={features}>
        {readers}
        <Status />
      </MaintenanceProvider>,
    );
    renders.clear();

    act(() => source.setStatus({ state: 'ready' }));
    act(() => source.setStatus({ state: 'stale', since: 1 }));
    act(() => source.setStatus({ state: 'failed' }));

    expect(sum()).toBe(0);
    expect(statuses).toEqual(['pending', 'ready', 'stale', 'failed']);
  });

  it('none renders when the parent renders the provider, with the same children', () => {
    const source = memorySource();
    const app = (locale: string) => (
      <MaintenanceProvider
        source={source}
        features={features}
        locale={locale}
        messages={{ dismiss: 'Close' }}
        onChange={() => {}}
        onError={() => {}}
        now={() => 0}
      >
        {readers}
      </MaintenanceProvider>
    );
    const { rerender } = render(app('en'));
    renders.clear();

    rerender(app('en'));
    expect(sum()).toBe(0);
  });

  it('none renders when another user has the same values', () => {
    const source = countingSource({ 'flag-feature-7': true });
    render(
      <MaintenanceProvider source={source} features={features}>
        {readers}
      </MaintenanceProvider>,
    );
    renders.clear();

    // Any of the flags may have changed.
    act(() => {
      for (const key of keys) source.set(`flag-${key}`, key === 'feature-7');
    });

    expect(sum()).toBe(0);
  });

  it('none renders when the source is replaced by one with the same values', () => {
    const app = (source: ReturnType<typeof countingSource>) => (
      <MaintenanceProvider source={source} features={features}>
        {readers}
      </MaintenanceProvider>
    );
    const first = countingSource({ 'flag-feature-7': true });
    const second = countingSource({ 'flag-feature-7': true });
    const { rerender } = render(app(first));
    renders.clear();

    rerender(app(second));

    expect(sum()).toBe(0);
    expect([first.live, second.live]).toEqual([0, 2]);
    act(() => second.set('flag-feature-7', false));
    expect([...renders]).toEqual([['feature-7', 1]]);
  });
});

describe('without a registry', () => {
  it('one of 1,000 readers renders when its flag changes, after one read', () => {
    const source = countingSource();
    render(<MaintenanceProvider source={source}>{readers}</MaintenanceProvider>);
    expect(sum()).toBe(count);
    expect(source.live).toBe(2);
    renders.clear();
    source.reads.clear();

    act(() => source.set('feature-7', true));

    expect([...renders]).toEqual([['feature-7', 1]]);
    expect([...source.reads]).toEqual([['feature-7', 1]]);
  });

  it('a reader that mounts later is updated, too', () => {
    const source = countingSource();
    const app = (later: boolean) => (
      <MaintenanceProvider source={source}>
        <Reader feature="first" />
        {later ? <Reader feature="later" /> : null}
      </MaintenanceProvider>
    );
    const { rerender } = render(app(false));
    rerender(app(true));
    renders.clear();

    act(() => source.set('later', true));

    expect([...renders]).toEqual([['later', 1]]);
  });
});

describe('a component that depends on the change', () => {
  it('renders once, whatever changed at the same time', () => {
    const source = memorySource();
    const shop = defineFeatures({
      site: { flag: 'site', scope: 'site' },
      payments: { flag: 'payments' },
      checkout: { flag: 'checkout', dependsOn: ['payments'] },
      search: { flag: 'search' },
    });
    render(
      <MaintenanceProvider source={source} features={shop}>
        {Object.keys(shop).map((key) => (
          <Reader key={key} feature={key} />
        ))}
      </MaintenanceProvider>,
    );
    renders.clear();

    act(() => {
      source.set('payments', 'degraded');
      source.set('checkout', true);
    });
    expect([...renders].sort()).toEqual([
      ['checkout', 1],
      ['payments', 1],
    ]);

    renders.clear();
    act(() => source.set('site', true));
    expect([...renders].sort()).toEqual([
      ['payments', 1],
      ['search', 1],
      ['site', 1],
    ]);
  });

  it('renders a gate once, and not its children, when the gate closes', () => {
    const source = memorySource();
    const child = vi.fn();
    const Child = (): ReactNode => {
      child();
      return null;
    };
    render(
      <MaintenanceProvider source={source}>
        <MaintenanceGate feature="search">
          <Child />
        </MaintenanceGate>
      </MaintenanceProvider>,
    );
    expect(child).toHaveBeenCalledTimes(1);

    act(() => source.set('search', true));
    act(() => source.set('search', false));

    expect(child).toHaveBeenCalledTimes(1);
  });
});
