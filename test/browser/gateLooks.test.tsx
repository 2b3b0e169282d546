import css from '../../src/styles.css?raw';
import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';
import {
  defineFeatures,
  MaintenanceBanner,
  MaintenanceGate,
  type ClosedBehavior,
} from 'react-maintenance-mode';
import { createDevtools, MaintenanceDevtools } from 'react-maintenance-mode/devtools';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { page as browser } from 'vitest/browser';
import { parseColor } from './colors.js';
import { emulate, expectReadableTexts } from './lookChecks.js';
import { openPage } from './openPage.js';

const inSight: readonly ClosedBehavior[] = ['disable', 'read-only', 'overlay'];

beforeEach(() => {
  addStyle(document.head, css);
});
afterEach(async () => {
  await emulate('', {});
  await browser.viewport(1280, 720);
});

function addStyle(where: Node, text: string): void {
  const style = where.appendChild(document.createElement('style'));
  style.textContent = text;
  onTestFinished(() => style.remove());
}

/** A form with more in it than there is room for beside a notice. */
function Form({ closed, children }: { closed: ClosedBehavior; children?: ReactNode }) {
  return (
    <div style={{ color: '#333', background: '#fff' }}>
      <p id="before">Before</p>
      <MaintenanceGate feature="search" whenClosed={closed}>
        {Array.from({ length: 12 }, (_, at) => (
          <p key={at}>Paragraph {at} of what a person wrote, which is as long as the page is wide</p>
        ))}
        {children}
      </MaintenanceGate>
      <p id="after">After</p>
    </div>
  );
}

describe.each(inSight)('the visible content of a gate that closes with %s', (closed) => {
  it.each([{}, { 'prefers-contrast': 'more' }, { 'forced-colors': 'active' }])(
    'keeps its contrast: %o',
    async (features) => {
      await emulate('', features as Record<string, string>);
      const page = await openPage(<Form closed={closed} />);

      await page.set({ search: true });

      expectReadableTexts(page.find('[data-maintenance-content]'));
    },
  );

  it('is printed completely, with no notice over it', async () => {
    const page = await openPage(<Form closed={closed} />);
    await page.set({ search: true });

    await emulate('print', {});

    const content = page.find('[data-maintenance-content]');
    const notice = page.find('[data-maintenance-notice]').getBoundingClientRect();
    expect(content.scrollHeight).toBeLessThanOrEqual(content.clientHeight + 1);
    expect(notice.top).toBeGreaterThanOrEqual(content.getBoundingClientRect().bottom);
    expect(page.find('#after').getBoundingClientRect().top).toBeGreaterThanOrEqual(notice.bottom);
    expect(notice.left).toBe(content.getBoundingClientRect().left);
    expect(getComputedStyle(page.find('[data-maintenance-notice]')).boxShadow).toBe('none');
  });

  it('is not visible through a fallback that covers it', async () => {
    const page = await openPage(
      <div style={{ color: '#eee', background: '#111' }}>
        <MaintenanceGate feature="search" whenClosed={closed} fallback="Later.">
          <p>What a person wrote</p>
        </MaintenanceGate>
      </div>,
    );

    await page.set({ search: true });

    const fallback = page.find('[data-maintenance-fallback]');
    expect(parseColor(getComputedStyle(fallback).backgroundColor)[3]).toBe(1);
    expectReadableTexts(fallback);
  });

  it('has an outline that does not overlap its neighbors', async () => {
    const page = await openPage(<Form closed={closed} />);

    await page.set({ search: true });

    const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(
      page.find('[data-maintenance-content]'),
    );
    expect(outlineStyle).toBe('dashed');
    expect(parseFloat(outlineOffset) + parseFloat(outlineWidth)).toBeLessThanOrEqual(0);
  });

  it('does not make a page of 320 pixels scroll sideways if scroll bars take space', async () => {
    await browser.viewport(320, 600);
    const page = await openPage(<Form closed={closed} />);

    await page.set({ search: true });

    const { scrollWidth, clientWidth } = document.documentElement;
    if (clientWidth === innerWidth) throw new Error('Only in Chromium: scroll bars that take room');
    expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
  });
});

