import { StrictMode, useEffect } from 'react';
import { renderToString } from 'react-dom/server';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import {
  defineFeatures,
  MaintenancePage,
  MaintenanceProvider,
  type MaintenancePageProps,
} from 'react-maintenance-mode';
import { memorySource, type MemorySource } from 'react-maintenance-mode/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const features = defineFeatures({
  site: { flag: 'site', label: 'Shop', scope: 'site' },
  search: { flag: 'search', label: 'Search' },
});

// jsdom has no layout to scroll.
beforeEach(() => void vi.spyOn(window, 'scrollTo').mockReturnValue(undefined));
afterEach(cleanup);

function show(
  flags: Record<string, unknown>,
  page: Partial<MaintenancePageProps> = {},
  source: MemorySource = memorySource(flags),
) {
  render(
    <StrictMode>
      <MaintenanceProvider {...{ source, features }}>
        <MaintenancePage feature="site" {...page}>
          {page.children ?? (
            <main>
              <h1>Welcome</h1>
              <input aria-label="query" />
            </main>
          )}
        </MaintenancePage>
      </MaintenanceProvider>
    </StrictMode>,
  );
  return { source, set: (value: unknown) => act(() => source.set('site', value)) };
}

const heading = () => screen.getByRole('heading', { level: 1 }).textContent;

it('shows the app while that works, also while it can only be read', () => {
  const { set } = show({});
  expect(heading()).toBe('Welcome');

  set('read-only');

  expect(heading()).toBe('Welcome');
});

it('stands in for the app as the one main part with the one heading, and gives it back as it was', () => {
  const { set } = show({});
  screen.getByLabelText<HTMLInputElement>('query').value = 'half ty';

  set(true);
  expect(screen.getByRole('main', { name: 'Sorry: Shop is unavailable' })).toBeTruthy();
  expect(heading()).toBe('Sorry: Shop is unavailable');
  expect(screen.queryByRole('textbox')).toBeNull();

  set(false);
  expect(heading()).toBe('Welcome');
  expect(screen.getByRole<HTMLInputElement>('textbox').value).toBe('half ty');
});

it('mounts nothing of an app that is down from the start, on the server either', () => {
  const mounted = vi.fn();
  function App() {
    useEffect(mounted);
    return 'the app';
  }
  const { set } = show({ site: true }, { children: <App /> });
  const host = document.createElement('div');
  host.innerHTML = renderToString(
    <MaintenanceProvider
      features={features}
      snapshot={{ now: 0, windows: { site: { id: 'site', mode: 'down' } } }}
    >
      <MaintenancePage feature="site">
        <App />
      </MaintenancePage>
    </MaintenanceProvider>,
  );
  expect(mounted).not.toHaveBeenCalled();
  expect(host.textContent).toContain('Sorry: Shop is unavailable');
  expect(host.textContent).not.toContain('the app');

  set(false);
  expect(mounted).toHaveBeenCalled();
});

it('does not give way to the app while the person does something on it, but offers to', () => {
  const { set } = show({ site: { link: { href: '/contact', text: 'Contact us' } } });
  fireEvent.pointerDown(screen.getByRole('link', { name: 'Contact us' }));

  set(false);
  expect(heading()).toBe('Shop is available again');
  expect(screen.queryByText('Welcome')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Go back to Shop' }));

  expect(heading()).toBe('Welcome');
});

it('closes without asking the next time', () => {
  const { set } = show({ site: true });
  fireEvent.keyDown(screen.getByRole('main'), { key: 'a' });
  set(false);
  fireEvent.click(screen.getByRole('button', { name: 'Go back to Shop' }));

  set(true);
  set(false);

  expect(heading()).toBe('Welcome');
});

it('goes on being the page when the site closes again before the person went back', () => {
  const { set } = show({ site: true });
  fireEvent.keyDown(screen.getByRole('main'), { key: 'a' });
  set(false);

  set(true);

  expect(heading()).toBe('Sorry: Shop is unavailable');
  expect(screen.queryByRole('button')).toBeNull();
});

it('holds the place of the app until the first answer, where that is wished', () => {
  const source = memorySource({}, { state: 'pending' });
  render(
    <MaintenanceProvider {...{ source, features }} pending="hold">
      <MaintenancePage feature="site">the app</MaintenancePage>
    </MaintenanceProvider>,
  );
  expect(screen.queryByText('the app')).toBeNull();

  act(() => source.setStatus({ state: 'ready' }));

  expect(screen.getByText('the app')).toBeTruthy();
});

it('has the places of a banner, and passes everything else to its main part', () => {
  const ref = vi.fn();
  render(
    <MaintenanceProvider source={memorySource({ site: true })} features={features}>
      <MaintenancePage feature="site" ref={ref} className="mine" icon={<b>icon</b>} action={<p>Call us</p>} />
    </MaintenanceProvider>,
  );

  const main = screen.getByRole('main');
  expect(main.className).toBe('mine');
  expect(ref).toHaveBeenLastCalledWith(main);
  expect(main.textContent).toContain('icon');
  expect(main.textContent).toContain('Call us');
});
