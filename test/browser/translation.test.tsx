import { Component, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { createMaintenanceStore, memorySource, type MemorySource } from 'react-maintenance-mode/core';
import {
  defineFeatures,
  MaintenanceBanner,
  MaintenanceGate,
  MaintenancePage,
  MaintenanceProvider,
} from 'react-maintenance-mode';
import { createDevtools, MaintenanceDevtools } from 'react-maintenance-mode/devtools';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { frames } from './openPage.js';
import { keepTranslated, translate, translators } from './translators.js';

const now = Date.parse('2026-11-23T14:20:00Z');
const minute = 60_000;
const features = defineFeatures({
  site: { flag: 'site', label: 'Shop', scope: 'site' },
  search: { flag: 'search', label: 'Search' },
  comments: { flag: 'comments', label: 'Comments', plural: true },
  uploads: { flag: 'uploads', label: 'Uploads', plural: true },
});

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  localStorage.clear();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Translated {
  readonly source: MemorySource;
  /** The part of the page that is translated. */
  readonly body: HTMLElement;
  /** Waits until a change was shown and translated, and for what it looks like, to be the translation of what is right. */
  expectRight(): Promise<void>;
}

/** Shows an app twice, from one store: once translated, once as it should be. */
async function open(translator: (node: Node) => void, ui: ReactNode): Promise<Translated> {
  const source = memorySource();
  const store = createMaintenanceStore({ source, features });
  const errors: unknown[] = [];
  const mount = (hidden: boolean) => {
    const body = document.body.appendChild(document.createElement('div'));
    // This content is only for the test. Nobody uses it.
    body.inert = hidden;
    const root = createRoot(body);
    onTestFinished(() => {
      root.unmount();
      body.remove();
    });
    root.render(
      <Boundary onError={(error) => errors.push(error)}>
        <MaintenanceProvider store={store} source={source} timeZone="UTC" locale="en-GB">
          {ui}
        </MaintenanceProvider>
      </Boundary>,
    );
    return body;
  };
  const body = mount(false);
  await frames();
  keepTranslated(body, translator);
  const reference = mount(true);
  await frames();
  const textsOf = (root: Element) =>
    [
      ...root.querySelectorAll('[data-maintenance-notice], [data-maintenance-page], [data-maintenance-gate]'),
    ].map(({ textContent }) => textContent);
  return {
    source,
    body,
    async expectRight() {
      await frames();
      expect(errors).toEqual([]);
      await vi.waitFor(() => {
        expect(textsOf(body)).toEqual(textsOf(reference).map((text) => translate(text ?? '')));
      });
    },
  };
}

class Boundary extends Component<{ onError: (error: unknown) => void; children: ReactNode }> {
  override state = { failed: false };
  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }
  override componentDidCatch(error: unknown): void {
    this.props.onError(error);
  }
  override render(): ReactNode {
    return this.state.failed ? null : this.props.children;
  }
}

const app = (
  <MaintenancePage feature="site">
    <MaintenanceBanner />
    <MaintenanceGate feature="search">Search for something</MaintenanceGate>
    <MaintenanceGate feature="search">{({ phase }) => `The search is ${phase}`}</MaintenanceGate>
    <MaintenanceGate feature="search">
      {({ phase }) => (phase === 'none' ? 'Words alone' : <b>Another element</b>)}
    </MaintenanceGate>
    <MaintenanceGate feature="search" fallback={({ phase }) => `The fallback is ${phase}`} />
    <MaintenanceGate feature="comments" requires="write" whenClosed="read-only">
      <p>All comments</p>
    </MaintenanceGate>
    <MaintenanceGate feature="uploads" whenClosed="overlay">
      <p>All uploads</p>
    </MaintenanceGate>
  </MaintenancePage>
);

const inMinutes = (minutes: number) => now + minutes * minute;
const pass = (minutes: number) => vi.advanceTimersByTimeAsync(minutes * minute);