it('leaves no empty space on paper for hidden content', async () => {
  const page = await openPage(<Form closed="replace" />);
  await page.set({ search: true });

  await emulate('print', {});

  expect(page.find('[data-maintenance-gate]').offsetHeight).toBeLessThan(200);
});

it('aligns a notice to its start, whatever the alignment around it', async () => {
  const page = await openPage(
    <div style={{ textAlign: 'center' }}>
      <MaintenanceBanner />
      <Form closed="replace" />
    </div>,
  );

  await page.set({ search: true });

  for (const notice of document.querySelectorAll('[data-maintenance-notice]')) {
    expect(getComputedStyle(notice).textAlign).toBe('start');
  }
});

it('has its colors inside a shadow root with the stylesheet', async () => {
  const host = document.body.appendChild(document.createElement('div'));
  onTestFinished(() => host.remove());
  const shadow = host.attachShadow({ mode: 'open' });
  document.head.querySelectorAll('style').forEach((style) => {
    if (style.textContent === css) style.remove();
  });
  addStyle(shadow, css);
  const inside = shadow.appendChild(document.createElement('div'));
  const page = await openPage(createPortal(<MaintenanceGate feature="search">Shop</MaintenanceGate>, inside));

  await page.set({ search: true });

  const notice = shadow.querySelector('[data-maintenance-notice]');
  if (!notice) throw new Error('There is no notice.');
  expect(parseColor(getComputedStyle(notice).backgroundColor)[3]).toBe(1);
  expect(getComputedStyle(notice).borderTopStyle).toBe('solid');
});

describe('a short notice, beside a button', () => {
  const toolbar = (
    <div style={{ colorScheme: 'dark', background: '#111' }}>
      <button>Open</button>
      <MaintenanceGate feature="export">
        <button>Export</button>
      </MaintenanceGate>
    </div>
  );

  it('has an icon in forced colors', async () => {
    await emulate('', { 'forced-colors': 'active' });
    const page = await openPage(toolbar);
    await page.set({ export: true });

    const notice = page.find('[data-maintenance-inline]');
    const icon = parseColor(getComputedStyle(notice, '::before').backgroundColor);
    const canvas = parseColor(getComputedStyle(document.documentElement).backgroundColor);
    expect(icon.slice(0, 3)).not.toEqual(canvas.slice(0, 3));
    expect(getComputedStyle(notice, '::before').forcedColorAdjust).toBe('none');
  });

  it('is black on paper', async () => {
    const page = await openPage(toolbar);
    await page.set({ export: true });

    await emulate('print', {});

    const notice = page.find('[data-maintenance-inline]');
    expect(getComputedStyle(notice).color).toBe('rgb(0, 0, 0)');
    expect(getComputedStyle(notice, '::before').backgroundColor).toBe('rgb(0, 0, 0)');
  });
});

it('shows the names in the devtools at full width on a page of 320 pixels', async () => {
  await browser.viewport(320, 600);
  const features = defineFeatures({
    payments: { flag: 'release-2026-payments-provider-migration-maintenance', label: 'Payments' },
  });
  const devtools = createDevtools(features);
  await openPage(<MaintenanceDevtools devtools={devtools} defaultOpen />);

  const panel = document.querySelector('[data-maintenance-devtools]')?.shadowRoot;
  const item = panel?.querySelector('li[aria-label=Payments]');
  const heading = item?.querySelector('h3');
  if (!item || !heading) throw new Error('The devtools do not show the feature.');

  const { paddingInlineStart, paddingInlineEnd } = getComputedStyle(item);
  expect(heading.offsetWidth).toBe(
    item.clientWidth - parseFloat(paddingInlineStart) - parseFloat(paddingInlineEnd),
  );
});
