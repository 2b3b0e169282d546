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

it('shows the app while it works, also while it is read-only', () => {
  const { set } = show({});
  expect(heading()).toBe('Welcome');

  set('read-only');

  expect(heading()).toBe('Welcome');
});

it('replaces the app with one main landmark and one heading, and restores the app unchanged', () => {
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

it('does not close by itself while the person uses the page, and offers a button instead', () => {
  const { set } = show({ site: { link: { href: '/contact', text: 'Contact us' } } });
  fireEvent.pointerDown(screen.getByRole('link', { name: 'Contact us' }));

  set(false);
  expect(heading()).toBe('Shop is available again');
  expect(screen.queryByText('Welcome')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Go back to Shop' }));

  expect(heading()).toBe('Welcome');
});

it('replaces the app again without asking when the site closes the next time', () => {
  const { set } = show({ site: true });
  fireEvent.keyDown(screen.getByRole('main'), { key: 'a' });
  set(false);
  fireEvent.click(screen.getByRole('button', { name: 'Go back to Shop' }));

  set(true);
  set(false);

  expect(heading()).toBe('Welcome');
});

it('stays if the site closes again before the person goes back', () => {
  const { set } = show({ site: true });
  fireEvent.keyDown(screen.getByRole('main'), { key: 'a' });
  set(false);

  set(true);

  expect(heading()).toBe('Sorry: Shop is unavailable');
  expect(screen.queryByRole('button')).toBeNull();
});

it('holds the place of the app until the first answer, if pending="hold" is set', () => {
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

it('renders an icon, an action and a link as a banner does, and passes other props to its main element', () => {
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
