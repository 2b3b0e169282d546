import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cdp, page } from 'vitest/browser';
import css from '../../src/styles.css?raw';
import { backgroundBehind, contrast, parseColor } from './colors.js';
import { noticesOf, openStory, storyNames } from './openStory.js';

beforeEach(() => page.viewport(900, 600));
afterEach(() => emulate('', {}));

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  it.each(storyNames)('has readable text, borders and icons: %s', async (name) => {
    const notices = await openStory(name, { theme });

    for (const notice of notices) {
      const style = getComputedStyle(notice);
      const surface = backgroundBehind(notice);
      const around = backgroundBehind(notice.parentElement);
      for (const element of elementsWithText(notice)) {
        const text = parseColor(getComputedStyle(element).color);
        expect(contrast(text, backgroundBehind(element)), element.outerHTML).toBeGreaterThanOrEqual(4.5);
      }
      expect(contrast(parseColor(style.borderBottomColor), around)).toBeGreaterThanOrEqual(3);
      const icon = getComputedStyle(notice, '::before');
      expect(contrast(parseColor(icon.backgroundColor), surface)).toBeGreaterThanOrEqual(3);
      expect(icon.maskImage).toContain('svg');
    }
  });
});

it('keeps the contrast of what can be read in a gate that is read-only', async () => {
  await openStory('gate ClosedReadOnly');

  const texts = elementsWithText(find('[data-maintenance-content]'));

  expect(texts.length).toBeGreaterThan(5);
  for (const element of texts) {
    const text = parseColor(getComputedStyle(element).color);
    expect(contrast(text, backgroundBehind(element)), element.outerHTML).toBeGreaterThanOrEqual(4.5);
    for (let at: Element | null = element; at; at = at.parentElement) {
      expect(getComputedStyle(at).opacity).toBe('1');
    }
  }
});

describe.each(['ltr', 'rtl'] as const)('in %s', (direction) => {
  it.each(storyNames)('fits 320 by 256 pixels: %s', async (name) => {
    await page.viewport(320, 256);

    await openStory(name, { direction });

    expectNothingCut();
  });
});

it.each(storyNames)('fits with text of twice the size at 640 pixels: %s', async (name) => {
  await page.viewport(640, 512);
  await openStory(name);

  withStyle('html { font-size: 200% }', expectNothingCut);
});

it.each(storyNames)('fits with the text spacing of WCAG 1.4.12 at 320 pixels: %s', async (name) => {
  await page.viewport(320, 256);
  await openStory(name);

  withStyle(
    `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
     p { margin-block-end: 2em !important }`,
    expectNothingCut,
  );
});

it.each(storyNames)('has targets of at least 24 by 24 pixels: %s', async (name) => {
  for (const notice of await openStory(name)) {
    for (const target of notice.querySelectorAll('button, summary, input')) {
      const { width, height } = target.getBoundingClientRect();
      expect(Math.min(width, height), target.outerHTML).toBeGreaterThanOrEqual(24);
    }
  }
});

it.each(storyNames)('has a border all around and a visible icon in forced colors: %s', async (name) => {
  await emulate('', { 'forced-colors': 'active', 'prefers-color-scheme': 'dark' });

  for (const notice of await openStory(name)) {
    // The page is all that there is, and what a banner lists is inside of its border.
    if (notice.matches('[data-maintenance-page], li')) continue;
    const style = getComputedStyle(notice);
    for (const side of ['Top', 'Right', 'Bottom', 'Left'] as const) {
      expect(style[`border${side}Style`]).toBe('solid');
      expect(parseFloat(style[`border${side}Width`])).toBeGreaterThanOrEqual(1);
    }
    const icon = parseColor(getComputedStyle(notice, '::before').backgroundColor);
    expect(contrast(icon, backgroundBehind(notice))).toBeGreaterThanOrEqual(4.5);
  }
});

it.each(storyNames)('prints black on white and without buttons: %s', async (name) => {
  await openStory(name, { theme: 'dark' });
  await emulate('print', {});

  for (const notice of noticesOf(document)) {
    expect(getComputedStyle(notice).backgroundColor).toBe('rgba(0, 0, 0, 0)');
    for (const element of elementsWithText(notice)) {
      expect(getComputedStyle(element).color, element.outerHTML).toBe('rgb(0, 0, 0)');
    }
    for (const button of notice.querySelectorAll('button')) expect(button.checkVisibility()).toBe(false);
  }
});

it.each(storyNames)('moves nothing: %s', async (name) => {
  await emulate('', { 'prefers-reduced-motion': 'reduce' });

  await openStory(name);

  expect(document.getAnimations()).toEqual([]);
});

it('differs by mode in color and in shape, and is over in another one yet', async () => {
  const looks = [];
  for (const name of ['ScheduledDown', 'ActiveDegraded', 'ActiveReadOnly', 'ActiveDown', 'Over']) {
    await openStory(`banner ${name}`);
    const icon = getComputedStyle(find('[data-maintenance-banner]'), '::before');
    looks.push([icon.backgroundColor, icon.maskImage]);
  }

  expect(new Set(looks.map(([color]) => color)).size).toBe(5);
  expect(new Set(looks.map(([, shape]) => shape)).size).toBe(5);
});