describe.each(Object.entries(translators))('while a translator %s', (_, translator) => {
  it('a window changes from scheduled to over as time passes', async () => {
    const page = await open(translator, app);

    page.source.set('search', { startsAt: inMinutes(2), endsAt: inMinutes(4) });
    await page.expectRight();
    for (let passed = 1; passed <= 5; passed += 1) {
      await pass(1);
      await page.expectRight();
    }
    page.source.set('search', false);
    await page.expectRight();
  });

  it('an operator sets, changes and removes an end time and texts', async () => {
    const page = await open(translator, app);
    const said = [
      true,
      { endsAt: inMinutes(30) },
      { endsAt: inMinutes(3000) },
      { endsAt: inMinutes(30), title: 'Moving house' },
      { endsAt: inMinutes(30), title: 'Moving house', message: 'Back at six.' },
      { endsAt: inMinutes(-1), title: 'Moving house', message: 'Back at six.' },
      { title: 'Still moving', message: 'Later.', link: { href: '#why', text: 'Why' } },
      { title: 'Still moving', link: { href: '#more', text: 'More' } },
      { mode: 'read-only', endsAt: inMinutes(30) },
      { mode: 'degraded' },
      true,
      false,
    ];

    for (const value of said) {
      for (const feature of ['search', 'comments', 'uploads']) page.source.set(feature, value);
      await page.expectRight();
    }
  });

  it('notices appear, disappear and are dismissed', async () => {
    const page = await open(translator, app);
    const dismiss = async () => {
      page.body.querySelector<HTMLElement>('[data-maintenance-dismiss]')?.click();
      await frames();
    };

    page.source.set('comments', true);
    page.source.set('uploads', { endsAt: inMinutes(9) });
    await page.expectRight();
    page.source.set('search', 'degraded');
    await page.expectRight();
    page.source.set('comments', false);
    await page.expectRight();
    const before = page.body.querySelector('h2')?.textContent;
    await dismiss();
    expect(page.body.querySelector('h2')?.textContent).not.toBe(before);
    await dismiss();
    await dismiss();
    expect(page.body.querySelector('[data-maintenance-banner]')).toBeNull();
  });

  it('the whole site closes, reopens while a person uses the page, and is shown again', async () => {
    const page = await open(translator, app);

    const heading = () => page.body.querySelector('h1')?.textContent;

    page.source.set('site', { endsAt: inMinutes(3) });
    await vi.waitFor(() => expect(heading()).toBe('SORRY: SHOP IS UNAVAILABLE'));
    await page.expectRight();
    await pass(4);
    await page.expectRight();
    page.body
      .querySelector('[data-maintenance-page]')
      ?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Tab', bubbles: true }));
    await frames();
    page.source.set('site', false);
    await vi.waitFor(() => expect(heading()).toBe('SHOP IS AVAILABLE AGAIN'));
    page.body.querySelector<HTMLElement>('[data-maintenance-return]')?.click();
    await vi.waitFor(() => expect(heading()).toBeUndefined());
    await page.expectRight();
  });

  it('changes are announced', async () => {
    const page = await open(translator, <MaintenanceGate feature="search" />);
    const spoken = () => page.body.querySelector('[role=status]')?.textContent;

    for (const [value, expected] of [
      [true, 'SEARCH IS UNAVAILABLE.'],
      [false, 'SEARCH IS AVAILABLE AGAIN.'],
    ]) {
      page.source.set('search', value);
      await frames();
      await pass(0.01);
      await frames();
      expect(spoken()).toBe(expected);
    }
    await pass(1);
    await frames();
    expect(spoken()).toBe('');
  });

  it('the devtools update', async () => {
    const devtools = createDevtools(features);
    const source = memorySource();
    const body = document.body.appendChild(document.createElement('div'));
    const errors: unknown[] = [];
    const root = createRoot(body);
    onTestFinished(() => {
      root.unmount();
      body.remove();
    });
    root.render(
      <Boundary onError={(error) => errors.push(error)}>
        <MaintenanceProvider source={devtools.wrap(source)} now={devtools.now} features={features}>
          <MaintenanceDevtools devtools={devtools} defaultOpen />
        </MaintenanceProvider>
      </Boundary>,
    );
    await frames();
    const panel = body.querySelector('[data-maintenance-devtools]')?.shadowRoot;
    if (!panel) throw new Error('The devtools are not in a shadow root.');
    for (const part of panel.children) keepTranslated(part, translator);

    for (const value of [true, 'read-only', { startsAt: inMinutes(9) }, false]) {
      source.set('search', value);
      await frames();
      expect(errors).toEqual([]);
      const item = panel.querySelector('li[aria-label=Search]');
      expect(item?.textContent).toContain(translate(JSON.stringify(value)));
    }
    panel.querySelector('button')?.click();
    await frames();
    expect(errors).toEqual([]);
  });
});
