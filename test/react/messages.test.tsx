import type { ReactElement } from 'react';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import {
  defineFeatures,
  MaintenanceBanner,
  MaintenanceGate,
  MaintenancePage,
  MaintenanceProvider,
  type Message,
  type Messages,
} from 'react-maintenance-mode';
import { memorySource } from 'react-maintenance-mode/core';
import { ar } from 'react-maintenance-mode/locales/ar';
import { de } from 'react-maintenance-mode/locales/de';
import { es } from 'react-maintenance-mode/locales/es';
import { fr } from 'react-maintenance-mode/locales/fr';
import { he } from 'react-maintenance-mode/locales/he';
import { ja } from 'react-maintenance-mode/locales/ja';
import { ptBR } from 'react-maintenance-mode/locales/pt-BR';
import { zhHans } from 'react-maintenance-mode/locales/zh-Hans';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { english } from '../../src/react/messages.js';

const now = Date.parse('2026-11-23T14:20:00Z');
const minute = 60_000;
const features = defineFeatures({
  site: { flag: 'site', label: 'Shop', scope: 'site' },
  search: { flag: 'search', label: 'Search' },
  a: { flag: 'a', label: 'A' },
  b: { flag: 'b', label: 'B' },
  c: { flag: 'c', label: 'C' },
  d: { flag: 'd', label: 'D' },
  e: { flag: 'e', label: 'E' },
});
const locales: [string, Messages][] = Object.entries({
  ar,
  de,
  es,
  fr,
  he,
  ja,
  'pt-BR': ptBR,
  'zh-Hans': zhHans,
});
const vague = /maintenance|improvement|technical difficult|please|[!！]|\b[45]\d\d\b|error/i;

beforeEach(() => {
  vi.useFakeTimers({ now });
  // Where tabs reopen in turn, this one is in the middle.
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  localStorage.clear();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function formsOf(message: Message): string[] {
  return typeof message === 'string' ? [message] : Object.values(message);
}

function placeholdersOf(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name)).sort();
}

function show(ui: ReactElement, flags: Record<string, unknown>, locale = 'en-GB', messages = {}) {
  const source = memorySource(flags);
  const { container } = render(
    <MaintenanceProvider {...{ source, features, locale, messages }} timeZone="UTC">
      {ui}
    </MaintenanceProvider>,
  );
  return { container, source };
}