it('shows those that a banner lists as it shows the banner itself', async () => {
  await openStory('banner SeveralFeatures');
  find('summary').dispatchEvent(new MouseEvent('click'));

  const icons = [...document.querySelectorAll('[data-maintenance-more] li')].map(
    (item) => getComputedStyle(item, '::before').maskImage,
  );

  expect(new Set(icons).size).toBe(2);
  expect(icons.every((icon) => icon.includes('svg'))).toBe(true);
});

it('keeps the same place for the icon at the start of the line in both directions', async () => {
  await openStory('banner ActiveDown', { direction: 'ltr' });
  const atLeft = boxOf('h2').left - boxOf('[data-maintenance-banner]').left;

  await openStory('banner ActiveDown', { direction: 'rtl' });
  const atRight = boxOf('[data-maintenance-banner]').right - boxOf('h2').right;

  expect(atLeft).toBeGreaterThan(40);
  expect(atRight).toBeCloseTo(atLeft);
});

describe('on a page', () => {
  it('stays light on a page that is only light, whatever the system wants', async () => {
    await emulate('', { 'prefers-color-scheme': 'dark' });

    const notice = show('<section data-maintenance-notice data-maintenance-mode="down"></section>');

    expect(luminanceOf(notice)).toBeGreaterThan(0.8);
  });

  it('follows the system on a page that does, or where it is told to', async () => {
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

  it('takes the theme of data-maintenance-theme, and leaves the scheme of the page alone', () => {
    document.documentElement.dataset['maintenanceTheme'] = 'dark';
    const notice = show('<section data-maintenance-notice data-maintenance-mode="down"></section>');

    expect(luminanceOf(notice)).toBeLessThan(0.1);
    expect(getComputedStyle(document.documentElement).colorScheme).toBe('normal');
    delete document.documentElement.dataset['maintenanceTheme'];
  });

  it('gives way to any rule outside of a layer', () => {
    const notice = show(
      '<section class="mine" data-maintenance-notice data-maintenance-mode="down"></section>',
    );

    withStyle('.mine { background: rgb(1, 2, 3) }', () => {
      expect(getComputedStyle(notice).backgroundColor).toBe('rgb(1, 2, 3)');
    });
  });

  it('takes decisions and properties of components from any ancestor', () => {
    const notice = show(
      `<div style="--mm-color-down-border: rgb(4, 5, 6); --mm-notice-background: rgb(7, 8, 9)">
         <section data-maintenance-notice data-maintenance-mode="down"></section>
       </div>`,
    );

    expect(getComputedStyle(notice).borderTopColor).toBe('rgb(4, 5, 6)');
    expect(getComputedStyle(notice).backgroundColor).toBe('rgb(7, 8, 9)');
  });

  it('is one layer, and has no side but the start and the end of a line or block', () => {
    const [, ...others] = css.match(/@layer/g) ?? [];

    expect(css.replace(/\/\*.*?\*\//gs, '').trim()).toMatch(/^@layer react-maintenance-mode \{.*\}$/s);
    expect(others).toEqual([]);
    expect(css).not.toMatch(/^\s*[\w-]*\b(left|right|top|bottom)\b/m);
    expect(css).not.toMatch(/^\s*((min|max)-)?(width|height)\s*:/m);
  });
});

function show(html: string): Element {
  document.body.innerHTML = html;
  return find('section');
}

function luminanceOf(element: Element): number {
  return contrast(backgroundBehind(element), [0, 0, 0, 1]) * 0.05 - 0.05;
}

function boxOf(selector: string): DOMRect {
  return find(selector).getBoundingClientRect();
}

function find(selector: string): Element {
  const found = document.querySelector(selector);
  if (!found) throw new Error(`There is no ${selector} on the page.`);
  return found;
}

function elementsWithText(root: Element): Element[] {
  return [...root.querySelectorAll('*')].filter(
    (element) =>
      element.checkVisibility() &&
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim()),
  );
}

function expectNothingCut(): void {
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(window.innerWidth);
  for (const notice of noticesOf(document)) {
    for (const element of [notice, ...elementsWithText(notice)]) {
      const { display, clipPath } = getComputedStyle(element);
      // What is only heard is cut on purpose.
      if (display === 'inline' || clipPath !== 'none') continue;
      expect(element.scrollWidth, element.outerHTML).toBeLessThanOrEqual(element.clientWidth + 1);
      expect(element.scrollHeight, element.outerHTML).toBeLessThanOrEqual(element.clientHeight + 1);
    }
  }
}

function withStyle(css: string, check: () => void): void {
  const style = document.head.appendChild(document.createElement('style'));
  style.textContent = css;
  try {
    check();
  } finally {
    style.remove();
  }
}

async function emulate(media: string, features: Record<string, string>): Promise<void> {
  await cdp().send('Emulation.setEmulatedMedia', {
    media,
    features: Object.entries(features).map(([name, value]) => ({ name, value })),
  });
}
