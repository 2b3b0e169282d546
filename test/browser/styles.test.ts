import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import css from '../../src/styles.css?raw';
import { backgroundBehind, contrast } from './colors.js';
import {
  elementsWithText,
  emulate,
  expectLargeTargets,
  expectNothingCut,
  expectPrintable,
  expectReadable,
  expectReadableTexts,
  expectShapes,
  withStyle,
} from './lookChecks.js';
import { openStory, storyNames, type Looks } from './openStory.js';

const textSpacing = `
  * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
  p { margin-block-end: 2em !important }`;

const themes = ['light', 'dark'] as const;

beforeAll(() => page.viewport(900, 600));
afterEach(() => emulate('', {}));

// Rendered once for all of its tests: its looks are attributes of the surface below it, as the size of a page is one of the page.
describe.each(storyNames)('%s', (name) => {
  beforeAll(() => openStory(name));
  afterAll(() => page.viewport(900, 600));

  it.each(themes)('has readable text, borders and icons in %s', (theme) => {
    inLook({ theme, direction: 'ltr' }, expectReadable);
  });

  it('has targets of at least 24 by 24 pixels', () => {
    expectLargeTargets();
  });

  it('has a border on all sides and a visible icon in forced colors', async () => {
    await emulate('', { 'forced-colors': 'active', 'prefers-color-scheme': 'dark' });

    expectShapes();
  });

  it('prints black on white and without buttons', async () => {
    await emulate('print', {});

    inLook({ theme: 'dark', direction: 'ltr' }, expectPrintable);
  });

  it('has no animation with reduced motion', async () => {
    await emulate('', { 'prefers-reduced-motion': 'reduce' });

    expect(document.getAnimations()).toEqual([]);
  });

  it('fits 320 by 256 pixels, in both directions, with text of twice the size and with the spacing of WCAG 1.4.12', async () => {
    await page.viewport(320, 256);

    inLook({ theme: 'light', direction: 'rtl' }, expectNothingCut);
    inLook({ theme: 'light', direction: 'ltr' }, expectNothingCut);
    withStyle(textSpacing, expectNothingCut);
    await page.viewport(640, 512);
    withStyle('html { font-size: 200% }', expectNothingCut);
  });

  it('fits 320 by 256 pixels with texts that are 40 % longer', async () => {
    await page.viewport(320, 256);

    await openStory(name, { locale: 'en-XA' });

    expectNothingCut();
  });
});

describe.each(themes)('in %s', (theme) => {
  it('has more contrast if the user prefers that', async () => {
    await emulate('', { 'prefers-contrast': 'more' });

    await openStory('banner ActiveReadOnly', { theme });
    expectReadable({ text: 7, border: 7 });
    await openStory('gate ClosedDisable', { theme });
    expect(getComputedStyle(find('[data-maintenance-content]')).opacity).toBe('1');
  });
});

it('keeps the contrast of readable content in a read-only gate', async () => {
  await openStory('gate ClosedReadOnly');
  const content = find('[data-maintenance-content]');

  expect(elementsWithText(content).length).toBeGreaterThan(5);
  expectReadableTexts(content);
});

it('has a different color and shape for each mode, and for ended maintenance', async () => {
  const looks = [];
  for (const name of ['ScheduledDown', 'ActiveDegraded', 'ActiveReadOnly', 'ActiveDown', 'Over']) {
    await openStory(`banner ${name}`);
    const icon = getComputedStyle(find('[data-maintenance-banner]'), '::before');
    looks.push([icon.backgroundColor, icon.maskImage]);
  }

  expect(new Set(looks.map(([color]) => color)).size).toBe(5);
  expect(new Set(looks.map(([, shape]) => shape)).size).toBe(5);
});

it('shows listed notices like the banner itself', async () => {
  await openStory('banner SeveralFeatures');
  find('summary').dispatchEvent(new MouseEvent('click'));

  const icons = [...document.querySelectorAll('[data-maintenance-more] li')].map(
    (item) => getComputedStyle(item, '::before').maskImage,
  );

  expect(new Set(icons).size).toBe(2);
  expect(icons.every((icon) => icon.includes('svg'))).toBe(true);
});

