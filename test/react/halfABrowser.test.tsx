// @vitest-environment node
// @ts-expect-error It ships no types.
import { JSDOM } from 'jsdom';
import { memorySource } from 'react-maintenance-mode/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

/** What the page was told of, and what a DOM for tests would have said of a call that it does not implement. */
let problems: string[];

beforeEach(() => {
  problems = [];
  const { window } = new JSDOM('<!doctype html><body></body>', {
    url: 'http://localhost/',
    pretendToBeVisual: true,
  });
  window.scrollTo = () => void problems.push('Not implemented: scrollTo');
  const { matches } = window.Element.prototype;
  window.Element.prototype.matches = function (selector: string) {
    // Old versions of nwsapi threw this error.
    if (selector.includes(':modal')) throw new SyntaxError("unknown pseudo-class selector ':modal'");
    // happy-dom returns this for every element.
    if (selector === ':not(:defined)') return true;
    return matches.call(this, selector);
  };
  // React itself needs `navigator`. Nothing else of a browser is in the global scope: no scrollY, no Element, no MutationObserver, no localStorage.
  vi.stubGlobal('window', window);
  vi.stubGlobal('document', window.document);
  vi.stubGlobal('navigator', window.navigator);
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.resetModules();
});
afterEach(() => {
  // Its timers end with it.
  window.close();
  vi.unstubAllGlobals();
});

it.each(['replace', 'hide', 'disable', 'read-only', 'overlay'] as const)(
  'closes and reopens a gate, a banner and a page if only window and document exist: %s',
  async (closed) => {
    const { act, createElement } = await import('react');
    const { createRoot } = await import('react-dom/client');
    const { MaintenanceBanner, MaintenanceGate, MaintenancePage, MaintenanceProvider } =
      await import('react-maintenance-mode');
    const source = memorySource({});
    const root = createRoot(document.body.appendChild(document.createElement('div')));
    const onError = (error: Error): void => void problems.push(error.message);
    act(() =>
      root.render(
        <MaintenanceProvider source={source} onError={onError}>
          <MaintenanceBanner />
          <MaintenancePage feature="site">
            <MaintenanceGate feature="search" whenClosed={closed}>
              <input aria-label="Search" />
              <dialog open>A dialog</dialog>
              {createElement('seat-map:large')}
            </MaintenanceGate>
          </MaintenancePage>
        </MaintenanceProvider>,
      ),
    );
    document.querySelector('input')?.focus();

    act(() => source.set('search', { mode: 'down', endsAt: '2031-01-03T15:30:00Z' }));
    act(() => source.set('site', true));
    act(() => source.set('site', false));
    expect(document.querySelector('[data-maintenance-state=closed]')).not.toBeNull();
    act(() => source.set('search', false));
    act(() => root.unmount());

    expect(problems).toEqual([]);
  },
);
