import { act, cleanup, render } from '@testing-library/react';
import {
  defineFeatures,
  MaintenanceBanner,
  MaintenanceGate,
  MaintenanceProvider,
} from 'react-maintenance-mode';
import { createMaintenanceStore, memorySource } from 'react-maintenance-mode/core';
import { de } from 'react-maintenance-mode/locales/de';
import { fr } from 'react-maintenance-mode/locales/fr';
import { createMaintenanceHandler } from 'react-maintenance-mode/server';
import { refusalLocales } from 'react-maintenance-mode/server/locales';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const features = defineFeatures({
  search: { flag: 'search', label: { en: 'Search', fr: 'La recherche', de: 'Die Suche' } },
  shop: { flag: 'shop', label: { en: 'Shop', fr: 'Les achats' }, plural: { en: false, fr: true } },
  help: {
    flag: 'help',
    label: (locale) => (locale === 'fr' ? 'L’aide' : 'Help'),
  },
  broken: {
    flag: 'broken',
    label: () => {
      throw new Error('no translations yet');
    },
  },
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const app = (locale: string, source = memorySource(), messages = {}) => (
  <MaintenanceProvider source={source} features={features} locale={locale} messages={messages}>
    <MaintenanceBanner />
    <MaintenanceGate feature="search" whenClosed="disable">
      App
    </MaintenanceGate>
  </MaintenanceProvider>
);

it('a label is in the language of the page, and changes with it', async () => {
  const source = memorySource();
  const { container, rerender } = render(app('fr-CA', source, fr));
  act(() => source.set('search', true));
  await act(() => vi.advanceTimersByTimeAsync(500));

  expect(container.querySelector('[role=status]')?.textContent).toBe('La recherche est indisponible.');
  expect(container.querySelector('h3')?.textContent).toBe('La recherche est indisponible');
  expect(container.querySelector('[data-maintenance-content]')?.getAttribute('aria-label')).toBe(
    'La recherche',
  );
  rerender(app('de', source, de));
  expect(container.querySelector('h2')?.textContent).toBe('Die Suche ist nicht verfügbar');
  rerender(app('ja', source));
  expect(container.querySelector('h2')?.textContent).toBe('Search is unavailable');
});

it('the verb agrees with the label of the language', () => {
  const { container, rerender } = render(app('fr', memorySource({ shop: true }), fr));

  expect(container.querySelector('h2')?.textContent).toBe('Les achats sont indisponibles');
  rerender(app('en', memorySource({ shop: true })));
  expect(container.querySelector('h2')?.textContent).toBe('Shop is unavailable');
});

it('a label can be a function, and a function that throws does not break the page', () => {
  const { container, rerender } = render(app('fr', memorySource({ help: true }), fr));

  expect(container.querySelector('h2')?.textContent).toBe('L’aide est indisponible');
  rerender(app('en', memorySource({ broken: true })));
  expect(container.querySelector('h2')?.textContent).toBe('broken is unavailable');
});

it('a store names features in its own language, unless another one is requested', () => {
  const store = createMaintenanceStore({ features, locale: 'fr' });

  expect(store.labelOf('search')).toBe('La recherche');
  store.setLocale('de');
  expect(store.labelOf('search')).toBe('Die Suche');
  expect(store.labelOf('shop', 'fr')).toBe('Les achats');
  expect(store.isPlural('shop', 'fr')).toBe(true);
});

it.each([
  ['fr', 'search', 'Désolé\u00a0: La recherche est indisponible'],
  ['fr', 'shop', 'Désolé\u00a0: Les achats sont indisponibles'],
  ['de', 'search', 'Die Suche ist leider nicht verfügbar'],
  ['en', 'shop', 'Shop is unavailable'],
] as const)('a server refuses in the language of the request: %s, %s', async (language, feature, title) => {
  const handler = createMaintenanceHandler({
    features,
    routes: { '/*': feature },
    readFlags: () => ({ [feature]: true }),
    failure: 'open',
    refusal: { messages: refusalLocales },
  });

  const { response } = await handler(
    new Request('http://shop.test/', { headers: { 'accept-language': language, accept: 'text/html' } }),
  );

  expect(await response?.text()).toContain(title);
});