it('is mirrored from right to left: the icon at the start, the button at the end', async () => {
  await openStory('banner ActiveDown', { direction: 'ltr' });
  const ltr = gapsOf('h2', '[data-maintenance-dismiss]');

  await openStory('banner ActiveDown', { direction: 'rtl' });
  const rtl = gapsOf('h2', '[data-maintenance-dismiss]');

  expect(ltr[0]?.left).toBeGreaterThan(40);
  expect(ltr[1]?.right).toBeLessThan(40);
  for (const [index, gap] of ltr.entries()) {
    expect(rtl[index]?.right).toBeCloseTo(gap.left);
    expect(rtl[index]?.left).toBeGreaterThan(0);
  }
});

describe('on a page', () => {
  it('stays light on a page that is only light, whatever the system prefers', async () => {
    await emulate('', { 'prefers-color-scheme': 'dark' });

    const notice = show('<section data-maintenance-notice data-maintenance-mode="down"></section>');

    expect(luminanceOf(notice)).toBeGreaterThan(0.8);
  });

  it('follows the system if the page does, or if that is set', async () => {
    await emulate('', { 'prefers-color-scheme': 'dark' });

    const inScheme = show(
      '<div style="color-scheme: light dark"><section data-maintenance-notice data-maintenance-mode="down"></section></div>',
    );
    expect(luminanceOf(inScheme)).toBeLessThan(0.1);

    const told = show(
      '<div data-maintenance-theme="auto"><section data-maintenance-notice data-maintenance-mode="down"></section></div>',
    );

    expect(luminanceOf(told)).toBeLessThan(0.1);
  });

  it('uses the theme of data-maintenance-theme, and does not change the color scheme of the page', () => {
    document.documentElement.dataset['maintenanceTheme'] = 'dark';
    const notice = show('<section data-maintenance-notice data-maintenance-mode="down"></section>');

    expect(luminanceOf(notice)).toBeLessThan(0.1);
    expect(getComputedStyle(document.documentElement).colorScheme).toBe('normal');
    delete document.documentElement.dataset['maintenanceTheme'];
  });

  it('is overridden by any rule outside of a layer', () => {
    const notice = show(
      '<section class="mine" data-maintenance-notice data-maintenance-mode="down"></section>',
    );

    withStyle('.mine { background: rgb(1, 2, 3) }', () => {
      expect(getComputedStyle(notice).backgroundColor).toBe('rgb(1, 2, 3)');
    });
  });

  it('takes custom properties from any ancestor', () => {
    const notice = show(
      `<div style="--mm-color-down-border: rgb(4, 5, 6); --mm-notice-background: rgb(7, 8, 9)">
         <section data-maintenance-notice data-maintenance-mode="down"></section>
       </div>`,
    );

    expect(getComputedStyle(notice).borderTopColor).toBe('rgb(4, 5, 6)');
    expect(getComputedStyle(notice).backgroundColor).toBe('rgb(7, 8, 9)');
  });

  it('is one layer, and uses only logical properties', () => {
    const [, ...others] = css.match(/@layer/g) ?? [];

    expect(css.replace(/\/\*.*?\*\//gs, '').trim()).toMatch(/^@layer react-maintenance-mode \{.*\}$/s);
    expect(others).toEqual([]);
    expect(css).not.toMatch(/^\s*[\w-]*\b(left|right|top|bottom)\b/m);
    expect(css).not.toMatch(/^\s*((min|max)-)?(width|height)\s*:/m);
  });
});

/** Checks what is rendered in another look, and puts it back into its own. */
function inLook({ theme, direction }: Required<Looks>, check: () => void): void {
  const surface = document.querySelector<HTMLElement>('.story-surface');
  if (!surface) throw new Error('There is no surface on the page.');
  const before = { theme: surface.dataset['theme'], dir: surface.dir };
  surface.dataset['theme'] = theme;
  surface.dir = direction;
  try {
    check();
  } finally {
    surface.dataset['theme'] = before.theme ?? '';
    surface.dir = before.dir;
  }
}

function show(html: string): Element {
  document.body.innerHTML = html;
  return find('section');
}

function luminanceOf(element: Element): number {
  return contrast(backgroundBehind(element), [0, 0, 0, 1]) * 0.05 - 0.05;
}

/** How far parts of the banner are from its sides. */
function gapsOf(...selectors: string[]): { left: number; right: number }[] {
  const banner = find('[data-maintenance-banner]').getBoundingClientRect();
  return selectors.map((selector) => {
    const { left, right } = find(selector).getBoundingClientRect();
    return { left: left - banner.left, right: banner.right - right };
  });
}

function find(selector: string): Element {
  const found = document.querySelector(selector);
  if (!found) throw new Error(`There is no ${selector} on the page.`);
  return found;
}
