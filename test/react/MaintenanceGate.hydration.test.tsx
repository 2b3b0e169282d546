import { act } from '@testing-library/react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import {
  defineFeatures,
  MaintenanceGate,
  MaintenanceProvider,
  takeSnapshot,
  type ClosedBehavior,
} from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';
import { afterEach, describe, expect, it } from 'vitest';

afterEach(() => document.body.replaceChildren());

const behaviors: readonly ClosedBehavior[] = ['replace', 'hide', 'disable', 'read-only', 'overlay'];
const states = ['none', 'read-only', 'down'] as const;
const features = defineFeatures({ search: { flag: 'search', label: 'Search' } });

describe.each(behaviors)('a gate that closes with %s', (closed) => {
  it.each(states)('has the same HTML on the server and in the first client render: %s', async (mode) => {
    const flags = { search: mode === 'none' ? false : mode };
    const app = (
      <MaintenanceProvider
        source={memorySource(flags)}
        features={features}
        snapshot={takeSnapshot({ features, flags })}
      >
        <MaintenanceGate feature="search" requires="write" whenClosed={closed}>
          <input aria-label="query" />
        </MaintenanceGate>
      </MaintenanceProvider>
    );
    const container = document.createElement('div');
    document.body.append(container);
    container.innerHTML = renderToString(app);
    const html = container.innerHTML;
    const problems: unknown[] = [];

    const root = await act(() =>
      hydrateRoot(container, app, { onRecoverableError: (error) => problems.push(error) }),
    );

    expect(problems).toEqual([]);
    const shown = mode === 'none' || (mode === 'read-only' && !['replace', 'hide'].includes(closed));
    expect(html.includes('<input')).toBe(shown);
    expect(html.includes('<h3')).toBe(mode !== 'none' && closed !== 'hide');
    act(() => root.unmount());
  });
});

it('hydrates a place that the server held, also if the source has already answered', async () => {
  const page = (source?: ReturnType<typeof memorySource>) => (
    <MaintenanceProvider source={source} features={features} pending="hold">
      <MaintenanceGate feature="search">
        <input aria-label="query" />
      </MaintenanceGate>
    </MaintenanceProvider>
  );
  const container = document.createElement('div');
  document.body.append(container);
  container.innerHTML = renderToString(page());
  const problems: unknown[] = [];

  const root = await act(() =>
    hydrateRoot(container, page(memorySource({ search: false })), {
      onRecoverableError: (error) => problems.push(error),
    }),
  );

  expect(problems).toEqual([]);
  expect(container.querySelector('input')).not.toBeNull();
  await act(() => root.unmount());
});