describe('the built-in texts', () => {
  it.each(Object.entries(english))('are plain language: %s', (key, message: Message) => {
    for (const text of formsOf(message)) {
      expect(text).not.toMatch(vague);
      if (key !== 'pageTitle') expect(text).not.toMatch(/sorry/i);
    }
  });

  const states = (['down', 'read-only', 'degraded'] as const).flatMap((mode) => [
    { mode },
    { mode, endsAt: now + 90 * minute },
    { mode, startsAt: now + minute },
    { mode, startsAt: now + minute, endsAt: now + 90 * minute },
    { mode, endsAt: now - minute },
    { mode, endsAt: now - minute, endsAutomatically: true, reopenOverSeconds: 86_400 },
  ]);
  it.each(states)('tell the state, in every part of the page: %o', async (flag) => {
    const { container, source } = show(
      <MaintenancePage feature="site">
        <MaintenanceBanner />
        <MaintenanceGate feature="search" requires="write" />
      </MaintenancePage>,
      { search: flag },
    );
    const text = () => container.textContent ?? '';
    expect(text()).not.toBe('');
    expect(text()).not.toMatch(vague);
    expect(text()).not.toMatch(/sorry|\{|undefined/i);

    act(() => source.set('site', flag));
    expect(text()).not.toMatch(vague);
    await act(() => vi.advanceTimersByTimeAsync(500));
    const announced = container.querySelector('[role=status]')?.textContent;
    expect(announced).not.toMatch(vague);
    expect(announced).not.toMatch(/sorry|\{|undefined/i);
  });

  it('would fail the check with an error code, a plea or an exclamation mark', () => {
    for (const text of [
      'Error 503',
      'Please try later',
      'Down for maintenance',
      'Back soon!',
      'Technical difficulties',
    ]) {
      expect(text).toMatch(vague);
    }
  });

  it('apologize once, in the heading of the page', () => {
    const { container, source } = show(<MaintenancePage feature="site" />, {});
    act(() => source.set('site', { endsAt: now + 70 * minute }));

    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Sorry: Shop is unavailable');
    expect(container.textContent?.match(/sorry/gi)).toHaveLength(1);
    expect(container.querySelector('p')?.textContent).toBe(
      'You can use it again from 15:30 UTC (in 70 minutes). What you have typed is kept.',
    );
  });

  it('do not promise an end if no end time is set', () => {
    const { container } = show(<MaintenanceGate feature="search" />, { search: true });

    expect(container.textContent).toBe(
      'Search is unavailable' + 'There is no end time yet. We will tell you here when this is over.',
    );
  });
});

it.each([
  ['en', english, 'Comments are unavailable'],
  ['de', de, 'Comments sind nicht verfügbar'],
  ['fr', fr, 'Comments sont indisponibles'],
] as const)('agree with the label of many things: %s', async (locale, messages, text) => {
  const many = defineFeatures({ search: { flag: 'search', label: 'Comments', plural: true } });
  const source = memorySource();
  const { container } = render(
    <MaintenanceProvider source={source} features={many} locale={locale} messages={messages}>
      <MaintenanceBanner />
    </MaintenanceProvider>,
  );

  act(() => source.set('search', true));
  await act(() => vi.advanceTimersByTimeAsync(500));

  expect(container.querySelector('h2')?.textContent).toBe(text);
  expect(container.querySelector('[role=status]')?.textContent).toBe(`${text}.`);
});

describe.each(locales)('the texts of %s', (locale, messages) => {
  it('have the placeholders of the English texts', () => {
    for (const [key, message] of Object.entries<Message>({ ...messages })) {
      // The keys of both are those of `Messages`.
      const model = placeholdersOf(formsOf(english[key as keyof Messages])[0] ?? '');
      for (const text of formsOf(message)) {
        // Words for one or two of something need no number.
        const allowed = [model, model.filter((name) => name !== 'count')];
        expect(allowed, `${key}: ${text}`).toContainEqual(placeholdersOf(text));
      }
      if (typeof message === 'object') expect(placeholdersOf(message.other)).toEqual(model);
    }
    expect(Object.keys(messages).sort()).toEqual(Object.keys(english).sort());
  });

  it('use only plural forms that the language has', () => {
    const { pluralCategories } = new Intl.PluralRules(locale).resolvedOptions();
    const used = Object.values<Message>({ ...messages }).flatMap((message) =>
      typeof message === 'string' ? [] : Object.keys(message),
    );
    expect(pluralCategories).toEqual(expect.arrayContaining([...new Set(used)]));
  });

  it('are plain language', () => {
    const all = Object.values<Message>({ ...messages })
      .flatMap(formsOf)
      .join('\n');
    expect(all).not.toMatch(vague);
    expect(all).not.toMatch(
      /wartung|bitte|maintenance|s’il vous plaît|mantenimiento|por favor|manutenção|メンテナンス|ください|维护|请|صيانة|من فضلك|תחזוקה|בבקשה/i,
    );
  });

  it('appear on the page and are announced', async () => {
    const { container, source } = show(<MaintenanceBanner />, {}, locale, messages);
    act(() => source.set('search', { endsAt: now + 70 * minute }));
    await act(() => vi.advanceTimersByTimeAsync(500));

    for (const text of [container.querySelector('h2'), container.querySelector('[role=status]')]) {
      expect(text?.textContent).toMatch(/Search/);
      expect(text?.textContent).not.toMatch(/unavailable|until/);
    }
  });
});

describe('a list of features', () => {
  const all = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((flag) => [flag, { id: 'move' }]));
  const titleIn = (locale: string, messages: object) =>
    show(<MaintenanceBanner />, all, locale, messages).container.querySelector('h2')?.textContent;

  it.each([
    ['en', english, 'A, B, C, and 2 more are unavailable'],
    ['de', de, 'A, B, C und 2 weitere sind nicht verfügbar'],
    ['fr', fr, 'A, B, C et 2 autres sont indisponibles'],
    ['ja', ja, 'A、B、C、他2件は現在ご利用いただけません'],
    ['ar', ar, 'A وB وC وعنصران آخران: الخدمة غير متاحة'],
    ['he', he, 'A, B, C ושניים נוספים: השירות אינו זמין'],
  ])('is joined and counted by the rules of the language: %s', (locale, messages, expected) => {
    expect(titleIn(locale, messages)).toBe(expected);
  });
});

describe.each(locales)('times in %s', (locale, messages) => {
  it('stand after a colon, so that no word has to agree with them', () => {
    for (const text of Object.values<Message>({ ...messages }).flatMap(formsOf)) {
      for (const [, before] of text.matchAll(/(.{0,2})\{(?:start|end)\}/g))
        expect(before).toMatch(/: ?$|：$/);
    }
  });

  it.each(['2026-11-23T16:30:00Z', '2026-11-24T13:00:00Z', '2026-11-25T00:00:00Z', '2027-11-24T01:00:00Z'])(
    'have the format of the language: %s',
    (endsAt) => {
      const { container } = show(<MaintenanceBanner />, { search: { endsAt } }, locale, messages);

      const title = container.querySelector('h2')?.textContent;
      expect(title).toMatch(/[:：]/);
      expect(title).not.toMatch(/\{| um | à partir| hasta | até | bis |\b12:00 [AP]M/);
    },
  );
});

it.each([
  ['es', es, 'El carrito', 'Volver a «El carrito»'],
  ['fr', fr, 'Le panier', 'Revenir à «\u00a0Le panier\u00a0»'],
  ['pt-BR', ptBR, 'O carrinho', 'Voltar para “O carrinho”'],
  ['de', de, 'Der Warenkorb', 'Zurück zu „Der Warenkorb“'],
] as const)('does not inflect a label with an article: %s', (locale, messages, label, expected) => {
  const own = defineFeatures({ site: { flag: 'site', label, scope: 'site' } });
  const source = memorySource({ site: true });
  render(
    <MaintenanceProvider source={source} features={own} locale={locale} messages={messages}>
      <MaintenancePage feature="site" />
    </MaintenanceProvider>,
  );

  fireEvent.keyDown(screen.getByRole('main'), { key: 'Tab' });
  act(() => source.set('site', false));

  expect(screen.getByRole('button').textContent).toBe(expected);
});

it('marks texts as English if those of the language are missing', () => {
  const flags = { search: { endsAt: now + 70 * minute } };
  const { container } = show(<MaintenanceBanner />, flags, 'fr', { dismiss: 'Masquer' });

  const english = container.querySelector('h2 > [lang=en]');
  expect(english?.textContent).toMatch(/^Search is unavailable until /);
  expect(english?.querySelector('time')?.lang).toBe('fr');
  cleanup();
  expect(show(<MaintenanceBanner />, flags, 'fr', fr).container.querySelector('[lang]')).toBeNull();
  cleanup();
  expect(show(<MaintenanceBanner />, flags, 'en-US').container.querySelector('[lang]')).toBeNull();
});

it('marks English texts in attributes and on buttons, too', () => {
  const flags = { search: true, a: 'read-only' };
  const { container } = show(
    <>
      <MaintenanceBanner />
      <MaintenanceGate feature="search" as="span" />
    </>,
    flags,
    'nl',
  );

  for (const part of ['summary', '[data-maintenance-dismiss]', '[aria-label^="Search is"]'])
    expect(container.querySelector<HTMLElement>(part)?.lang).toBe('en');
  cleanup();
  const title = { en: 'Moving to a faster search' };
  const inline = show(<MaintenanceGate feature="search" as="span" />, { search: { title } }, 'fr', fr);

  const notice = inline.container.querySelector<HTMLElement>('[data-maintenance-inline]');
  expect([notice?.ariaLabel, notice?.lang]).toEqual([expect.stringContaining(title.en), 'en']);
  expect(notice?.querySelector<HTMLElement>('[data-maintenance-title]')?.lang).toBe('fr');
});

it('uses English plural rules for English texts', () => {
  const { container } = show(<MaintenanceBanner />, { search: true }, 'ja');

  expect(container.querySelector('h2')?.textContent).toBe('Search is unavailable');
});

it('promises to keep typed text only if content was shown', () => {
  const text = (ui: ReactElement, before: Record<string, unknown>) => {
    cleanup();
    const { container, source } = show(ui, before);
    act(() => source.set('search', true));
    return container.textContent;
  };
  const kept = 'What you have typed is kept.';

  expect(text(<MaintenanceGate feature="search">App</MaintenanceGate>, {})).toContain(kept);
  expect(text(<MaintenanceGate feature="search">App</MaintenanceGate>, { search: true })).not.toContain(kept);
  expect(text(<MaintenancePage feature="search">App</MaintenancePage>, {})).toContain(kept);
  expect(text(<MaintenancePage feature="search">App</MaintenancePage>, { search: true })).not.toContain(kept);
  // A banner does not know what is on the page.
  expect(text(<MaintenanceBanner />, {})).not.toContain(kept);
});

it('replaces single texts by your own, in one plural form or several', () => {
  const messages = {
    down: { one: '{features} naps', other: '{features} nap' },
    kept: '',
  } satisfies Partial<Messages>;

  const { container } = show(<MaintenanceBanner />, { a: { id: 'x' }, b: { id: 'x' } }, 'en', messages);

  expect(container.querySelector('h2')?.textContent).toBe('A and B nap');
  expect(container.querySelector('p')?.textContent?.trim()).toBe(
    'There is no end time yet. We will tell you here when this is over.',
  );
});

it('shows the texts of the operator in the language of the reader, or in English', () => {
  const flag = { title: { en: 'Moving house', fr: 'Nous déménageons' }, message: { en: 'Back at six.' } };

  const { container } = show(<MaintenanceGate feature="search" />, { search: flag }, 'fr-CA', fr);

  expect(container.querySelector('h3')?.textContent).toBe('Indisponible\u00a0: Nous déménageons');
  expect(container.querySelector('p')?.textContent).toBe('Back at six.');
});

describe('a text of the operator in another language than the page (WCAG 3.1.2)', () => {
  const value = {
    title: { en: 'Moving to a faster search', he: 'GitHub לא זמין' },
    message: { he: 'GitHub יחזור בקרוב' },
  };
  const shown: [string, ReactElement][] = [
    ['gate', <MaintenanceGate key="gate" feature="search" />],
    ['banner', <MaintenanceBanner key="banner" />],
    ['page', <MaintenancePage key="page" feature="search" />],
  ];

  it.each(shown)('has its language and direction in the %s', (_, ui) => {
    render(
      <MaintenanceProvider
        features={features}
        source={memorySource({ search: value })}
        locale="fr"
        messages={fr}
      >
        {ui}
      </MaintenanceProvider>,
    );

    const title = screen.getByText('Moving to a faster search');
    expect([title.lang, title.dir]).toEqual(['en', 'ltr']);
    const message = screen.getByText('GitHub יחזור בקרוב');
    expect([message.lang, message.dir]).toEqual(['he', 'rtl']);
  });

  it.each(shown)('has no language attribute if the language is that of the %s', (_, ui) => {
    render(
      <MaintenanceProvider
        features={features}
        source={memorySource({ search: value })}
        locale="he-IL"
        messages={he}
      >
        {ui}
      </MaintenanceProvider>,
    );

    for (const text of ['GitHub לא זמין', 'GitHub יחזור בקרוב']) {
      expect(screen.getByText(text).outerHTML).toBe(`<bdi>${text}</bdi>`);
    }
  });
});
