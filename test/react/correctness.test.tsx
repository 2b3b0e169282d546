import { act, cleanup, render, waitFor } from '@testing-library/react';
import { startTransition, StrictMode, useEffect, useLayoutEffect, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { defineFeatures, MaintenanceProvider, useMaintenance } from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import { countingSource } from './countingSource.js';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

/** Notes what it rendered, and what was committed. */
function Reader({ feature, log }: { feature: string; log: string[] }): ReactNode {
  const { mode } = useMaintenance(feature);
  log.push(mode);
  return <i>{`${feature}: ${mode}`}</i>;
}

describe('a flag that flips between the first render and the effects', () => {
  it('is shown correctly, and only its reader renders once more', () => {
    const source = memorySource();
    const logs = { search: [] as string[], comments: [] as string[] };
    const Flip = (): ReactNode => {
      useLayoutEffect(() => source.set('search', true), []);
      return null;
    };

    render(
      <MaintenanceProvider source={source}>
        <Reader feature="search" log={logs.search} />
        <Reader feature="comments" log={logs.comments} />
        <Flip />
      </MaintenanceProvider>,
    );

    expect(logs).toEqual({ search: ['none', 'down'], comments: ['none'] });
  });

  it('is shown correctly by a reader that mounts later', () => {
    const source = memorySource();
    const log: string[] = [];
    const Later = (): ReactNode => {
      useLayoutEffect(() => source.set('search', true), []);
      return <Reader feature="search" log={log} />;
    };
    const app = (later: boolean) => (
      <MaintenanceProvider source={source}>{later ? <Later /> : null}</MaintenanceProvider>
    );
    const { rerender } = render(app(false));

    rerender(app(true));

    expect(log).toEqual(['none', 'down']);
  });

  it('is shown correctly if it flips between the effects of a reader and those of the provider', () => {
    const source = memorySource();
    const log: string[] = [];
    const Flip = (): ReactNode => {
      useEffect(() => source.set('search', true), []);
      return null;
    };

    render(
      <MaintenanceProvider source={source}>
        <Reader feature="search" log={log} />
        <Flip />
      </MaintenanceProvider>,
    );

    expect(log).toEqual(['none', 'down']);
  });
});

describe('a reader whose feature prop changes', () => {
  it('shows the state of the new feature in the same commit', () => {
    const source = memorySource({ search: true });
    const commits: string[] = [];
    const Commits = ({ feature }: { feature: string }): ReactNode => {
      const { mode, feature: found } = useMaintenance(feature);
      useLayoutEffect(() => void commits.push(`${feature}: ${found} ${mode}`));
      return null;
    };
    const app = (feature: string) => (
      <MaintenanceProvider source={source}>
        <Commits feature={feature} />
      </MaintenanceProvider>
    );
    const { rerender } = render(app('search'));

    rerender(app('comments'));
    act(() => source.set('search', false));
    act(() => source.set('comments', 'read-only'));

    expect(commits).toEqual([
      'search: search down',
      'comments: comments none',
      'comments: comments read-only',
    ]);
  });
});

describe('in StrictMode', () => {
  it('there is one subscription at a time, and no subscription or timer after the unmount', async () => {
    vi.useFakeTimers();
    const soon = { startsAt: Date.now() + 60_000 };
    const source = countingSource({ search: soon });
    const listeners = vi.spyOn(document, 'addEventListener');
    const removed = vi.spyOn(document, 'removeEventListener');
    const log: string[] = [];

    const { unmount } = render(
      <StrictMode>
        <MaintenanceProvider source={source} pending="hold">
          <Reader feature="search" log={log} />
        </MaintenanceProvider>
      </StrictMode>,
    );
    expect([source.live, source.opened]).toEqual([2, 2]);
    expect(vi.getTimerCount()).toBe(1);
    unmount();
    await Promise.resolve();

    expect(source.live).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    const wakers = (spy: typeof listeners) =>
      spy.mock.calls.filter(([event]) => event === 'visibilitychange').length;
    expect(wakers(listeners)).toBeGreaterThan(0);
    expect(wakers(removed)).toBe(wakers(listeners));
  });

  it('a change causes one more render, which StrictMode doubles', () => {
    const source = memorySource();
    const log: string[] = [];
    render(
      <StrictMode>
        <MaintenanceProvider source={source}>
          <Reader feature="search" log={log} />
        </MaintenanceProvider>
      </StrictMode>,
    );
    log.length = 0;

    act(() => source.set('search', true));

    expect(log).toEqual(['down', 'down']);
  });

  it('a provider that unmounts and mounts again subscribes again', async () => {
    const source = countingSource();
    const log: string[] = [];
    const app = (shown: boolean) => (
      <StrictMode>
        {shown ? (
          <MaintenanceProvider source={source}>
            <Reader feature="search" log={log} />
          </MaintenanceProvider>
        ) : null}
      </StrictMode>
    );
    const { container, rerender } = render(app(true));
    rerender(app(false));
    await Promise.resolve();
    expect(source.live).toBe(0);

    rerender(app(true));
    act(() => source.set('search', true));

    expect(source.live).toBe(2);
    expect(container.textContent).toBe('search: down');
  });
});

describe('two components', () => {
  it('never show different states in one commit, although React renders them in slices', async () => {
    const source = memorySource();
    const features = defineFeatures({
      payments: { flag: 'payments' },
      checkout: { flag: 'checkout', dependsOn: ['payments'] },
    });
    const container = document.createElement('div');
    const root = createRoot(container);
    onTestFinished(() => root.unmount());
    const rendered: string[] = [];
    const commits: string[][] = [];
    const Slow = ({ feature }: { feature: string }): ReactNode => {
      const { mode } = useMaintenance(feature);
      keepBusy(8);
      rendered.push(mode);
      useLayoutEffect(() => {
        commits.push([...container.querySelectorAll('i')].map(({ textContent }) => textContent ?? ''));
      });
      return <i>{mode}</i>;
    };
    const app = (readers: ReactNode) => (
      <MaintenanceProvider source={source} features={features}>
        {readers}
      </MaintenanceProvider>
    );
    root.render(app('empty'));
    await waitFor(() => expect(container.textContent).toBe('empty'));

    const readers = Array.from({ length: 10 }, (_, index) => (
      <Slow key={index} feature={index % 2 ? 'payments' : 'checkout'} />
    ));
    startTransition(() => root.render(app(readers)));
    await vi.waitFor(() => expect(rendered.length).toBeGreaterThan(0), { interval: 1 });
    expect(commits).toEqual([]);
    source.set('payments', true);

    await waitFor(() => expect(container.textContent).toBe('down'.repeat(10)));
    expect(rendered).toContain('none');
    expect(rendered).toContain('down');
    for (const commit of commits) expect(new Set(commit).size).toBe(1);
  });
});

/** Longer than a slice of React's, so that it lets others run before it renders the next component. */
function keepBusy(durationMs: number): void {
  const until = performance.now() + durationMs;
  while (performance.now() < until);
}
